"""What the step page says at each moment, without HTML: from real runs."""

import warnings
from pathlib import Path

import pytest

from experiments.step.nets import HOSTILE, ORDINARY, tracer_kept
from lectures.course import COURSE
from lectures.lectures import catalog_of
from rollcall.experiments.step.experiment import RECORDER, StepQuery, StepReport
from rollcall.lectures.catalog import Catalog
from rollcall.web.view.sentence import read
from rollcall.web.view.step.books_table import books_pages
from rollcall.web.view.step.calls_line import calls_line
from rollcall.web.view.step.code_lines import DIFFERS, LINES_PRINTED, code_column
from rollcall.web.view.step.cut_short import cut_short
from rollcall.web.view.step.headline import step_headline
from rollcall.web.view.step.learning_table import learning_rows
from rollcall.web.view.step.narration import step_narration
from rollcall.web.view.step.player import player
from rollcall.web.view.step.registered_list import registered_list
from rollcall.web.view.step.thing_words import a_or_an
from rollcall.web.view.step.variables_table import variables_table

HALF = ("containers.HalfListNet", "containers.FullListNet")
BAD = ("containers.BadListNet", "containers.ModuleListNet")
WITH_IMPORTS = "import dataclasses, sys, threading, time\n"
INPUT = '[[chapter]]\nfile = "own"\ninput = [2, 4]\n'


def reports(catalog: Catalog, left: str, right: str) -> list[StepReport]:
    """Those of all moments."""
    query = StepQuery(left=left, right=right)
    increments = list(RECORDER.record(query, catalog))
    told: list[StepReport] = []
    while not told or len(told) < told[0].moments:
        report = RECORDER.frame(increments, query.showing(len(told)))
        assert report
        told.append(report)
    return told


@pytest.fixture(scope="module")
def half() -> list[StepReport]:
    return reports(COURSE, *HALF)


@pytest.fixture(scope="module")
def bad() -> list[StepReport]:
    return reports(COURSE, *BAD)


def test_the_sentence_of_each_moment(half: list[StepReport]) -> None:
    said = [read(step_narration(report)) for report in half]
    assert said[:4] == [
        "On both sides __init__ begins.",
        "On both sides the registries are there, and empty.",
        "In HalfListNet Module.__setattr__ leaves hidden a plain attribute: an empty list is no "
        "Parameter, no Module and no buffer. In FullListNet Module.__setattr__ puts hidden into "
        "_modules.",
        "On both sides round 1 of the loop begins.",
    ]
    assert said[4] == (
        "In HalfListNet hidden is a plain list: it takes what it is given and tells PyTorch "
        "nothing, so no registry gains anything. In FullListNet line 63 registers hidden.0.weight "
        "and hidden.0.bias: ModuleList.append does it."
    )
    assert said[9:12] == [
        "On both sides the loop is over.",
        "On both sides the line registers head.weight and head.bias: head goes into _modules.",
        "On both sides forward begins.",
    ]
    assert said[12:14] == [
        "On both sides layer is now Linear(10, 10).",
        "On both sides x is now 4×10, made by ReluBackward0.",
    ]
    assert said[-3:] == [
        "On both sides forward returns a 4×5 tensor.",
        "In HalfListNet all 8 tensors get a gradient, 6 of which no registry knows. "
        "In FullListNet all 8 tensors get a gradient.",
        "In HalfListNet the step moves 2 of 8 tensors. "
        "In FullListNet the step moves all 8 tensors.",
    ]


# What is said of the left after a line, where both sides are the same model.
SAID = {
    "own.Ways": [
        "line 9 registers scale: scale goes into _parameters.",
        "Module.__setattr__ puts mask into _buffers by register_buffer.",
        "Module.__setattr__ leaves note a plain attribute: 'hello' is no Parameter, no Module and "
        "no buffer.",
        "Module.add_module puts late into _modules.",
    ],
    "own.OwnSetattr": [
        "line 24 calls OwnSetattr.__setattr__.",
        "fc is a Linear(4, 4), and no registry has it.",
        "both tensors get a gradient, though no registry knows them.",
    ],
    "own.Nested": [
        "line 46 registers one.fc.weight and one.fc.bias: one goes into _modules.",
        "Module.__setattr__ leaves hidden a plain attribute: a list of 1 is no Parameter, no "
        "Module and no buffer.",
        "Block.forward returns a 2×4 tensor.",
        "the step moves 2 of 4 tensors.",
    ],
    "own.Syntax": [
        "layer is now Linear(4, 4).",
        "line 74 prints something.",
        "round 2 of the loop begins.",
        "the loop is over.",
        "line 76 raises ValueError.",
        "caught is now True.",
        "Syntax.parts yields a 2×4 tensor.",
        "line 82 calls a lambda.",
        "line 63 calls Syntax.deeper.",
        "line 61 changes nothing that is shown.",
    ],
    "own.make": [
        "layers is now list of 2: Linear, ReLU.",
        "line 131 registers 0.weight and 0.bias.",
    ],
}


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    with warnings.catch_warnings(action="ignore"):  # of torch.compile, when it is first asked for
        return catalog_of(tmp_path_factory.mktemp("ordinary"), WITH_IMPORTS + ORDINARY, INPUT)


