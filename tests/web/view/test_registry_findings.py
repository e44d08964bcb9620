"""The sentences about findings name who misses what, and lead to the page that shows it."""

from typing import get_args

import pytest
from torch import nn

from rollcall.core.findings import Findings
from rollcall.core.findings.forward_kinds import (
    AddedByForward,
    CarriedOver,
    ChangedByForward,
    ChangedInput,
    MixedRows,
    OwnOptimizer,
    ReplacedByForward,
    SwitchedMode,
)
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
    RandomPlace,
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
from rollcall.core.findings.lines_named import lines_named
from rollcall.core.findings.look import Run
from rollcall.core.report import Raised
from rollcall.core.scan import scan
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.web.view.registry.finding_words import told
from rollcall.web.view.registry.findings import PAGES, finding_lines, not_run, page_of
from rollcall.web.view.sentence import read

TYPE_ERROR = Raised(type="TypeError", message="missing 1 required positional argument: 'loader'")
AT_20 = TYPE_ERROR.model_copy(update={"line": 20})
UNREACHED = Unreached(
    paths=("body.weight",),
    numel=6,
    never_called=(),
    steps=3,
    exits=(GraphExit(name="detach", line=7),),
)

SAID: list[tuple[Finding, str]] = [
    (
        ArrayAsWeight(path="head.table", class_name="ndarray", shape=(4, 3), line=9),
        "Forward makes a tensor of head.table, a numpy array of 4×3 (line 9): "
        "no optimizer, .to() or file knows it.",
    ),
    (
        ArrayAsWeight(path=None, class_name="list", shape=(4, 3), line=None),
        "Forward makes a tensor of a list of 4×3: no optimizer, .to() or file knows it.",
    ),
    (
        UNREACHED,
        "No backward reaches body.weight: 6 numbers get no gradient in 3 steps; "
        "their results leave the graph by detach in line 7.",
    ),
    (
        NoGraph(numel=6, exits=(GraphExit(name="item", line=None), GraphExit(name="x", line=1))),
        "No output requires a gradient, so none of 6 trainable numbers can learn; "
        "their results leave the graph by item, and at 1 more place.",
    ),
    (
        LostOnDevice(paths=("gate",), device="cuda:0"),
        'Built with device="cuda:0", gate is no Parameter any more: .to() gives a new tensor '
        "there, which no optimizer or file knows.",
    ),
    (
        SharedModule(path="stack.0", aliases=("stack.1",), class_name="Linear", numel=1110),
        "stack.0 and stack.1 are one Linear: 1,110 numbers, under 2 names in the file.",
    ),
    (
        HiddenByClass(path="skip", class_name="Block", given="NoneType"),
        "skip is registered, but the attribute gives None: "
        "class Block has an attribute of that name.",
    ),
    (
        TiedByData(path="a.weight", other="b.weight", tied_after_move=False),
        "a.weight and b.weight are two Parameters over one memory; "
        "after double() they no longer share it.",
    ),
    (
        WrappedKeys(
            path="body", class_name="OptimizedModule", prefix="_orig_mod.", keys=1, example="x.y"
        ),
        "body (OptimizedModule) puts _orig_mod. into 1 key of state_dict(), such as x.y.",
    ),
    (
        ModeNotPassedOn(
            path="",
            class_name="Net",
            method="train",
            returned="NoneType",
            unheard=("body",),
            raised=None,
        ),
        "Net overrides train(), and eval() does not reach body; "
        "train() returns None instead of the model.",
    ),
    (
        ModeNotPassedOn(
            path="", class_name="Net", method="eval", returned="int", unheard=(), raised=None
        ),
        "Net overrides eval(), and it returns int instead of the model.",
    ),
    (
        ModeNotPassedOn(
            path="", class_name="Net", method="train", returned=None, unheard=(), raised=TYPE_ERROR
        ),
        "Net overrides train(), and calling it raises TypeError.",
    ),
    (
        RandomInEval(places=(RandomPlace(path="", name="torch.rand", line=60),), apart=1.5921),
        "After eval(), torch.rand (line 60) still draws random numbers: "
        "two outputs are up to 1.59 apart.",
    ),
    (
        RandomInEval(
            places=(
                RandomPlace(path="drops[0]", name="Dropout", line=None),
                RandomPlace(path="drops[1]", name="Dropout", line=None),
            ),
            apart=0.0,
        ),
        "After eval(), drops[0] and drops[1] still draw random numbers.",
    ),
    (
        RandomInEval(
            places=tuple(
                RandomPlace(path=f"blocks.{number}", name="F.dropout", line=34)
                for number in range(3)
            ),
            apart=0.0,
        ),
        "After eval(), F.dropout (line 34) in 3 modules still draws random numbers.",
    ),
    (
        EvalForwardsDiffer(apart=1.0, changed=("calls",)),
        "Two forwards after eval(), on one input, differ by up to 1.00: "
        "the first one changes calls.",
    ),
    (
        EvalForwardsDiffer(apart=None, changed=()),
        "Two forwards after eval(), on one input, differ: the first one leaves something behind.",
    ),
    (
        BatchStatisticsInEval(path="norm", name="BatchNorm1d", line=None, row_change=1.2),
        "After eval(), norm (BatchNorm1d) still normalizes by the batch: "
        "the answer for a row depends on the other rows.",
    ),
    (
        BatchStatisticsInEval(path="", name="F.batch_norm", line=12, row_change=1.2),
        "After eval(), F.batch_norm (line 12) still normalizes by the batch: "
        "the answer for a row depends on the other rows.",
    ),
    (
        BatchStatisticsInEval(
            path="a", name="F.batch_norm", line=12, also=("b", "c"), row_change=1.2
        ),
        "After eval(), F.batch_norm (line 12) in 3 modules still normalizes by the batch: "
        "the answer for a row depends on the other rows.",
    ),
    (
        OwnOptimizer(optimizers=("opt",), paths=("out.weight", "out.bias"), numel=14),
        "opt does not hold out.weight and out.bias: "
        "14 numbers with a gradient that no step of the model’s own moves.",
    ),
    (
        MixedRows(path=None, name="F.softmax", line=12, row_change=0.25),
        "After eval(), F.softmax (line 12) mixes the samples of a batch: "
        "the answer for one moves by up to 0.250 when the others change.",
    ),
    (
        MixedRows(path=None, name="view", line=12, row_change=0.25, torn=True, rows=10, samples=4),
        "After eval(), view (line 12) mixes the samples of a batch: 4 samples come out as 10 rows, "
        "and one moves by up to 0.250 when the other samples change.",
    ),
    (
        MixedRows(path="soft", name="Softmax", line=None, row_change=0.25),
        "After eval(), soft (Softmax) mixes the samples of a batch: "
        "the answer for one moves by up to 0.250 when the others change.",
    ),
    (
        MixedRows(path="rnn", name="LSTM", line=None, row_change=0.25, time_first=True),
        "After eval(), rnn (LSTM) takes the samples of a batch for steps in time: "
        "the answer for one moves by up to 0.250 when the others change.",
    ),
    (
        Unreached(paths=("aux.weight", "aux.bias"), numel=88, never_called=("aux",), steps=3),
        "Forward never calls aux: 88 numbers get no gradient.",
    ),
    (
        Unreached(
            paths=("body.weight", "body.bias"), numel=42, never_called=(), steps=3, frozen=True
        ),
        "Forward sets requires_grad to False in body.weight and body.bias: "
        "42 numbers get no gradient in 3 steps.",
    ),
    (
        ChangedByForward(paths=("out.weight",)),
        "Forward itself changes out.weight, outside of any training step.",
    ),
    (
        ChangedByForward(paths=("out.weight",), stepped_at=7),
        "Forward itself changes out.weight, by a step of an optimizer of its own (line 7).",
    ),
    (
        LeftOutByParameters(paths=("body.weight", "body.bias")),
        "parameters() leaves out body.weight and body.bias: "
        "an optimizer that is built with it never moves them.",
    ),
    (
        SharedByModels(paths=("norm",)),
        "norm is the same in every model: it was made once, as a default or with the class, "
        "and one training changes them all.",
    ),
    (
        FrozenMoves(path="", class_name="Probe", tensors=("mean",)),
        "Probe is frozen, but a forward in training mode still moves mean.",
    ),
    (
        Unreached(paths=("body.weight",), numel=1, never_called=(), steps=3),
        "No backward reaches body.weight: 1 number gets no gradient in 3 steps.",
    ),
    (
        NoGraph(numel=56),
        "No output requires a gradient, so none of 56 trainable numbers can learn.",
    ),
    (
        ZeroGradient(paths=("fc.weight",), numel=80, steps=3),
        "The gradient of fc.weight was exactly 0 in 3 training steps: it does not move.",
    ),
    (
        StaleCopy(path="weight_t", shape=(10, 4), sources=("weight",), moved=True),
        "weight_t was computed once, from weight; forward uses it, and no step updates it.",
    ),
    (
        StaleCopy(path="gate", shape=(10, 4), sources=(), moved=False),
        "gate was computed once, from a tensor that nothing holds; "
        "forward uses it, and no step updates it.",
    ),
    (
        FrozenMoves(path="norm", class_name="BatchNorm1d", tensors=("norm.running_mean",)),
        "norm is frozen, but a forward in training mode still moves running_mean.",
    ),
    (
        AddedByForward(
            path="delta",
            holds="parameter",
            class_name="Parameter",
            registered=True,
            trainable=True,
        ),
        "The first forward makes delta: an optimizer built before it does not hold it.",
    ),
    (
        AddedByForward(path="mask", holds="buffer", class_name="Tensor", registered=True),
        "The first forward makes mask, which is in no file that was saved before it.",
    ),
    (
        AddedByForward(path="mask", holds="tensor", class_name="Tensor", registered=False),
        "The first forward makes mask, a plain Tensor: .to() and state_dict() miss it.",
    ),
    (
        AddedByForward(
            path="heads['a']",
            holds="module",
            class_name="Linear",
            registered=False,
            trainable=True,
        ),
        "The first forward makes heads['a'] (Linear), which is not registered: "
        "the optimizer, .to() and state_dict() miss it.",
    ),
    (
        AddedByForward(
            path="forward (global: make) (dict).values()[0]",
            holds="module",
            class_name="Linear",
            registered=False,
            trainable=True,
        ),
        "The first forward makes what make keeps (Linear), which is not registered: "
        "the optimizer, .to() and state_dict() miss it.",
    ),
    (
        ReplacedByForward(path="fc.weight", numel=100),
        "Forward puts a new Parameter in the place of fc.weight: the optimizer holds the old one.",
    ),
    (
        SplitByMove(path="step_0", alias="steps[0]", moved_to="float64", left_at="float32"),
        "double() moves step_0, but steps[0] stays a float32 tensor: they were one before.",
    ),
    (
        FileDoesNotReproduce(apart=0.25, missing=("layers[0].weight",)),
        "The file lacks layers[0].weight: without it a fresh model answers up to 0.250 away.",
    ),
    (
        FileDoesNotReproduce(apart=0.25, missing=(), numbers=("largest",)),
        "Forward changes largest, a Python number that no file has: "
        "a fresh model that loads the file answers up to 0.250 away.",
    ),
    (
        FileDoesNotReproduce(apart=0.25, missing=(), loading_raised="RuntimeError"),
        "A fresh model cannot load the file: load_state_dict() raises RuntimeError.",
    ),
    (
        ChangedInput(line=15),
        "Forward changes its own input in place (line 15): after a call the batch is another one.",
    ),
    (
        CarriedOver(paths=("state",), raised="RuntimeError"),
        "state leads from one forward to the next: the second backward raises RuntimeError, "
        "for the graph of the first is used up.",
    ),
    (
        SwitchedMode(paths=("drop", "norm"), mode="train"),
        "Forward switches drop and norm to training mode, which lasts beyond that call.",
    ),
    (
        UnreadFlag(path="body", name="requires_grad", value=False, others=(), numel=42),
        "body.requires_grad = False freezes nothing: PyTorch reads no such attribute of a module. "
        "42 numbers stay as they were.",
    ),
    (
        UnreadFlag(path="a", name="require_grad", value=True, others=("b", "c"), numel=1),
        "a.require_grad = True thaws nothing: PyTorch reads no such attribute of a Parameter "
        "(and of 2 more). 1 number stays as it was.",
    ),
    (
        FileDoesNotReproduce(apart=None, missing=()),
        "A fresh model that loads the file answers differently.",
    ),
]


