"""The headline, the lines and the curves of the layers page, before they are HTML."""

from math import inf, nan
from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.experiments.layer_checks.findings import Finding
from rollcall.experiments.layers.curves import Curve, Curves
from rollcall.experiments.layers.experiment import LayersQuery, LayersSubject
from rollcall.experiments.layers.recipe import RecipeLine
from rollcall.lectures.contents import ModelCard
from rollcall.web.view.layers.checks import Step, checks, recipe_steps
from rollcall.web.view.layers.curves import Panel
from rollcall.web.view.layers.curves import curves as laid_out
from rollcall.web.view.layers.headline import Headline, checkable, headline
from rollcall.web.view.sentence import read

RAISED = Raised(type="RuntimeError", message="no luck", line=7)
UNWRITTEN = Raised(type="NotImplementedError", message="", line=11)
CARD = ModelCard(name="net.MyTanh", class_name="MyTanh", twin=None, needs=(), reference="nn.Tanh")


def line(verdict: Any, **given: Any) -> CheckLine:
    return CheckLine(name="output", finding=Finding(verdict=verdict, **given))


PASS, FAIL, TODO = line("pass"), line("fail", raised=RAISED), line("todo", raised=UNWRITTEN)


@pytest.mark.parametrize(
    ("lines", "mode", "shown"),
    [
        ((PASS, PASS), "train", Headline("good", "2 of 2", "checks pass", "")),
        ((PASS, TODO), "train", Headline("none", "1 of 2", "checks pass, 1 to do", "")),
        ((FAIL, TODO), "train", Headline("bad", "0 of 2", "checks pass, 1 to do", "")),
        (
            (PASS,),
            "eval",
            Headline("good", "1 of 1", "checks pass", " in eval, for in training it draws"),
        ),
    ],
)
def test_headline(lines: tuple[CheckLine, ...], mode: Any, shown: Headline) -> None:
    subject = LayersSubject(card=CARD, mode=mode, lines=lines)
    assert headline(subject, LayersQuery(mode="train")) == shown


def test_what_is_to_be_written_is_no_exception() -> None:
    passes, fails, todo = checks((PASS, FAIL, TODO))
    assert [check.mark for check in (passes, fails, todo)] == ["●", "○", "◌"]
    assert [check.raised for check in (passes, fails, todo)] == [None, RAISED, None]
    assert (passes.title, read(todo.evidence)) == ("output", "NotImplementedError in line 11")


def test_a_recipe_that_ends_well_says_so() -> None:
    first, last = RecipeLine(python="a", answer="3"), RecipeLine(python="assert_close(a, b)")
    shown = recipe_steps((first, first, last))
    assert [step.answer for step in shown] == ["3", "3", "raises nothing: they are close"]
    assert recipe_steps((last, first))[0].answer == ""
    assert recipe_steps(()) == []


def test_a_recipe_that_raises() -> None:
    ok, missed = RecipeLine(python="a"), RecipeLine(python="c", reached=False)
    for raised, kind in ((RAISED, "fail"), (UNWRITTEN, "todo")):
        shown = recipe_steps((ok, RecipeLine(python="b", raised=raised), missed))
        assert [step.kind for step in shown] == ["pass", kind, "unreached"]
        assert shown[1].raised == raised
        assert shown[2] == Step("unreached", "c", None, "not reached")


def test_one_model_of_each_class_can_be_chosen_instead() -> None:
    twice = CARD.model_copy(update={"name": "other.MyTanh"})
    without = CARD.model_copy(update={"class_name": "Net", "reference": None})
    assert checkable([without, CARD, twice]) == [CARD]


X = tuple(float(x) for x in range(-8, 9))


def panel(values: tuple[float, ...], **given: Any) -> Panel:
    """That of the values, beside a reference that is 0 everywhere."""
    zeros = Curve(values=(0.0,) * len(X), slopes=(0.0,) * len(X))
    mine = Curve(values=values, slopes=values, **given)
    subject = LayersSubject(card=CARD, curves=Curves(x=X, actual=mine, expected=zeros))
    return laid_out(subject, rounding=1e-5).panels[0]


@pytest.mark.parametrize(
    ("value", "difference", "description", "quiet"),
    [
        (0.0, "difference: none", "They differ by at most 0.0.", True),
        (1e-7, "difference ±10⁻⁷, rounding", "They differ by at most 10⁻⁷.", True),
        (0.5, "difference ±0.50", "They differ by at most 0.50.", False),
    ],
)
def test_differences(value: float, difference: str, description: str, quiet: bool) -> None:
    shown = panel((value,) * len(X))
    assert (shown.difference, shown.description) == (difference, description)
    assert shown.quiet == quiet
    assert shown.title == "value of MyTanh and nn.Tanh from -8.0 to 8.0"


def test_a_curve_that_is_missing() -> None:
    shown = panel(())
    assert shown.difference == "difference"
    assert shown.description == "There is nothing to draw of MyTanh."
    flat = Curve(values=(0.0,) * len(X), slopes=(0.0,) * len(X))
    for raised, told in ((RAISED, "raises RuntimeError"), (UNWRITTEN, "still to be written")):
        curves = Curves(x=X, actual=Curve(raised=raised), expected=flat)
        assert laid_out(LayersSubject(card=CARD, curves=curves), 1e-5).missing == told
    curves = Curves(x=X, actual=Curve(returned="tuple"), expected=flat)
    told = f"returns tuple for {len(X)} numbers"
    assert laid_out(LayersSubject(card=CARD, curves=curves), 1e-5).missing == told


def test_gaps_are_named_where_there_is_room() -> None:
    def gap(first: int, last: int, holds: float) -> tuple[str, str]:
        values = [0.0] * len(X)
        values[first:last] = [holds] * (last - first)
        (name,) = panel(tuple(values)).gap_names
        return name.side, name.text

    assert gap(0, 8, nan) == ("", "NaN")
    assert gap(2, 3, inf) == ("after", "inf")
    assert gap(14, 15, nan) == ("before", "NaN")
    described = panel((nan,) + (0.0,) * (len(X) - 1)).description
    assert described == "They differ by at most 0.0, and MyTanh is no number in places."
