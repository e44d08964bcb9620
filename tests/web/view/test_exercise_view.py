"""What the page of an exercise says: a state, a row for each check, and one hint, the next one."""

from typing import Any

import pytest

from rollcall.core.findings.kinds import RandomPlace
from rollcall.core.report import Raised
from rollcall.core.walk.found import HidingPlace
from rollcall.experiments.exercise.experiment import (
    ExerciseQuery,
    ExerciseReport,
    ExerciseSubject,
)
from rollcall.experiments.exercise.repair_checks import CHECKS as REPAIR_CHECKS
from rollcall.experiments.exercise.repair_checks import RepairFinding, RepairLine
from rollcall.experiments.exercise.student_code import StudentCode
from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.experiments.layer_checks.checks import CHECKS as LAYER_CHECKS
from rollcall.experiments.layer_checks.findings import Described, Finding
from rollcall.experiments.no_answer import NoAnswer
from rollcall.lectures.contents import Chapter, Contents, Lesson
from rollcall.lectures.source_lines import Source, SourceLine
from rollcall.web.view.exercise.checks import checks
from rollcall.web.view.exercise.code import LINES, shown_code
from rollcall.web.view.exercise.course import exercises, hint_of_course
from rollcall.web.view.exercise.layer_hints import layer_hint
from rollcall.web.view.exercise.narration import exercise_narration
from rollcall.web.view.exercise.repair_hints import repair_hint
from rollcall.web.view.exercise.state import state_line
from rollcall.web.view.sentence import read
from web.view.entries import card

LAYERS = sorted({name for of_kind in LAYER_CHECKS.values() for name in of_kind})
UNWRITTEN = Raised(type="NotImplementedError", message="", line=11)
WRONG = Raised(type="TypeError", message="no luck", line=12, during="model(x)")
STOPPED = NoAnswer(type="TimeLimit", message="", seconds=10)
COUNTS = ("trainable", "answering", "stepped", "moved", "saved")


def repair(name: str, verdict: str, **evidence: Any) -> RepairLine:
    finding = RepairFinding.model_validate({"verdict": verdict, **evidence})
    return RepairLine(name=name, finding=finding)


def layer(name: str, verdict: str, **evidence: Any) -> CheckLine:
    return CheckLine(name=name, finding=Finding.model_validate({"verdict": verdict, **evidence}))


def exercise(*lines: RepairLine | CheckLine, **known: Any) -> ExerciseSubject:
    return ExerciseSubject(
        card=card("YourNet"),
        repair_lines=tuple(line for line in lines if isinstance(line, RepairLine)),
        layer_lines=tuple(line for line in lines if isinstance(line, CheckLine)),
        **known,
    )


def code(*texts: str, todo: tuple[int, ...] = ()) -> StudentCode:
    lines = tuple(SourceLine(number=n, text=text) for n, text in enumerate(texts, 7))
    return StudentCode(source=Source(file="own.py", classes=(lines,)), todo_lines=todo, text="")


def narrated(subject: ExerciseSubject) -> str:
    query = ExerciseQuery(left="own.YourNet", right="own.Net")
    return read(exercise_narration(ExerciseReport(query=query, left=subject, right=subject)))


# Hints


def failing(name: str) -> RepairLine:
    counted = {"found": 1, "wanted": 2, "paths": ("table",)} if name in COUNTS else {}
    return repair(name, "fail", **counted)


@pytest.mark.parametrize("name", REPAIR_CHECKS)
def test_every_check_of_a_repair_has_a_title_evidence_and_a_hint(name: str) -> None:
    row = checks(exercise(failing(name))).next
    assert row
    assert row.title
    assert read(row.hint).endswith((".", "?"))
    passing = checks(exercise(repair(name, "pass", found=2, wanted=2, shapes=((4, 5),)))).rows[0]
    assert passing.title == row.title
    assert read(passing.evidence)
    assert passing.hint == ()


