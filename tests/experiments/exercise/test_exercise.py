"""An exercise is TODO, FAIL or PASS by what was run: right repairs pass, each wrong one fails."""

from pathlib import Path
from textwrap import dedent

import pytest
import torch
from torch import nn

from experiments.exercise.repairs import COURSE_TOML, HANDED_IN, lecture
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


def report_of(folder: Path, text: str, left: str, right: str) -> ExerciseReport:
    catalog = catalog_of(folder, text, COURSE_TOML)
    return exercise(ExerciseQuery(left=f"own.{left}", right=f"own.{right}"), catalog)


def not_passed(report: ExerciseReport) -> set[str]:
    subject = report.left
    lines: dict[str, str] = {}
    lines |= {line.name: line.finding.verdict for line in subject.repair_lines}
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
