"""A zoo of bugs and of what only looks like one: what must be found in each, and what must not."""

from typing import NamedTuple

import pytest

from lectures.lectures import report_on
from rollcall.core.findings import Findings
from rollcall.core.rank import FINDINGS, Rank
from rollcall.core.unregistered import find_unregistered
from rollcall.experiments.registry.experiment import RegistryReport
from rollcall.web.view.findings.fix_words import fix
from rollcall.web.view.registry.findings import finding_lines, not_run
from rollcall.web.view.registry.narration import registry_narration
from rollcall.web.view.sentence import joined, read
from zoo.catalog import zoo

FILE = "the file does not reproduce the output"
MIXED = "samples of a batch are mixed"


class Bug(NamedTuple):
    """What must be found in a model."""

    says: str  # a part of what the registry page says
    kinds: tuple[str, ...] = ()  # of all findings
    # every unregistered record that is a finding, and of a hidden layer only the layer itself
    lost: dict[str, Rank] = {}  # noqa: RUF012  # nobody writes to it


BUGS = {
    "batches.AttentionAmongAllSteps": Bug(
        "After eval(), F.scaled_dot_product_attention (line 231) mixes the samples of a batch: "
        "the answer for one moves",
        kinds=(MIXED,),
    ),
    "batches.AttentionAmongSamples": Bug(
        "After eval(), matmul (line 216) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.AttentionOverTheBatch": Bug(
        "After eval(), torch.softmax (line 34) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.BatchTakenForTime": Bug(
        "After eval(), recurrent (GRU) takes the samples of a batch for steps in time",
        kinds=(MIXED,),
    ),
    "batches.ColumnMeetsRow": Bug(
        "After eval(), sub (line 347) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.CovarianceOfTheBatch": Bug(
        "After eval(), einsum (line 243) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.RollsTheBatch": Bug(
        "After eval(), torch.roll (line 327) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.ScaledByTheBatch": Bug(
        "After eval(), max (line 180) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.SoftmaxLayerOverTheBatch": Bug(
        "After eval(), out.1 (LogSoftmax) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.SoftmaxOverImages": Bug(
        "After eval(), Softmax (line 171) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.SoftmaxOverTheBatch": Bug(
        "After eval(), F.softmax (line 14) mixes the samples of a batch: the answer for one moves "
        "by up to 0.",
        kinds=(MIXED,),
    ),
    "batches.StandardizesTheBatch": Bug(
        "After eval(), mean (line 43) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.ViewForTranspose": Bug(
        "After eval(), view (line 65) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.ViewForTransposeOfWords": Bug(
        "After eval(), view (line 314) mixes the samples of a batch", kinds=(MIXED,)
    ),
    "batches.ViewOfTheWrongWidth": Bug(
        "After eval(), view (line 206) mixes the samples of a batch: 4 samples come out as 90 rows",
        kinds=(MIXED,),
    ),
    "buffers.Aliased": Bug("constants['mean'] stays a float32 tensor", kinds=("split by a move",)),
    "buffers.ConstantsInATuple": Bug(
        "stats is a plain tuple, so .to() and state_dict()",
        lost={"stats[0]": "tensor", "stats[1]": "tensor"},
    ),
    "buffers.MaskOfTheFirstCall": Bug(
        "The first forward makes keep, a plain Tensor", kinds=("made by the first forward",)
    ),
    "buffers.MaskReserved": Bug(
        "The first forward makes keep, which is in no file that was saved before it",
        kinds=("made by the first forward", FILE),
    ),
    "buffers.NotPersistentAndRandom": Bug("The file lacks basis", kinds=(FILE,)),
    "buffers.Observed": Bug(
        "Forward changes largest, a Python number that no file has: a fresh model that loads",
        kinds=(FILE,),
    ),
    "buffers.PlainConstant": Bug(
        "mean is a plain tensor, so .to() and state_dict() will not reach it",
        lost={"mean": "tensor"},
    ),
    "buffers.RunningMean": Bug("mean is a plain tensor", kinds=(FILE,), lost={"mean": "tensor"}),
    "classes.CutsItsFile": Bug(
        "CutsItsFile.state_dict() leaves out body.weight and body.bias: without them a fresh",
        kinds=(FILE,),
    ),
    "classes.Dataclass": Bug("model.parameters() of Dataclass raises TypeError"),
    "classes.HiddenByName": Bug(
        "head is registered, but the attribute gives None",
        kinds=(
            "hidden by a class attribute",
            "no backward reaches it",
        ),
    ),
    "classes.Images": Bug(
        "because convs is a plain list",
        kinds=(FILE,),
        lost={"convs[0]": "trainable", "convs[1]": "trainable"},
    ),
    "classes.HeadOnly": Bug(
        "parameters() leaves out body.weight and body.bias",
        kinds=("left out by parameters()",),
    ),
    "classes.NamedParameters": Bug("model.parameters() of NamedParameters raises TypeError"),
    "containers.DefaultDict": Bug(
        "because stages is a plain defaultdict",
        kinds=(FILE,),
        lost={
            "stages['stage0'][0]": "trainable",
            "stages['stage0'][1]": "trainable",
            "stages['stage1'][0]": "trainable",
        },
    ),
    "containers.Deque": Bug(
        "because queue is a plain deque", kinds=(FILE,), lost={"queue[0]": "trainable"}
    ),
    "containers.DictOfLists": Bug(
        "because heads is a plain dict",
        kinds=(FILE,),
        lost={"heads['mean'][0]": "trainable", "heads['scale'][0]": "trainable"},
    ),
    "containers.ParameterListOfLists": Bug(
        "because scales.0 is a plain list", lost={"scales.0[0]": "trainable"}
    ),
    "containers.Queue": Bug("because memory is a plain dict", lost={"memory[3]": "trainable"}),
    "containers.Tuple": Bug(
        "PyTorch sees only 14 of Tuple’s, because pair is a plain tuple",
        kinds=(FILE,),
        lost={"pair[0]": "trainable", "pair[1]": "trainable"},
    ),
    "containers.Zip": Bug(
        "because pairs is a plain list",
        kinds=(FILE,),
        lost={"pairs[0][0]": "trainable", "pairs[1][0]": "trainable"},
    ),
    "gradients.Averaged": Bug(
        "Forward calls average in eval mode only: 42 numbers get no gradient.",
        kinds=("no backward reaches it",),
    ),
    "gradients.ByData": Bug("leave the graph by .data in line", kinds=("no backward reaches it",)),
    "gradients.Centers": Bug(
        "Forward changes its own input in place (line 292)", kinds=("changes its input", MIXED)
    ),
    "gradients.Checkpointed": Bug(
        "their results leave the graph by checkpoint in line 208",
        kinds=("no backward reaches it",),
    ),
    "gradients.Decorated": Bug(
        "their results leave the graph by torch.no_grad in line 212",
        kinds=("no backward reaches it",),
    ),
    "gradients.Detached": Bug(
        "leave the graph by detach in line", kinds=("no backward reaches it",)
    ),
    "gradients.DetachesAfterwards": Bug(
        "their results leave the graph by detach in line 361.", kinds=("no backward reaches it",)
    ),
    "gradients.DropsAll": Bug("was exactly 0 in 3 training steps", kinds=("gradient is always 0",)),
    "gradients.FreezesByAssigning": Bug(
        "body.requires_grad = False freezes nothing: PyTorch reads no such attribute of a module. "
        "42 numbers stay as they were.",
        kinds=("a flag that nothing reads",),
    ),
    "gradients.FreezesMisspelt": Bug(
        "body.weight.require_grad = False freezes nothing: "
        "PyTorch reads no such attribute of a Parameter (and of 1 more)",
        kinds=("a flag that nothing reads",),
    ),
    "gradients.Generated": Bug(
        "No backward reaches code, maker.weight and maker.bias: 51 numbers get no "
        "gradient in 3 steps; their results leave the graph by nn.Parameter in line 227",
        kinds=("replaced by the first forward", "no backward reaches it"),
    ),
    "gradients.HardChoice": Bug(
        "leave the graph by argmax in line", kinds=("no backward reaches it",)
    ),
    "gradients.InferenceMode": Bug(
        "leave the graph by torch.inference_mode in line", kinds=("no backward reaches it",)
    ),
    "gradients.KeepsItsWeight": Bug(
        "weight leads from one forward to the next: the second backward raises RuntimeError",
        kinds=("graph goes on",),
    ),
    "gradients.LargestOnly": Bug(
        "their results leave the graph by topk in line 368.", kinds=("no backward reaches it",)
    ),
    "gradients.LosesApart": Bug(
        "get no gradient in 3 steps; LoseApart.backward (applied in line 395) returns none",
        kinds=("no backward reaches it",),
    ),
    "gradients.LosesInBackward": Bug(
        "42 numbers get no gradient in 3 steps; Lose.backward (applied in line 351) returns none",
        kinds=("no backward reaches it",),
    ),
    "gradients.NoGrad": Bug(
        "leave the graph by torch.no_grad in line", kinds=("no backward reaches it",)
    ),
    "gradients.OnceComputed": Bug(
        "weight was computed once, from v and g; forward uses it, and no step updates it",
        kinds=("computed once", FILE),
    ),
    "gradients.OptimizerTooEarly": Bug(
        "optimizer does not hold last.weight and last.bias: 6 numbers with a gradient",
        kinds=("left out by its own optimizer",),
    ),
    "gradients.Predicts": Bug(
        "No output requires a gradient, so none of 56 trainable numbers can learn",
        kinds=("no output requires a gradient",),
    ),
    "gradients.Remembers": Bug(
        "state leads from one forward to the next: the second backward raises RuntimeError",
        kinds=("graph goes on", "eval forwards differ"),
        lost={"state": "tensor"},
    ),
    "gradients.ReturnsNothing": Bug(
        "Forward returns no tensor, but None: none of 56 trainable numbers can learn.",
        kinds=("no output requires a gradient",),
    ),
    "gradients.Rounded": Bug(
        "The gradient of body.weight and body.bias was exactly 0", kinds=("gradient is always 0",)
    ),
    "gradients.RoutesHard": Bug(
        "No backward reaches router.weight and router.bias: 14 numbers get no gradient in 3 steps; "
        "their results leave the graph by argmax in line 420",
        kinds=("no backward reaches it",),
    ),
    "gradients.Sampled": Bug(
        "their results leave the graph by torch.no_grad in line",
        kinds=("no backward reaches it", "random in eval"),
    ),
    "gradients.TargetNetwork": Bug(
        "Forward never calls target: 74 numbers get no gradient.",
        kinds=("no backward reaches it",),
    ),
    "gradients.Thaws": Bug(
        "Forward sets requires_grad to False in body.weight and body.bias",
        kinds=("no backward reaches it",),
    ),
    "gradients.ThroughAList": Bug(
        "leave the graph by tolist in line", kinds=("no backward reaches it",)
    ),
    "gradients.ThroughNumpy": Bug(
        "leave the graph by detach in line", kinds=("no backward reaches it",)
    ),
    "gradients.TrainsItself": Bug(
        "body.weight and body.bias, by a step of an optimizer of its own (line 200).",
        kinds=("changed by a forward", "no backward reaches it", "eval forwards differ"),
    ),
    "gradients.Twins": Bug(
        "The gradient of out.bias was exactly 0 in 3 training steps, its weight’s was not",
        kinds=("gradient is always 0",),
    ),
    "gradients.Unused": Bug("Forward never calls spare", kinds=("no backward reaches it",)),
    "gradients.WritesWeights": Bug(
        "Forward itself changes out.weight, outside of any training step",
        kinds=("changed by a forward", "no backward reaches it"),
    ),
    "gradients.ZeroTimes": Bug(
        "was exactly 0 in 3 training steps", kinds=("gradient is always 0",)
    ),
    "holders.BoundMethod": Bug(
        "because call is a bound method", kinds=(FILE,), lost={"call.__self__": "trainable"}
    ),
    "holders.Cached": Bug(
        "The first forward makes layer (Linear)", kinds=("made by the first forward", FILE)
    ),
    "holders.ClassAttribute": Bug(
        "because body is an attribute of the class", lost={"body": "trainable"}
    ),
    "holders.Default": Bug(
        "because layer is a default argument", lost={"forward (default: layer)": "trainable"}
    ),
    "holders.ForwardReplaced": Bug(
        "because out.forward is a function",
        kinds=(FILE,),
        lost={"out.forward (closure: adapter)": "trainable"},
    ),
    "holders.Global": Bug(
        "because SHARED is a global of the file", lost={"forward (global: SHARED)": "trainable"}
    ),
    "holders.Hooked": Bug(
        "because scale is in the closure of a lambda",
        lost={"out (forward hook 0) (closure: scale)": "trainable"},
    ),
    "holders.HeadsOnDemand": Bug(
        "The first forward of HeadsOnDemand makes heads['digits'].weight and "
        "heads['digits'].bias, too late for an optimizer",
        kinds=("made by the first forward", FILE),
    ),
    "holders.InADataclass": Bug(
        "because weights is a plain Weights object", lost={"weights.rows": "trainable"}
    ),
    "holders.InSlots": Bug(
        "because holder is a plain Slotted object",
        kinds=(FILE,),
        lost={"holder.layer": "trainable"},
    ),
    "holders.Namespace": Bug(
        "because weights is a plain SimpleNamespace object", lost={"weights.scale": "trainable"}
    ),
    "holders.Partial": Bug(
        "because project is a plain partial object", lost={"project.keywords['other']": "trainable"}
    ),
    "holders.PastSetattr": Bug(
        "because body is a Linear that was never registered",
        kinds=(FILE,),
        lost={"body": "trainable"},
    ),
    "holders.UsedUp": Bug(
        "The first forward of UsedUp uses 84 numbers that the second does not: "
        "blocks gives its layers once.",
        kinds=("eval forwards differ", FILE),
    ),
    "modes.AttentionDropout": Bug(
        "After eval(), F.scaled_dot_product_attention (line", kinds=("random in eval",)
    ),
    "modes.BatchInEval": Bug(
        "norm (BatchNorm1d) still normalizes by the batch", kinds=("batch statistics in eval",)
    ),
    "modes.Counts": Bug(
        "Two forwards after eval(), on one input, differ", kinds=("eval forwards differ",)
    ),
    "modes.EvalIsAMethodOfItsOwn": Bug(
        "eval() does not reach the model itself, drop and out",
        kinds=("mode is not passed on", "random in eval"),
    ),
    "modes.EvalOverridden": Bug(
        "EvalOverridden overrides eval(), and eval() does not reach drop and out",
        kinds=(
            "mode is not passed on",
            "random in eval",
        ),
    ),
    "modes.FrozenNorm": Bug(
        "norm is frozen, but a forward in training mode still moves running_mean",
        kinds=("frozen and moving",),
    ),
    "modes.FunctionalDropout": Bug("After eval(), F.dropout (line", kinds=("random in eval",)),
    "modes.FusesInEval": Bug(
        "A fresh model cannot load the file: load_state_dict() raises RuntimeError",
        kinds=("made by the first forward", FILE),
    ),
    "modes.HiddenDropout": Bug(
        "drops is a plain list, so eval() will not reach it",
        kinds=("random in eval",),
        lost={"drops[0]": "stateful"},
    ),
    "modes.HiddenNorm": Bug(
        "norms[0] (BatchNorm1d) still normalizes by the batch",
        kinds=("batch statistics in eval",),
        lost={"norms[0]": "trainable"},
    ),
    "modes.Noise": Bug("After eval(), torch.randn_like (line", kinds=("random in eval",)),
    "modes.NormMadeInForward": Bug(
        "After eval(), BatchNorm1d (line 249) still normalizes by the batch",
        kinds=("batch statistics in eval",),
    ),
    "modes.SkipsByPython": Bug(
        "After eval(), random (line 76) still draws random numbers", kinds=("random in eval",)
    ),
    "modes.SwitchesItself": Bug(
        "Forward switches the model itself to eval mode, which lasts beyond that call",
        kinds=("forward switches the mode",),
    ),
    "parameters.DeletedAndSet": Bug("shift is a plain tensor", lost={"shift": "tensor"}),
    "parameters.LateParameter": Bug(
        "The first forward of LateParameter makes scale, too late for an optimizer",
        kinds=("made by the first forward", FILE),
    ),
    "parameters.LazyInAList": Bug(
        "because heads is a plain list",
        kinds=(FILE,),
        lost={"heads[0]": "trainable"},
    ),
    "parameters.ListWeight": Bug(
        "Forward makes a tensor of rows, a list of 6×6", kinds=("array as a weight",)
    ),
    "parameters.LocalLayer": Bug(
        "LocalLayer makes 42 numbers anew in every forward", kinds=("random in eval",)
    ),
    "parameters.Negated": Bug(
        "shift was computed once, from a tensor that nothing holds",
        kinds=("computed once",),
        lost={"shift": "trainable"},
    ),
    "parameters.NumpyWeight": Bug(
        "Forward makes a tensor of weight, a numpy array of 6×6", kinds=("array as a weight",)
    ),
    "parameters.OnTheDevice": Bug(
        "table is no Parameter any more", kinds=("no Parameter on another device",)
    ),
    "parameters.OnTheDeviceOfTheFile": Bug(
        'Built with DEVICE="cuda:0", table is no Parameter any more',
        kinds=("no Parameter on another device",),
    ),
    "parameters.PlainWeight": Bug(
        "nothing in them asks for a gradient. PlainWeight uses no parameter, but weight is a plain",
        kinds=(FILE,),
        lost={"weight": "tensor"},
    ),
    "parameters.Temperature": Bug(
        "No backward reaches scale: 1 number gets no gradient in 3 steps; "
        "their results leave the graph by item in line",
        kinds=("no backward reaches it",),
    ),
    "parameters.Reassigned": Bug(
        "Forward puts a new Parameter in the place of out.weight",
        kinds=(
            "replaced by the first forward",
            "eval forwards differ",
        ),
    ),
    "parameters.RequiresGrad": Bug("because shift is a plain tensor", lost={"shift": "trainable"}),
    "sharing.DataTie": Bug(
        "up.weight and down.weight are two Parameters over one memory",
        kinds=("two Parameters over one memory",),
    ),
    "sharing.DefaultLayer": Bug(
        "norm is the same in every model: it was made once", kinds=("shared by two models",)
    ),
    "sharing.Repeated": Bug("blocks.0 and blocks.1 are one Sequential", kinds=("shared module",)),
    "sharing.ShallowCopies": Bug(
        "first and second are shallow copies of one Linear, with the same Parameters",
        kinds=("shared module",),
    ),
    "sharing.Template": Bug("Forward never calls layer", kinds=("no backward reaches it",)),
    "sharing.Transposed": Bug("The file lacks back", kinds=(FILE,)),
    "sharing.Wrapped": Bug(
        "body (DataParallel) puts module. into 2 keys", kinds=("wrapper in the keys",)
    ),
}

# No finding, no record but notes, and no sentence but the count.
GOOD = (
    "batches.Bag",
    "batches.ColumnsFirst",
    "batches.Discriminator",
    "batches.EachWithEach",
    "batches.EachPair",
    "batches.Encoder",
    "batches.FramesOfAClip",
    "batches.LastStep",
    "batches.Neighbours",
    "batches.OneSequence",
    "batches.Patches",
    "batches.RollsTime",
    "batches.StepsOneByOne",
    "batches.TimeFirst",
    "batches.WordsOneByOne",
    "buffers.BufferedConstant",
    "buffers.KeepsActivations",
    "buffers.KeepsForLater",
    "buffers.MaskForEachDevice",
    "buffers.NotPersistent",
    "buffers.Waves",
    "classes.AnnotatedName",
    "classes.AnswersADataclass",
    "classes.AnswersAnObject",
    "classes.DataclassWithHash",
    "classes.Length",
    "classes.Pair",
    "classes.Scripted",
    "classes.Tokens",
    "containers.Activations",
    "containers.DictOfListsRegistered",
    "containers.ParameterListFlat",
    "containers.TupleRegistered",
    "gradients.BiasBeforeNorm",
    "gradients.ByTask",
    "gradients.Chosen",
    "gradients.Force",
    "gradients.KeepsInBackward",
    "gradients.Logs",
    "gradients.Net",
    "gradients.OwnOptimizers",
    "gradients.PerSample",
    "gradients.Routed",
    "gradients.Slope",
    "gradients.SlopeOfTheInput",
    "gradients.StraightThrough",
    "gradients.ZeroInit",
    "holders.Parent",
    "holders.PartOfAnObject",
    "modes.AttentionDropoutHeard",
    "modes.FastPath",
    "modes.FrozenNormKept",
    "modes.FunctionalDropoutHeard",
    "modes.KeepsItsTeacher",
    "modes.NoiseInTraining",
    "modes.Seeds",
    "modes.TrainOverridden",
    "parameters.FrozenOnPurpose",
    "parameters.Lazy",
    "parameters.MadeOnTheDevice",
    "parameters.MadeOnTheDeviceOfTheFile",
    "parameters.Registered",
    "parameters.StartsFromTheFirstBatch",
    "sharing.Copied",
    "sharing.Parametrized",
    "sharing.Pruned",
    "sharing.Teacher",
    "sharing.Tie",
    "sharing.TransposedEachTime",
)


# Of each kind of finding, what its remedy may begin with.
REMEDIES = {
    "a flag that nothing reads": (
        "Write self.body.requires_grad_(False)",
        "Write self.body.weight",
    ),
    "array as a weight": ("Write self.weight = nn.Parameter(", "Write self.rows = nn.Parameter("),
    "batch statistics in eval": ("Let eval() reach norm", "Make the BatchNorm1d of line 249 in"),
    "changed by a forward": ("Leave out.weight as it is", "Make the step of line 200 where"),
    "changes its input": ("Compute a new tensor",),
    "computed once": ("Compute weight", "Write self.shift = nn.Parameter(...) around"),
    "eval forwards differ": ("Leave nothing behind", "Let each forward begin with the same"),
    "forward switches the mode": ("Leave eval() to who calls", "Leave train() to who calls"),
    "frozen and moving": ("Keep it in eval mode",),
    "gradient is always 0": ("Look for what makes it 0", "A difference or a normalization"),
    "graph goes on": ("Put in .detach()", "Compute weight anew in each forward"),
    "hidden by a class attribute": ("Delete head from the body of class",),
    "left out by its own optimizer": ("Make optimizer when all layers are there",),
    "left out by parameters()": ("Let parameters() give",),
    "made by the first forward": ("Make",),
    "mode is not passed on": ("Call super().eval() in eval(), and return self",),
    "no Parameter on another device": ("Make the tensor on the device first",),
    "no backward reaches it": (
        *("Leave out", "Call", "Freeze a copy", "Set requires_grad in __init__"),
        *("Return a gradient for each argument in Lose",),
        *("Pass use_reentrant=False", "Use the computed tensor itself", "Let the scores"),
        "Compute with the tensor",
    ),
    "no output requires a gradient": ("Leave out", "Return what forward has computed"),
    "random in eval": ("Pass dropout_p=", "Pass training=self.training", "Draw only if"),
    "replaced by the first forward": ("Make out.weight in __init__",),
    MIXED: (
        *("Take it over the classes of each sample: dim=-1", "Take it over the numbers of each"),
        "Make recurrent with batch_first=True",
        *("Write x.flatten(1) for a row of each", "Multiply within each sample"),
        "Give both the same number of dimensions",
    ),
    "shared by two models": ("Make norm in __init__",),
    "shared module": ("Make a Sequential for each name", "Write copy.deepcopy("),
    "split by a move": ("Read mean alone",),
    "the file does not reproduce the output": (
        *("Register", "Keep", "Let CutsItsFile.state_dict() give"),
    ),
    "two Parameters over one memory": ("To tie them, assign the Parameter itself",),
    "wrapper in the keys": ("Save the state_dict() of the module inside",),
}


def beside_itself(name: str) -> RegistryReport:
    """The page of an animal on both sides, which is run once."""
    report = report_on(zoo().leaving_out("right"), name, name)
    return report.model_copy(update={"right": report.left})


def said(report: RegistryReport) -> str:
    """The narration of the page, and the lines about findings."""
    subject = report.left
    assert subject.scan
    lines = finding_lines(subject.findings, subject.scan, report.query)
    told = [registry_narration(report), not_run(subject.findings)]
    return read(joined([*told, *(line.said for line in lines)])).strip()


def lost(name: str) -> dict[str, Rank]:
    """The unregistered records that are findings, without what is inside a hidden layer."""
    records = [each for each in find_unregistered(zoo().build(name, 0)) if each.rank in FINDINGS]
    layers = tuple(f"{each.path}." for each in records if each.kind == "module")
    return {each.path: each.rank for each in records if not each.path.startswith(layers)}


def test_every_animal_is_in_the_table() -> None:
    assert {*BUGS, *GOOD} == set(zoo().contents.cards)
    assert not BUGS.keys() & set(GOOD)
    assert zoo().contents.problems == ()


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_found(name: str) -> None:
    bug, report = BUGS[name], beside_itself(name)
    assert report.left.forward_raised is None
    assert tuple(each.kind for each in report.left.findings.findings) == bug.kinds
    assert lost(name) == bug.lost
    assert bug.says in said(report)
    for finding in report.left.findings.findings:
        assert read(fix(finding)).startswith(REMEDIES[finding.kind])


@pytest.mark.parametrize("name", GOOD)
def test_what_only_looks_like_a_bug_is_none(name: str) -> None:
    report = beside_itself(name)
    assert report.left.forward_raised is None
    assert report.left.findings == Findings()
    assert lost(name) == {}
    text = said(report)
    assert "PyTorch knows them all" in text or text.endswith("stays in evaluation mode.")


def test_a_step_that_forward_makes_is_no_way_out_of_the_graph() -> None:
    text = said(beside_itself("gradients.TrainsItself"))
    assert "42 numbers get no gradient in 3 steps; their results leave the graph by detach" in text


def test_what_gives_its_layers_once_is_one_finding() -> None:
    text = said(report_on(zoo(), "holders.UsedUp", "holders.UsedUp"))
    assert text.endswith("blocks gives its layers once.")
