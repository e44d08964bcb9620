"""An exercise is TODO, FAIL or PASS by what was run: right repairs pass, each wrong one fails."""

from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest
import torch
from torch import nn

from lectures.course import COURSE, build, example
from lectures.lectures import catalog_of
from rollcall.experiments.exercise.experiment import ExerciseQuery, ExerciseReport, exercise
from rollcall.lectures.contents import Lesson

EXERCISES = [
    lesson
    for chapter in COURSE.contents.chapters
    for lesson in chapter.lessons
    if lesson.page == "exercise"
]
REPAIRS = [lesson for lesson in EXERCISES if lesson.left.startswith("repairs.")]

COURSE_TOML = """
[[chapter]]
file = "own"
title = "Own"
input = [4, 10]

[chapter.models.YourTableNet]
input = [4, 6, 10]

[chapter.models.BufferNet]
input = [4, 6, 10]
"""
SOLUTIONS = """
class ModuleListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])

    def forward(self, x):
        return self.layers[1](F.relu(self.layers[0](x)))


class GoodLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(10, 10))

    def forward(self, x):
        return x @ self.weight


class AttentiveDropoutNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(F.dropout(x, 0.5, self.training))


class BufferNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.randn(6, 10))
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(x + self.table)
"""


class Repaired(NamedTuple):
    """What somebody hands in, and the checks that it does not pass."""

    solution: str
    init: str
    forward: str
    not_passed: set[str]


LISTED = "self.layers[1](F.relu(self.layers[0](x)))"
TABLE = "self.head = nn.Linear(10, 5)\n"
HANDED_IN = {
    "a ModuleList": Repaired(
        "ModuleListNet",
        "self.layers = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])",
        LISTED,
        set(),
    ),
    "a Sequential": Repaired(
        "ModuleListNet",
        "self.layers = nn.Sequential(nn.Linear(10, 20), nn.Linear(20, 5))",
        LISTED,
        set(),
    ),
    "a list still": Repaired(
        "ModuleListNet",
        "self.layers = [nn.Linear(10, 20), nn.Linear(20, 5)]",
        LISTED,
        {"answering", "stepped", "moved", "saved", "agreeing", "nothing_else"},
    ),
    "other names": Repaired(
        "ModuleListNet",
        "self.one, self.two = nn.Linear(10, 20), nn.Linear(20, 5)",
        "self.two(F.relu(self.one(x)))",
        {"agreeing"},
    ),
    "a layer less": Repaired(
        "ModuleListNet",
        "self.layers = nn.ModuleList([nn.Linear(10, 5)])",
        "self.layers[0](x)",
        {"trainable", "agreeing"},
    ),
    "no relu": Repaired(
        "ModuleListNet",
        "self.layers = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])",
        "self.layers[1](self.layers[0](x))",
        {"agreeing"},
    ),
    "another shape": Repaired(
        "ModuleListNet",
        "self.layers = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])",
        f"{LISTED}.sum()",
        {"output", "agreeing"},
    ),
    "a Parameter": Repaired(
        "GoodLayer", "self.weight = nn.Parameter(torch.randn(10, 10))", "x @ self.weight", set()
    ),
    "a Parameter that is frozen": Repaired(
        "GoodLayer",
        "self.weight = nn.Parameter(torch.randn(10, 10), requires_grad=False)",
        "x @ self.weight",
        {"trainable"},
    ),
    "a buffer in the place of a weight": Repaired(
        "GoodLayer",
        'self.register_buffer("weight", torch.randn(10, 10))',
        "x @ self.weight",
        {"trainable"},
    ),
    "the mode as an argument": Repaired(
        "AttentiveDropoutNet", TABLE, "self.head(F.dropout(x, 0.5, self.training))", set()
    ),
    "a Dropout": Repaired(
        "AttentiveDropoutNet",
        TABLE + "self.drop = nn.Dropout(0.5)",
        "self.head(self.drop(x))",
        set(),
    ),
    "no dropout at all": Repaired("AttentiveDropoutNet", TABLE, "self.head(x)", {"draws"}),
    "a dropout that never ends": Repaired(
        "AttentiveDropoutNet",
        TABLE,
        "self.head(F.dropout(x, 0.5))",
        {"in_eval", "agreeing", "nothing_else"},
    ),
    "a buffer": Repaired(
        "BufferNet",
        'self.register_buffer("table", torch.randn(6, 10))\n' + TABLE,
        "self.head(x + self.table)",
        set(),
    ),
    "a buffer that is not saved": Repaired(
        "BufferNet",
        'self.register_buffer("table", torch.randn(6, 10), persistent=False)\n' + TABLE,
        "self.head(x + self.table)",
        {"saved", "agreeing", "nothing_else"},
    ),
    "a table that is trained": Repaired(
        "BufferNet",
        "self.table = nn.Parameter(torch.randn(6, 10))\n" + TABLE,
        "self.head(x + self.table)",
        {"trainable"},
    ),
    "a table that is frozen": Repaired(
        "BufferNet",
        "self.table = nn.Parameter(torch.randn(6, 10), requires_grad=False)\n" + TABLE,
        "self.head(x + self.table)",
        {"trainable"},
    ),
}


def lecture(init: str, forward: str, name: str = "YourNet") -> str:
    """A file with the model that is handed in, and the solutions."""
    lines = "\n".join(f"        {line}" for line in init.splitlines())
    return dedent(SOLUTIONS) + (
        f"\n\nclass {name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"{lines}\n\n    def forward(self, x):\n        return {forward}\n"
    )