@pytest.mark.parametrize("verdict", ["fail", "todo"])
@pytest.mark.parametrize("name", LAYERS)
def test_every_check_of_a_layer_has_a_title_and_a_hint(name: str, verdict: str) -> None:
    raised = UNWRITTEN if verdict == "todo" else None
    row = checks(exercise(layer(name, verdict, raised=raised))).next
    assert row
    assert row.title
    assert read(row.hint).endswith((".", "?"))
    assert ("Begin in line 11." in read(row.hint)) is (verdict == "todo")


def test_a_hint_names_what_hides_a_layer() -> None:
    of = {
        HidingPlace("layers", "list"): "layers is a plain list. PyTorch does not look into one. "
        "torch.nn has a list of its own.",
        HidingPlace("parts", "dict"): "parts is a plain dict. PyTorch does not look into one. "
        "torch.nn has a dict of its own.",
        HidingPlace("weight", "Tensor"): "weight is a plain tensor. requires_grad=True brings it a "
        "gradient, and no place in parameters(): what is assigned has to be an nn.Parameter.",
        HidingPlace("part", "Part"): "part is a plain Part object. PyTorch registers an nn.Module "
        "that is assigned to self.",
    }
    for place, hint in of.items():
        line = repair("answering", "fail", found=0, wanted=9, places=(place,))
        assert read(repair_hint(line)) == hint


def test_a_hint_names_who_draws_after_eval() -> None:
    place = RandomPlace(path=None, name="F.dropout", line=38)
    line = repair("in_eval", "fail", drawing=(place,))
    assert read(repair_hint(line)).startswith("F.dropout in line 38 does not know of eval().")


def test_a_hint_says_which_shape_or_kind_is_wanted() -> None:
    wanted = Described(kind="Parameter", shape=(5, 10), dtype="float32")
    hints = {
        kind: read(layer_hint(layer("weight", "fail", of="weight", found=found, wanted=wanted)))
        for kind, found in {
            "nothing": Described(kind="nothing"),
            "tensor": Described(kind="Tensor", shape=(5, 10), dtype="float32"),
            "turned": Described(kind="Parameter", shape=(10, 5), dtype="float32"),
        }.items()
    }
    assert hints == {
        "nothing": "In __init__ assign a Parameter (5, 10) to self.weight.",
        "tensor": "PyTorch registers what is an nn.Parameter when it is assigned; "
        "self.weight is a Tensor.",
        "turned": "nn.Linear keeps its weight as (out_features, in_features).",
    }


def test_an_exception_is_told_with_its_line() -> None:
    for row in (
        checks(exercise(repair("output", "fail", raised=WRONG))).next,
        checks(exercise(layer("output", "fail", raised=WRONG))).next,
    ):
        assert row
        assert read(row.hint) == "Line 12 raised TypeError: read the message from its end."


def test_a_repair_that_was_begun_anew_is_still_to_be_written() -> None:
    line = repair("output", "todo", raised=UNWRITTEN)
    assert read(repair_hint(line)) == "It is still to be written."


# Rows


def test_only_the_first_that_does_not_pass_is_next() -> None:
    subject = exercise(
        repair("output", "pass"),
        repair("answering", "fail", found=0, wanted=325),
        repair("stepped", "fail", found=0, wanted=4),
    )
    shown = checks(subject)
    assert [row.is_next for row in shown.rows] == [False, True, False]
    assert shown.next is shown.rows[1]
    assert [read(row.evidence) for row in shown.rows[1:]] == ["0 of 325 numbers", "0 of 4 tensors"]
    assert checks(exercise(repair("output", "pass"))).next is None


# State and sentence