def test_a_finding_is_one_sentence() -> None:
    assert [read(told(finding)) for finding, _ in SAID] == [said for _, said in SAID]


def test_every_kind_has_a_sentence_and_a_page() -> None:
    classes = get_args(get_args(Finding)[0])
    assert {type(finding) for finding, _ in SAID} == set(classes)
    assert PAGES.keys() == {kind.model_fields["kind"].default for kind in classes}


def test_findings_of_one_kind_are_one_line() -> None:
    split = SplitByMove(path="a", alias="b[0]", moved_to="float64", left_at="float32")
    found = Findings(findings=(split, split.model_copy(update={"path": "c"}), NoGraph(numel=1)))
    query = RegistryQuery(seed=5, mode="eval")
    first, second = finding_lines(found, scan(nn.Linear(1, 1)), query)
    assert read(second.said).endswith("one before. (1 more such place.)")
    assert (first.page, second.page) == ("Training", "Device")
    assert second.url.startswith("/device?")
    assert "seed=5" in second.url


def test_what_another_device_loses_is_shown_on_that_device() -> None:
    lost = LostOnDevice(paths=("gate",), device="cuda:0")
    (line,) = finding_lines(Findings(findings=(lost,)), scan(nn.Linear(1, 1)), RegistryQuery())
    assert line.page == "Device"
    assert "device=simulated" in line.url