def report_of(folder: Path, text: str, left: str, right: str) -> ExerciseReport:
    catalog = catalog_of(folder, text, COURSE_TOML)
    return exercise(ExerciseQuery(left=f"own.{left}", right=f"own.{right}"), catalog)


def not_passed(report: ExerciseReport) -> set[str]:
    subject = report.left
    lines = {line.name: line.finding.verdict for line in subject.repair_lines}
    lines |= {line.name: line.finding.verdict for line in subject.layer_lines}
    return {name for name, verdict in lines.items() if verdict != "pass"}


@pytest.mark.parametrize("lesson", EXERCISES, ids=lambda lesson: lesson.left)
def test_an_exercise_is_to_do_and_its_solution_passes(lesson: Lesson) -> None:
    report = exercise(ExerciseQuery(left=lesson.left, right=lesson.right), COURSE)
    assert (report.left.state, report.right.state) == ("todo", "pass")
    assert report.left.passed < len(report.left.verdicts)
    assert report.right.passed == len(report.right.verdicts) == len(report.left.verdicts)


@pytest.mark.parametrize("name", HANDED_IN)
def test_what_is_handed_in_fails_by_what_is_wrong_with_it(name: str, tmp_path: Path) -> None:
    case = HANDED_IN[name]
    model = "YourTableNet" if case.solution == "BufferNet" else "YourNet"
    report = report_of(tmp_path, lecture(case.init, case.forward, model), model, case.solution)
    assert not_passed(report) == case.not_passed
    assert report.left.state == ("fail" if case.not_passed else "pass")
    assert report.right.state == "pass"


@pytest.mark.parametrize("lesson", REPAIRS, ids=lambda lesson: lesson.left)
def test_the_counts_are_those_of_plain_pytorch(lesson: Lesson) -> None:
    report = exercise(ExerciseQuery(left=lesson.left, right=lesson.right), COURSE)
    for subject in (report.left, report.right):
        found = {line.name: line.finding for line in subject.repair_lines}
        model: nn.Module = build(subject.card.name)
        parameters = list(model.parameters())
        assert found["answering"].found == sum(p.numel() for p in parameters)
        assert found["saved"].found == len(model.state_dict())
        x = example(subject.card.name, model)
        with torch.no_grad():
            model.eval()
            agree = torch.equal(model(x), model(x))
        assert (found["in_eval"].verdict == "pass") is agree
        moved = [t for t in model.double().state_dict().values() if t.dtype == torch.float64]
        assert found["moved"].found == len(moved)


# The state


@pytest.mark.parametrize(
    ("init", "forward", "state", "todos"),
    [
        ("raise NotImplementedError", "x", "todo", 0),
        ("self.weight = nn.Parameter(torch.randn(10, 10))", "self.missing(x)", "fail", 0),
        ("raise KeyError('weight')", "x", "fail", 0),
        ("# TODO\nself.weight = torch.randn(10, 10)", "x @ self.weight", "todo", 1),
        ("# todo\nself.weight = torch.randn(10, 10)", "x @ self.weight", "fail", 0),
        ("self.name = 'TODO'\nself.weight = None", "x", "fail", 0),
        (
            "# TODO\nself.weight = nn.Parameter(torch.randn(10, 10))",
            "x @ self.weight",
            "pass",
            1,
        ),
    ],
)
def test_the_state(tmp_path: Path, init: str, forward: str, state: str, todos: int) -> None:
    report = report_of(tmp_path, lecture(init, forward), "YourNet", "GoodLayer")
    assert report.left.state == state
    assert report.left.code
    text = report.left.code.text.splitlines()
    assert len(report.left.code.todo_lines) == todos
    assert all("# TODO" in text[number - 1] for number in report.left.code.todo_lines)


def test_an_exception_is_told_with_its_line(tmp_path: Path) -> None:
    report = report_of(tmp_path, lecture("pass", "x.nothing()"), "YourNet", "GoodLayer")
    raised = report.left.repair_lines[0].finding.raised
    assert raised
    assert raised.type == "AttributeError"
    assert report.left.code
    assert raised.line
    assert "x.nothing()" in report.left.code.text.splitlines()[raised.line - 1]


def test_a_layer_that_is_half_written_is_to_do_until_something_is_wrong(tmp_path: Path) -> None:
    written = """
    class YourReLU(nn.Module):
        def forward(self, x):
            {body}

    class Solution(nn.ReLU): pass
    """
    states = {}
    for body in ("raise NotImplementedError", "return x", "return x * (x > 0)", "return x.relu()"):
        report = report_of(tmp_path, dedent(written).format(body=body), "YourReLU", "Solution")
        states[body] = report.left.state
    assert states == {
        "raise NotImplementedError": "todo",
        "return x": "fail",
        "return x * (x > 0)": "pass",
        "return x.relu()": "pass",
    }


def test_a_solution_that_raises_is_no_fault_of_the_exercise(tmp_path: Path) -> None:
    text = (
        lecture("pass", "x")
        + "\n\nclass Broken(GoodLayer):\n    def forward(self, x): raise OSError\n"
    )
    report = report_of(tmp_path, text, "YourNet", "Broken")
    for subject in (report.left, report.right):
        assert subject.raised is None
        assert subject.solution_raised
        assert subject.solution_raised.type == "OSError"
        assert subject.state == "todo"
