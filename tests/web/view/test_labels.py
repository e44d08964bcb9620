"""Labels fit, keep apart, keep their order, and stay where they are where there is room."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectures.course import COURSE
from rollcall.lectures.course_path import path_of
from rollcall.web.view.dropout import means_chart
from rollcall.web.view.labels import shortened, spread
from rollcall.web.view.loops import pictures as loops
from rollcall.web.view.training import pictures as training

HEIGHT, TOP, BOTTOM = 20, 10, 130  # six labels fit exactly


def test_labels_with_room_do_not_move() -> None:
    assert spread([60.0, 30.0, 100.0], HEIGHT, TOP, BOTTOM) == [60, 30, 100]


def test_a_label_gives_way_to_the_one_above_it() -> None:
    assert spread([50.0, 50.0], HEIGHT, TOP, BOTTOM) == [50, 70]
    assert spread([130.0, 128.0], HEIGHT, TOP, BOTTOM) == [120, 100]


@given(st.lists(st.floats(0, 200), max_size=6))
def test_none_covers_another_or_leaves_the_chart(wanted: list[float]) -> None:
    moved = spread(wanted, HEIGHT, TOP, BOTTOM)
    assert len(moved) == len(wanted)
    assert all(TOP + HEIGHT / 2 - 0.1 <= place <= BOTTOM - HEIGHT / 2 + 0.1 for place in moved)
    assert all(below - above >= HEIGHT - 0.2 for above, below in pairwise(sorted(moved)))
    assert [moved[i] for i in sorted(range(len(wanted)), key=wanted.__getitem__)] == sorted(moved)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Net", "Net"),
        ("AttentiveDropout", "AttentiveDropout"),  # of the course
        ("C18_Dropout2dOnSequence", "C18_Dropout2d…"),
        ("MMMMMMMMMMMM", "MMMMMMMM…"),
        ("层层层层层层层层层层", "层层层层层层层层…"),
    ],
)
def test_a_name_is_as_long_as_the_widths_of_its_letters_allow(name: str, told: str) -> None:
    assert shortened(name) == told


@given(st.text(max_size=40), st.floats(1.1, 20))
def test_what_is_left_of_a_name_is_its_beginning(name: str, room: float) -> None:
    told = shortened(name, room)
    assert told == name or (told[-1] == "…" and name.startswith(told[:-1]))


ROOMS = {"training": training.ROOM, "loops": loops.ROOM, "dropout": means_chart.ROOM}


def test_no_name_of_a_lesson_is_cut_in_the_chart_of_its_page() -> None:
    known = COURSE.contents.cards | COURSE.contents.loops
    steps = [stop.step for stop in path_of(COURSE.contents) if stop.step.page in ROOMS]
    names = [(step.page, known[name].said) for step in steps for name in (step.left, step.right)]
    assert {page for page, _ in names} == ROOMS.keys()
    cut = [name for page, name in names if shortened(name, ROOMS[page]) != name]
    assert cut == []
