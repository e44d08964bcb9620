"""What to do about a finding, in the names of whoever wrote the model."""

import re
from functools import singledispatch

from rollcall.core.findings.applied_function import BACKWARD
from rollcall.core.findings.kinds import (
    ArrayAsWeight,
    BatchStatisticsInEval,
    EvalForwardsDiffer,
    FileDoesNotReproduce,
    Finding,
    FrozenMoves,
    GraphExit,
    HiddenByClass,
    LeftOutByParameters,
    LostOnDevice,
    ModeNotPassedOn,
    NoGraph,
    RandomInEval,
    SharedByModels,
    SharedModule,
    SplitByMove,
    StaleCopy,
    TiedByData,
    Unreached,
    UnreadFlag,
    WrappedKeys,
    ZeroGradient,
)
from rollcall.web.view.findings.forward_fixes import (
    added,
    carried_over,
    changed,
    changed_input,
    mixed_rows,
    own_optimizer,
    replaced,
    switched_mode,
)
from rollcall.web.view.sentence import Sentence, code, sentence
from rollcall.web.view.words import all_of, named, one_or_many


def _on_self(path: str) -> str:
    """A path as Python reads it: `self.backbone[1]` for `backbone.1`."""
    said = "self"
    for name in filter(None, path.split(".")):
        if name.isdecimal():
            said += f"[{name}]"
        else:
            said += f".{name}"
    return said


@singledispatch
def fix(finding: Finding) -> Sentence:
    """What its author can do."""
    raise TypeError(f"no remedy for {type(finding).__name__}")


@fix.register
def _(finding: SharedModule) -> Sentence:
    if finding.shallow:
        return sentence("Write ", code("copy.deepcopy(...)"), " for copy.copy(...).")
    return sentence(
        f"Make a {finding.class_name} for each name, unless they are to share their weights."
    )


@fix.register
def _(finding: SharedByModels) -> Sentence:
    return sentence("Make ", all_of(finding.paths), " in __init__.")


@fix.register
def _(finding: LeftOutByParameters) -> Sentence:
    return sentence("Let parameters() give ", all_of(finding.paths), ", or do not override it.")


@fix.register
def _(finding: HiddenByClass) -> Sentence:
    name = finding.path.rpartition(".")[2]
    return sentence("Delete ", code(name), f" from the body of class {finding.class_name}.")


@fix.register
def _(finding: UnreadFlag) -> Sentence:
    call = f"{_on_self(finding.path)}.requires_grad_({finding.value})"
    return sentence("Write ", code(call), ".")


@fix.register
def _(finding: TiedByData) -> Sentence:
    if not finding.alike:
        return sentence(
            "Compute ", code(finding.other), " from ", code(finding.path), " in forward."
        )
    tied = f"{_on_self(finding.other)} = {_on_self(finding.path)}"
    return sentence("To tie them, assign the Parameter itself: ", code(tied), ".")


@fix.register
def _(finding: WrappedKeys) -> Sentence:
    return sentence("Save the state_dict() of the module inside the wrapper.")


@fix.register
def _(finding: ModeNotPassedOn) -> Sentence:
    if finding.unheard or finding.raised:
        return sentence(
            f"Call super().{finding.method}() in {finding.method}(), and return self, "
            "or give the method another name."
        )
    return sentence("End ", code(f"{finding.method}()"), " with ", code("return self"), ".")


@fix.register
def _(finding: RandomInEval) -> Sentence:
    functions = [place for place in finding.places if place.line is not None]
    if functions and functions[0].name.isidentifier() and functions[0].name[0].isupper():
        made = f" of line {functions[0].line} in __init__, where eval() reaches it."
        return sentence("Make the ", code(functions[0].name), made)
    if functions and re.search("dropout|attention", functions[0].name):
        named_so = f" to {functions[0].name} in line {functions[0].line}."
        argument = "training=self.training"
        if "attention" in functions[0].name:
            argument = "dropout_p=p if self.training else 0.0"
        return sentence("Pass ", code(argument), named_so)
    return sentence("Draw only ", code("if self.training"), ", in a module that eval() reaches.")