def test_what_no_page_shows_leads_to_none() -> None:
    tied = TiedByData(path="a.weight", other="b.weight", tied_after_move=False)
    (line,) = finding_lines(Findings(findings=(tied,)), scan(nn.Linear(1, 1)), RegistryQuery())
    assert (line.page, line.url) == ("", "")


def made(holds: str, *, registered: bool) -> AddedByForward:
    return AddedByForward.model_validate(
        {
            "path": holds,
            "holds": holds,
            "class_name": "Tensor",
            "registered": registered,
            "trainable": holds == "parameter",
        }
    )


def test_the_gravest_stands_first_and_a_cause_before_what_comes_of_it() -> None:
    found = (
        made("tensor", registered=False),
        SharedModule(path="a", aliases=("b",), class_name="Linear", numel=6),
        RandomInEval(places=(), apart=1.0),
        made("parameter", registered=True),
        UNREACHED,
        HiddenByClass(path="skip", class_name="Block", given="NoneType"),
    )
    lines = finding_lines(Findings(findings=found), scan(nn.Linear(1, 1)), RegistryQuery())
    assert [read(line.said) for line in lines] == [
        read(told(found[place])) for place in (5, 4, 3, 2, 1, 0)
    ]


def test_what_no_backward_reaches_since_a_class_hides_it_has_no_line_of_its_own() -> None:
    hidden = HiddenByClass(path="skip", class_name="Block", given="NoneType")
    unreached = UNREACHED.model_copy(update={"paths": ("skip.weight", "skip.bias")})
    more = UNREACHED.model_copy(update={"paths": ("skip.weight", "skipped.bias")})
    for finding, lines in ((unreached, 1), (more, 2)):
        found = Findings(findings=(hidden, finding))
        assert len(finding_lines(found, scan(nn.Linear(1, 1)), RegistryQuery())) == lines