def test_the_state_says_how_many_checks_pass_and_which_todo_is_left() -> None:
    subject = exercise(
        repair("output", "pass"), repair("draws", "fail"), code=code("class", todo=(11,))
    )
    shown = state_line(subject)
    assert (shown.word, shown.count, shown.against) == ("TODO", "1 of 2 checks pass", "")
    assert shown.left == "TODO in line 11"
    more = subject.model_copy(update={"code": code("class", todo=(11, 13))})
    assert state_line(more).left == "2 TODOs, the first in line 11"


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (
            exercise(repair("output", "pass"), repair("draws", "pass")),
            "YourNet passes both checks.",
        ),
        (
            exercise(repair("output", "pass"), repair("draws", "fail")),
            "YourNet is not right yet: 1 of 2 checks pass; next: “train() drops”.",
        ),
        (
            exercise(repair("output", "pass"), repair("draws", "fail"), code=code("x", todo=(7,))),
            "YourNet is still to be repaired: 1 of 2 checks fail.",
        ),
        (
            exercise(layer("weight", "todo"), layer("bias", "todo")),
            "YourNet is still to be written: 2 checks wait.",
        ),
        (
            exercise(layer("weight", "pass"), layer("bias", "todo")),
            "YourNet is on its way: 1 of 2 checks pass; next: “bias”.",
        ),
        (
            exercise(solution_raised=WRONG),
            "YourNet cannot be checked: its solution raises TypeError.",
        ),
        (exercise(), "YourNet was not checked."),
        (exercise(raised=STOPPED), "YourNet did not answer within 10 seconds."),
    ],
)
def test_one_sentence_says_how_far_it_is(subject: ExerciseSubject, told: str) -> None:
    assert narrated(subject) == told


@pytest.mark.parametrize(
    ("raised", "state"),
    [(UNWRITTEN, "todo"), (WRONG, "fail"), (STOPPED, "fail")],
)
def test_one_that_is_not_run_to_its_end(raised: Raised, state: str) -> None:
    assert exercise(raised=raised).state == state


# The course


def test_the_course_tells_a_hint_of_its_own_once_somebody_has_tried() -> None:
    lessons = tuple(
        Lesson(title=left, text="", left=left, right="own.Net", page=page, hint=hint)
        for left, page, hint in (
            ("own.YourNet", "layers", "not this"),
            ("own.YourNet", "exercise", "expm1"),
            ("own.YourReLU", "exercise", ""),
        )
    )
    chapter = Chapter(file="own", title="Own", lessons=lessons, models=())
    contents = Contents(chapters=(chapter,), problems=())
    states = {
        "fail": exercise(layer("weight", "fail")),
        "todo": exercise(layer("weight", "todo")),
        "pass": exercise(layer("weight", "pass")),
    }
    told = {}
    for state, subject in states.items():
        query = ExerciseQuery(left="own.YourNet", right="own.Net", seed=3)
        report = ExerciseReport(query=query, left=subject, right=subject)
        told[state] = hint_of_course(report, contents)
    assert told == {"fail": "expm1", "todo": "", "pass": ""}
    in_lesson = exercises(query.replace(lesson="2.1"), contents)
    assert [link.url[-10:] for link in in_lesson] == ["lesson=2.1", "lesson=3.1"]
    links = exercises(query, contents)
    assert [(link.name, link.is_current) for link in links] == [("Net", True), ("ReLU", False)]
    assert links[1].url == query.replace(left="own.YourReLU").url


# Code


def test_the_line_at_which_it_stops_is_marked() -> None:
    own = code("class YourNet(nn.Module):", "    def __init__(self):", "        pass", todo=(8,))
    hidden = SourceLine(number=9, text="        pass", hides=("layers[0]",))
    source = Source(file="own.py", classes=((hidden,),))
    subject = exercise(code=own)
    row = checks(exercise(repair("output", "fail", raised=WRONG))).next
    shown = shown_code(subject, row)
    assert (shown.file, shown.where) == ("own.py", "lines 7 to 9")
    assert shown.marks == {8: "todo", 12: "hides"}
    place = RandomPlace(path=None, name="F.dropout", line=9)
    drawing = checks(exercise(repair("in_eval", "fail", drawing=(place,)))).next
    assert shown_code(subject, drawing).marks == {8: "todo", 9: "hides"}
    waiting = checks(exercise(repair("output", "todo", raised=UNWRITTEN))).next
    assert shown_code(subject, waiting).marks == {8: "todo", 11: "todo"}
    hiding = subject.model_copy(update={"source": source})
    assert shown_code(hiding, waiting).marks == {8: "todo", 9: "hides", 11: "todo"}
    assert shown_code(hiding).marks == {8: "todo"}


def test_a_long_class_is_cut() -> None:
    shown = shown_code(exercise(code=code(*("x = 1" for _ in range(LINES + 3)))))
    assert len(shown.lines) == LINES
    assert shown.left_out == "… 3 lines left out"