@fix.register
def _(finding: EvalForwardsDiffer) -> Sentence:
    if finding.changed:
        changed = all_of(finding.changed)
        only = sentence(", or change it only ", code("if self.training"), ".")
        return sentence("Let each forward begin with the same ", changed, only)
    return sentence("Leave nothing behind in forward, or only ", code("if self.training"), ".")


@fix.register
def _(finding: BatchStatisticsInEval) -> Sentence:
    if finding.line is not None and finding.path is None:
        made = f" of line {finding.line} in __init__, where eval() reaches it."
        return sentence("Make the ", code(finding.name), made)
    if finding.line is not None:
        return sentence("Pass ", code("training=self.training"), f" in line {finding.line}.")
    return sentence(
        "Let eval() reach ", named(finding.path or ""), ", and keep its running statistics."
    )


@fix.register
def _(finding: Unreached) -> Sentence:
    if finding.frozen:
        return sentence("Set requires_grad in __init__, and not in forward.")
    if finding.only_in_eval:
        return sentence("Freeze a copy that is not trained: ", code("requires_grad_(False)"), ".")
    if finding.never_called:
        them = one_or_many(len(finding.never_called), "it", "them")
        return sentence("Call ", all_of(finding.never_called), f" in forward, or delete {them}.")
    if finding.exits and finding.exits[0].line is not None:
        return _stay_in_graph(finding.exits[0])
    return sentence("Let what forward makes of ", all_of(finding.paths), " reach its output.")


def _stay_in_graph(left: GraphExit) -> Sentence:
    line = f" in line {left.line}."
    if left.name.endswith(BACKWARD):
        return sentence("Return a gradient for each argument in ", code(left.name), ".")
    if left.name == "checkpoint":
        return sentence("Pass ", code("use_reentrant=False"), f" to {left.name}{line}")
    if left.name == "nn.Parameter":
        return sentence("Use the computed tensor itself, without ", code(left.name), line)
    return sentence("Leave out ", code(left.name), line)


@fix.register
def _(finding: NoGraph) -> Sentence:
    if finding.exits and finding.exits[0].line is not None:
        return _stay_in_graph(finding.exits[0])
    if finding.returned:
        return sentence("Return what forward has computed.")
    return sentence("Return what was computed from the parameters, and not a copy of its numbers.")


@fix.register
def _(finding: ArrayAsWeight) -> Sentence:
    name = finding.path or "weight"
    return sentence("Write ", code(f"self.{name} = nn.Parameter(torch.tensor(...))"), ".")


@fix.register
def _(finding: ZeroGradient) -> Sentence:
    if finding.only_biases:
        return sentence(
            "A difference or a normalization takes it out: write ", code("bias=False"), "."
        )
    return sentence("Look for what makes it 0: a rounding, a factor of 0, a dropout of 1, a hook.")


@fix.register
def _(finding: StaleCopy) -> Sentence:
    return sentence("Compute ", code(finding.path), " in forward, each time.")


@fix.register
def _(finding: FrozenMoves) -> Sentence:
    mode = f"{_on_self(finding.path)}.eval()"
    return sentence("Keep it in eval mode: call ", code(mode), " in train(), after super()’s.")


@fix.register
def _(finding: SplitByMove) -> Sentence:
    return sentence("Read ", code(finding.path), " alone, and keep no second name for it.")


@fix.register
def _(finding: LostOnDevice) -> Sentence:
    return sentence(
        "Make the tensor on the device first: ", code("nn.Parameter(tensor.to(device))"), "."
    )


@fix.register
def _(finding: FileDoesNotReproduce) -> Sentence:
    if finding.missing:
        missing = all_of(finding.missing)
        if finding.left_out_by:
            override = code(f"{finding.left_out_by}.state_dict()")
            return sentence("Let ", override, " give ", missing, ", or do not override it.")
        kept = one_or_many(len(finding.missing), "a buffer that is saved", "buffers that are saved")
        them = one_or_many(len(finding.missing), "it", "them")
        return sentence("Register ", missing, f" as {kept}, or compute {them} in forward.")
    if finding.numbers:
        return sentence("Keep ", all_of(finding.numbers), " in a buffer.")
    return sentence("Keep in parameters and buffers whatever forward depends on.")


for of_forward in (
    *(added, replaced, changed, changed_input),
    *(carried_over, switched_mode, mixed_rows, own_optimizer),
):
    fix.register(of_forward)