PLACES = (
    RandomPlace(path="", name="torch.rand", line=60),
    RandomPlace(path="drop", name="Dropout", line=None),
)


@pytest.mark.parametrize(
    ("finding", "lines"),
    [
        (UNREACHED, [7]),
        (NoGraph(numel=6, exits=UNREACHED.exits), [7]),
        (RandomInEval(places=PLACES, apart=None), [60]),
        (ArrayAsWeight(path=None, class_name="list", shape=(4, 3), line=9), [9]),
        (BatchStatisticsInEval(path="", name="F.batch_norm", line=12, row_change=1.2), [12]),
        (MixedRows(path=None, name="F.softmax", line=12, row_change=1.2), [12]),
        (
            ModeNotPassedOn(
                path="", class_name="Net", method="train", returned=None, unheard=(), raised=AT_20
            ),
            [20],
        ),
        (SharedModule(path="a", aliases=("b",), class_name="Linear", numel=6), []),
    ],
)
def test_the_lines_that_a_finding_names(finding: Finding, lines: list[int]) -> None:
    assert list(lines_named(finding)) == lines


def test_a_number_that_was_measured_with_another_seed_says_so() -> None:
    found = Findings(findings=(EvalForwardsDiffer(apart=0.5, changed=()), NoGraph(numel=1)))
    for seed, said in ((0, ""), (7, " (With seed 0.)")):
        other, measured = finding_lines(found, scan(nn.Linear(1, 1)), RegistryQuery(seed=seed))
        assert read(measured.said).endswith(f"leaves something behind.{said}")
        assert "seed" not in read(other.said)


def test_a_file_that_lacks_what_the_roll_call_lists_has_no_line_of_its_own() -> None:
    model = nn.Module()
    model.layers = [nn.Linear(1, 1)]  # type: ignore[assignment]
    listed = FileDoesNotReproduce(apart=0.5, missing=("layers[0].weight", "layers[0].bias"))
    hidden = listed.model_copy(update={"missing": ("layers[0].weight", "other")})
    lines = [
        finding_lines(Findings(findings=(finding,)), scan(model), RegistryQuery())
        for finding in (listed, hidden)
    ]
    assert list(map(len, lines)) == [0, 1]


def test_a_run_that_raised_is_told() -> None:
    runs = (Run(name="training", raised=TYPE_ERROR), Run(name="eval", raised=TYPE_ERROR))
    said = read(not_run(Findings(not_run=runs)))
    assert said == (
        "Not looked at: training, eval. There the model raised TypeError: "
        "missing 1 required positional argument: 'loader'."
    )
    assert not_run(Findings()) == ()


def test_what_is_wrong_in_eval_is_shown_in_eval() -> None:
    query = RegistryQuery(left="a.Net", right="a.Net")
    random = RandomInEval(places=(RandomPlace(path="", name="F.dropout", line=3),), apart=1.0)
    assert "mode=eval" in page_of(random, query)[1]
    assert "mode=train" in page_of(FrozenMoves(path="a", class_name="A", tensors=("m",)), query)[1]
