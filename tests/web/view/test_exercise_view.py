"""What the page of an exercise says: a state, a row for each check, and one hint, the next one."""

import pytest

from rollcall.core.findings.kinds import RandomPlace
from rollcall.core.no_answer import NoAnswer
from rollcall.core.report import Raised
from rollcall.experiments.exercise.experiment import (
    ExerciseQuery,
    ExerciseReport,
    ExerciseSubject,
)
from rollcall.experiments.exercise.student_code import StudentCode
from rollcall.lectures.contents import Chapter, Contents, Lesson
from rollcall.lectures.source_lines import Source, SourceLine
from rollcall.web.view.exercise.checks import checks
from rollcall.web.view.exercise.code import LINES, shown_code
from rollcall.web.view.exercise.course import exercises, hint_of_course
from rollcall.web.view.exercise.narration import exercise_narration
from rollcall.web.view.exercise.state import state_line
from rollcall.web.view.sentence import read
from web.view.exercise_parts import UNWRITTEN, WRONG, exercise, layer, repair

STOPPED = NoAnswer(type="TimeLimit", message="", seconds=10)


def code(*texts: str, todo: tuple[int, ...] = ()) -> StudentCode:
    lines = tuple(SourceLine(number=n, text=text) for n, text in enumerate(texts, 7))
    return StudentCode(source=Source(file="own.py", classes=(lines,)), todo_lines=todo, text="")


def narrated(subject: ExerciseSubject) -> str:
    query = ExerciseQuery(left="own.YourNet", right="own.Net")
    return read(exercise_narration(ExerciseReport(query=query, left=subject, right=subject)))


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


def test_a_check_that_waits_for_another_is_not_next() -> None:
    subject = exercise(layer("bias_off", "unreached"), layer("copied", "fail", raised=WRONG))
    shown = checks(subject)
    assert shown.next is shown.rows[1]
    assert [row.word for row in shown.rows] == ["waits", "fail"]
    assert subject.state == "fail"


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
