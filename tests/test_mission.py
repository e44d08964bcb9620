"""docs/mission.md names the step that shows each claim of the lecture."""

import re
from pathlib import Path

from lectures.course import COURSE
from rollcall.experiments import EXPERIMENTS
from rollcall.lectures.course_path import Stop, path_of

MISSION = (Path(__file__).parents[1] / "docs/mission.md").read_text("utf-8")
ROW = re.compile(r"^\| (?P<claim>.+) \| (?P<step>\d.*) \|$", re.MULTILINE)
STOPS = path_of(COURSE.contents)


def written(stop: Stop) -> str:
    """How a row names a step."""
    return f"{stop.number} {stop.lesson.title} · {EXPERIMENTS[stop.step.page].title}"


def test_the_step_of_a_claim_is_in_the_course() -> None:
    there = [written(stop) for stop in STOPS]
    for row in ROW.finditer(MISSION):
        title = row["step"].partition(" ")[2].rpartition(" · ")[0]
        alike = [written(stop) for stop in STOPS if stop.lesson.title == title]
        assert row["step"] in there, f"that title has {alike or 'no step'}"


def test_each_row_of_a_table_names_a_step() -> None:
    rows = [line for line in MISSION.splitlines() if line.startswith("| ")]
    heads = [row for row in rows if row == "| the lecture says | step |"]
    assert len(ROW.findall(MISSION)) == len(rows) - len(heads) > 50


def test_each_step_of_the_lecture_shows_a_claim() -> None:
    """The lecture is the chapters of no file, with which the course begins."""
    lecture = [written(stop) for stop in STOPS if stop.chapter.file is None]
    named = {row["step"] for row in ROW.finditer(MISSION)}
    assert len(lecture) > 20
    assert [step for step in lecture if step not in named] == []