@pytest.mark.parametrize("name", SAID)
def test_what_else_a_line_may_do(ordinary: Catalog, name: str) -> None:
    said = [read(step_narration(report)) for report in reports(ordinary, name, name)]
    told = [sentence.split(maxsplit=2)[2] for sentence in said]
    assert [each for each in SAID[name] if each not in told] == []
    if name == "own.Syntax":
        assert told.count("the loop is over.") == 2


def test_the_large_number(half: list[StepReport]) -> None:
    told = [[step_headline(side) for side in (each.left, each.right)] for each in half]
    assert [(each.count, each.verdict) for each in told[4]] == [("0", "bad"), ("2", "good")]
    assert [each.second for each in told[4]] == ["line 49 added none", "line 63 added 2"]
    assert [(each.count, each.first) for each in told[13]] == [("4×10", "is x")] * 2
    assert [(each.count, each.first) for each in told[-1]] == [
        ("2", "of 8 tensors"),
        ("8", "of 8 tensors"),
    ]


def test_code_and_registries_at_the_moment_that_counts(bad: list[StepReport]) -> None:
    left, right = bad[3].left, bad[3].right
    assert left.moment
    assert right.moment
    code = code_column(left.moment, right.moment).lines
    assert [each.line.text.strip() for each in code if each.differs] == ["self.layers = []"]
    assert [each.sign for each in code if each.differs] == [DIFFERS]
    marks = {each.line.number: each.mark for each in code}
    assert [number for number, mark in marks.items() if mark == "ran"] == [24]
    assert [number for number, mark in marks.items() if mark == "next"] == [25]
    rows = [{row.title: row.names for row in books_pages(side)[0].rows} for side in (left, right)]
    (hidden,) = rows[0]["attributes"]
    assert (hidden.name, hidden.value, hidden.lost) == ("layers", "list of 1: Linear", True)
    (kept,) = rows[1]["_modules"]
    assert (kept.value, kept.lost, kept.changed) == ("ModuleList of 1", False, True)
    assert registered_list(left).tensors == ()
    found = registered_list(right).tensors
    assert [(each.path, each.shape, each.new) for each in found] == [
        ("layers.0.weight", "20×10", True),
        ("layers.0.bias", "20", True),
    ]
    assert right.moment
    assert [(each.function, each.way) for each in calls_line(right.moment)] == [
        ("Linear", ("Linear(10, 20)",)),
        ("append", ("ModuleList of 1",)),
    ]


def test_variables_and_the_step(bad: list[StepReport]) -> None:
    (x,) = variables_table(bad[6].left, bad[6])
    assert (x.name, x.value, x.graph, x.changed) == (
        "x",
        "Tensor 4×20",
        "made by ReluBackward0",
        True,
    )
    assert x.drawing
    assert (x.drawing.rows, x.drawing.columns) == (4, 20)
    last = bad[-1].left.moment
    assert last
    rows = learning_rows(last)
    assert [(row.lost, row.gradient.kind, row.moved.text) for row in rows] == [
        (True, "yes", "0")
    ] * 4
    ahead = player(bad[-1], bad[-1].query)
    assert (ahead.next, ahead.end, ahead.at, ahead.of) == (None, None, 10, 10)
    assert player(bad[0], bad[0].query).previous is None


def test_what_gets_in_the_way_is_said(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, WITH_IMPORTS + HOSTILE, INPUT)
    with tracer_kept():
        told = reports(catalog, "own.Untraces", "own.RaisesLate")
    why = {cut_short(each.left) for each in told}
    assert why == {"", "The file called sys.settrace itself: the rest ran unseen."}
    assert read(step_narration(told[-1])).endswith("In RaisesLate RuntimeError ends the run.")
    raised = told[-1].right
    assert step_headline(raised).second == "the run ends here"
    hung = raised.model_copy(update={"cut_short": "time", "hung_at": 7})
    assert cut_short(hung) == "Line 7 did not end, and was stopped."
    assert (
        cut_short(hung.model_copy(update={"hung_at": None})) == "It did not end, and was stopped."
    )
    full = raised.model_copy(update={"cut_short": "full"})
    assert cut_short(full).startswith("No more than 22 moments")


def test_more_than_a_page_can_hold_is_counted(bad: list[StepReport]) -> None:
    moment = bad[3].left.moment
    assert moment
    printed = moment.model_copy(update={"printed": "a\n" * 9, "passed": 1_200, "round": 3})
    shown = {each.line.number: each for each in code_column(printed).lines}
    assert shown[24].printed == ("a",) * LINES_PRINTED + ("… 5 lines more",)
    assert shown[25].said == "round 3"
    assert calls_line(printed)[-1].function == "… 1,200 lines of later rounds ran unseen"
    assert [a_or_an(name) for name in ("Block", "Inner")] == ["a Block", "an Inner"]
