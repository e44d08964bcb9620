"""What the assign page says, before it is HTML."""

from typing import Any, get_args

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.assign.assignments import Landing, Slot
from rollcall.experiments.assign.experiment import Assignment, AssignQuery, AssignReport, GridRow
from rollcall.web.view.assign.grid import grid
from rollcall.web.view.assign.landing import headline, kind
from rollcall.web.view.assign.narration import assign_narration
from rollcall.web.view.sentence import read

RAISED = Raised(type="TypeError", message="cannot assign")
KNOWN = Landing(place="_parameters", holds="Parameter")
NONE = Landing(place="_buffers", holds="NoneType")
PLAIN = Landing(place="attribute", holds="float")
LOST = Landing(place="attribute", holds="list", unregistered=("x[0].weight", "x[0].bias"))
NESTED = Landing(place="_modules", holds="ParameterList", unregistered=("x[0]",))
CALLED = Landing(place="attribute", holds="function", called=2)
RAISES = Landing(raised=RAISED)
IMPOSSIBLE = Landing(raised=RAISED, by_slot=True)


@pytest.mark.parametrize(
    ("landing", "found", "verdict", "where"),
    [
        (KNOWN, "known", "good", "_parameters"),
        (PLAIN, "plain", "", "plain attribute"),
        (LOST, "lost", "bad", "plain attribute"),
        (NESTED, "lost", "bad", "_modules"),
        (RAISES, "raises", "bad", "TypeError"),
        (IMPOSSIBLE, "na", "bad", "TypeError"),
    ],
)
def test_headline(landing: Landing, found: str, verdict: str, where: str) -> None:
    shown = headline(landing)
    assert (kind(landing), shown.verdict, shown.where) == (found, verdict, where)


def test_what_was_done_when_pytorch_raised() -> None:
    assert headline(RAISES).doing == "self.x = …"
    assert headline(IMPOSSIBLE).doing == "making x something first"


def column(landing: Landing, value: Any = "parameter") -> Assignment:
    return Assignment(value=value, text="...", code="", landing=landing)


def report(left: Assignment, right: Assignment, *landings: Landing, **asked: Any) -> AssignReport:
    query = AssignQuery(value_left=left.value, value_right=right.value, **asked)
    rows = [GridRow(value=value, text=value, landings=landings) for value in ("tensor", "buffer")]
    slots = get_args(Slot)[: len(landings)]
    return AssignReport(query=query, left=left, right=right, slots=slots, grid=tuple(rows))


@pytest.mark.parametrize(
    ("landing", "text"),
    [
        (KNOWN, "is registered in _parameters."),
        (NONE, "stays registered in _buffers as None."),
        (PLAIN, "becomes a plain attribute, and there is nothing in it to register."),
        (
            LOST,
            "becomes a plain attribute: no error, and PyTorch will never find "
            "x[0].weight and x[0].bias.",
        ),
        (NESTED, "goes to _modules, and what is nested in it stays unknown."),
        (
            CALLED,
            "becomes a plain attribute, "
            "and a call of it uses 2 tensors that PyTorch does not know.",
        ),
        (RAISES, "raises TypeError."),
        (
            IMPOSSIBLE,
            "cannot be tried: making x something first already raises TypeError.",
        ),
    ],
)
def test_narration(landing: Landing, text: str) -> None:
    told = read(assign_narration(report(column(landing), column(landing))))
    assert told == f"The left value {text}"


def test_each_value_is_told_of() -> None:
    told = read(assign_narration(report(column(KNOWN), column(RAISES, "tensor"))))
    assert told == "The left value is registered in _parameters. The right one raises TypeError."


def test_grid_marks_what_the_columns_show() -> None:
    shown = grid(report(column(KNOWN, "tensor"), column(KNOWN), KNOWN, PLAIN, slot="parameter"))
    assert [(head.text, head.chosen) for head in shown.heads] == [
        ("nothing", False),
        ("a Parameter", True),
    ]
    tensor, buffer = shown.rows
    assert (tensor.side, buffer.side) == ("left", "")
    assert [cell.chosen for cell in tensor.cells] == [False, True]
    assert not any(cell.chosen for cell in buffer.cells)
    both = grid(report(column(KNOWN, "tensor"), column(KNOWN, "tensor"), KNOWN))
    assert [row.side for row in both.rows] == ["both", ""]
    right = grid(report(column(KNOWN), column(KNOWN, "buffer"), KNOWN))
    assert [row.side for row in right.rows] == ["", "right"]


def test_cells_of_the_grid() -> None:
    cells = grid(report(column(KNOWN), column(KNOWN), KNOWN, PLAIN, LOST, NESTED)).rows[0].cells
    assert [cell.mark for cell in cells] == ["●", "", "○", "○"]
    assert [cell.text for cell in cells] == ["_parameters", "attribute", "attribute", "_modules"]
    assert [cell.unseen for cell in cells] == ["", "", *[", unregistered state"] * 2]
    raises, impossible = (
        grid(report(column(KNOWN), column(KNOWN), RAISES, IMPOSSIBLE)).rows[0].cells
    )
    assert (raises.mark, raises.text, raises.title) == ("✕", "TypeError", "cannot assign")
    assert (impossible.mark, impossible.text) == ("–", "")
    assert impossible.unseen == "x cannot be that yet: TypeError"
