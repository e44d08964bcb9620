"""The table of claims names steps that there are, and leaves no step of the lecture out."""

import re
from pathlib import Path

from lectures.course import COURSE
from rollcall.lectures.course_path import path_of

TABLE = (Path(__file__).parents[2] / "docs" / "mission.md").read_text("utf-8")
NAMED = re.findall(r"^\| [^|]+ \| (\d+\.\d+) ([^|]+?) \| [^|]*\|$", TABLE, re.MULTILINE)
STOPS = {stop.number: stop for stop in path_of(COURSE.contents)}


def test_each_claim_names_a_step_by_its_number_and_title() -> None:
    assert len(NAMED) == TABLE.count("\n| ") - 1  # without the head
    for number, title in NAMED:
        assert STOPS[number].lesson.title == title


def test_no_step_of_the_lecture_is_left_out() -> None:
    story = {number for number, stop in STOPS.items() if stop.chapter.file is None}
    assert story <= {number for number, _ in NAMED}
