"""What the tables of the step page hold at moments that no run of the course comes to."""

from typing import Any

import pytest

from rollcall.experiments.step.books import Books, Registered
from rollcall.experiments.step.local_tensors import Local, TensorPicture
from rollcall.experiments.step.moment import CameBack, Moment
from rollcall.lectures.source_lines import SourceLine
from rollcall.web.view.step.books_table import books_pages
from rollcall.web.view.step.calls_line import calls_line
from rollcall.web.view.step.code_lines import code_column
from rollcall.web.view.step.learning_table import learning_rows
from rollcall.web.view.step.player import player
from rollcall.web.view.step.registered_list import registered_list
from rollcall.web.view.step.variables_table import variables_table
from web.view.step_moments import (
    LAYER,
    NUMBER,
    RAISED,
    TENSOR,
    assigned,
    at,
    books,
    entry,
    report,
    subject,
    tensor,
)


@pytest.mark.parametrize(
    ("module", "title", "counts"),
    [
        (books(), "self, a Net", False),
        (books(path="fc", class_name="Inner"), "self is fc, an Inner", True),
        (books(attached=False), "self, a Net that is on no other module yet", True),
    ],
)
def test_whose_registries_are_shown(module: Books, title: str, counts: bool) -> None:
    (page,) = books_pages(at(books=(module,)))
    assert (page.title, page.title_counts, page.more) == (title, counts, "")
    assert [(row.title, row.empty) for row in page.rows] == [
        (name, "empty") for name in ("_parameters", "_buffers", "_modules", "attributes")
    ]


def test_of_a_part_only_what_it_holds_is_shown() -> None:
    part = books(entry("w", TENSOR, "_buffers"), path="fc", runs=False, more=1_200)
    root = books(entry("n", NUMBER), runs=False)
    pages = books_pages(at(books=(part, root, books(path="empty", runs=False))))
    assert [(page.title, page.more) for page in pages] == [
        ("fc, a Net", "and 1,200 more"),
        ("the model, a Net", ""),
    ]
    assert [[row.title for row in page.rows] for page in pages] == [["_buffers"], ["attributes"]]
    (before,) = books_pages(at(books=(books(begun=False),)))
    assert [row.empty for row in before.rows] == [*["not there yet"] * 3, "empty"]


def test_many_calls_are_counted() -> None:
    calls = tuple(CameBack(function=name, value=NUMBER) for name in "abc")
    made = (assigned("attribute", LAYER, "register_module"), assigned(None))
    shown = calls_line(Moment(phase="init", came_back=calls, assigned=made))
    assert [(each.function, each.way) for each in shown] == [
        ("… 3 calls", ()),
        ("__setattr__ fc", ("register_module", "plain attribute")),
        ("__setattr__ fc", ("refused",)),
    ]


@pytest.mark.parametrize(
    ("moment", "where"),
    [
        ({"file": "net.py"}, "net.py"),
        ({"callers": (3,), "depth": 1}, "called in line 3"),
        ({"callers": (3, 9), "depth": 2}, "called in lines 3, 9"),
        ({"callers": (3, 9), "depth": 5}, "called in lines …, 3, 9"),
        ({"callers": (3,), "depth": 1, "file": "net.py"}, "net.py, called in line 3"),
    ],
)
def test_where_the_code_is_called(moment: dict[str, Any], where: str) -> None:
    assert code_column(Moment(phase="init", **moment)).where == where


def test_lines_of_little_in_common_are_not_compared() -> None:
    def code(*texts: str) -> Moment:
        lines = tuple(SourceLine(number=2 * n + 1, text=text) for n, text in enumerate(texts))
        return Moment(phase="init", code=lines)

    here = code("class A:", "x = 1", "", "y = 2")
    near, far = code("class B:", "x = 1", "y = 3"), code("z = 1")
    assert [each.differs for each in code_column(here, near).lines] == [False] * 3 + [True]
    assert not any(each.differs for each in code_column(here, far).lines)
    assert [each.follows for each in code_column(here, near).lines] == [True] + [False] * 3


def test_new_tensors_are_among_those_that_are_named() -> None:
    tensors = tuple(Registered(path=f"w{n}", kind="buffer", shape=None) for n in range(10))
    first = registered_list(at(registered=tensors, total=1_200))
    last = registered_list(at(registered=tensors, total=10, gained=("w9",)))
    assert [each.path for each in first.tensors] == [f"w{n}" for n in range(8)]
    assert (first.more, last.more) == ("and 1,192 more", "and 2 more")
    assert first.tensors[0].shape == "lazy"
    assert [(each.path, each.new) for each in last.tensors][-1] == ("w9", True)
    assert registered_list(subject()).tensors == ()


def test_variables_share_their_shades() -> None:
    inf = float("inf")
    small = TensorPicture(values=(1.0, -inf), columns=2, of=2)
    large = TensorPicture(values=(-4.0,), columns=1, of=1)
    half = Local(name="h", value=TENSOR, dtype="float16", in_graph=True, picture=small)
    left = at(variables=(half, Local(name="n", value=NUMBER)))
    right = at(variables=(Local(name="x", value=TENSOR, dtype="float32", picture=large),))
    rows = variables_table(left, report(left, right))
    assert [(row.value, row.graph) for row in rows] == [
        ("Tensor 4×2 float16", "asks for a gradient"),
        ("3", ""),
    ]
    assert rows[1].drawing is None
    alone = variables_table(left, report(left, subject()))
    assert rows[0].drawing != alone[0].drawing  # its 1 is a quarter of the other side's 4
    assert variables_table(subject(), report(subject(), left)) == []


def test_without_a_moment_there_is_nothing_to_show() -> None:
    silent = report(subject(raised=RAISED), subject(raised=RAISED))
    assert books_pages(silent.left) == []
    assert player(silent, silent.query).phase == ""
    waits = at(phase="init", waits=True)
    assert player(report(waits, at(phase="forward")), silent.query).phase == "forward"
    assert player(report(waits, subject()), silent.query).phase == "__init__"


def test_a_row_of_who_learns() -> None:
    moment = Moment(phase="step", tensors=(tensor(), tensor(2.0, 0.0), tensor(2.0, 0.25)))
    rows = learning_rows(moment)
    assert [(row.gradient.kind, row.gradient.text) for row in rows] == [
        ("no", "none"),
        ("yes", "2.00"),
        ("yes", "2.00"),
    ]
    assert [row.moved.unseen or row.moved.text for row in rows] == ["no step yet", "0", "0.250"]
