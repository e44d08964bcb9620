"""The headlines, the lines and the controls of the dropout page, before they are HTML."""

from math import nan
from typing import Any

import pytest

from event_loop import run
from rollcall.core.binomial import counted
from rollcall.core.report import Raised
from rollcall.experiments.dropout.experiment import DropoutQuery, DropoutReport
from rollcall.experiments.dropout.report import Cells, DropoutSubject, Place
from rollcall.web.view.dropout.controls import Controls, controls
from rollcall.web.view.dropout.counts import counts_chart, no_counts
from rollcall.web.view.dropout.headline import headline
from rollcall.web.view.dropout.means_chart import levels, means_chart
from rollcall.web.view.dropout.place_line import place_line
from rollcall.web.view.dropout.player import player
from rollcall.web.view.dropout.product import Factors, product
from rollcall.web.view.dropout.verdict import verdict
from rollcall.web.view.dropout.without_mask import without_mask
from rollcall.web.view.numerals import NBSP
from rollcall.web.view.sentence import read
from web.answering import page, responder
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")


def place(**given: Any) -> Place:
    known: dict[str, Any] = {"kind": "module", "path": "drop", "name": "Dropout", "line": None}
    known |= {"status": "registered", "training": True, "owner_training": True}
    return Place(**known | given)


def cells(*factors: float, **given: Any) -> Cells:
    ones = tuple(1.0 for _ in factors)
    known: dict[str, Any] = {"shape": (1, len(factors)), "rows": 1, "columns": len(factors)}
    return Cells(**known | {"input": ones, "factor": factors, "output": factors} | given)


def subject(**given: Any) -> DropoutSubject:
    """Half of two numbers are dropped, the other is scaled by 2."""
    known: dict[str, Any] = {
        "places": (place(),),
        "p": 0.5,
        "n_trials": 2,
        "cells": cells(0.0, 2.0),
    }
    known |= {"scale": 2.0, "dropped": (1,), "inputs": (1.0,), "outputs": (1.0,), "max_abs": 2.0}
    return DropoutSubject(card=card("Net"), **known | given)


OFF: dict[str, Any] = {
    "identical": True,
    "places": (place(training=False),),
    "dropped": (0,),
    "cells": cells(1.0, 1.0),
    "scale": 1.0,
}
NOTHING = DropoutSubject(card=card("Net"))
NOISE = DropoutSubject(card=card("Net"), places=(place(name="LSTM", drew=True, calls=2),))


def report(first: DropoutSubject, second: DropoutSubject, **asked: Any) -> DropoutReport:
    query = DropoutQuery.model_validate(asked)
    return DropoutReport(query=query, left=first, right=second)


@pytest.mark.parametrize(
    ("shown", "mode", "expected"),
    [
        (subject(**OFF), "eval", "good"),
        (subject(), "eval", "bad"),
        (subject(), "train", "good"),
        (subject(scale=1.0), "train", "bad"),
        (subject(scale=None), "train", "none"),
        (subject(cells=cells(nan, nan)), "train", "bad"),
        (subject(**OFF), "train", "bad"),
        (subject(**OFF | {"p": 0.0}), "train", "none"),
    ],
)
def test_verdict(shown: DropoutSubject, mode: Any, expected: str) -> None:
    assert verdict(shown, mode) == expected


@pytest.mark.parametrize(
    ("shown", "mode", "outcome", "why"),
    [
        (subject(), "train", "1.00 → 1.00", "mean of input → mean of output"),
        (
            subject(**OFF),
            "eval",
            "unchanged",
            "output = input: training is False",
        ),
        (subject(**OFF | {"places": (place(),)}), "eval", "unchanged", "output = input"),
        (subject(), "eval", "still drops", "after eval()"),
        (subject(dropped=(0,)), "eval", "changed", "after eval()"),
        (
            subject(identical=False, places=(place(training=False),)),
            "train",
            "still drops",
            "training is False, and Dropout does not ask",
        ),
    ],
)
def test_headline(shown: DropoutSubject, mode: Any, outcome: str, why: str) -> None:
    made = headline(shown, mode)
    assert made.outcome == outcome
    assert read(made.lines[0]).startswith(why)


def test_how_much_was_dropped() -> None:
    many = subject(dropped=(1, 0), inputs=(1.0, 1.0), outputs=(1.0, 1.0))
    _, now, so_far = (read(line).replace(NBSP, " ") for line in headline(many, "train").lines)
    assert now == "0 of 2 dropped: 0.0 % (50 ± 70.7 %)"
    assert so_far == "both draws: 25.0 % (50 ± 50.0 %)"
    assert len(headline(subject(), "train").lines) == 2
    channels = subject(by_channel=True, p=None)
    assert read(headline(channels, "train").lines[1]) == "1 of 2 channels dropped: 50.0 %"


def test_which_source_of_randomness_is_shown() -> None:
    first = place_line(subject(takes_p=True), DropoutQuery())
    assert (first.name, first.line, first.lost, first.own_p) == ("drop", None, False, "")
    assert first.next is None
    function = place(kind="function", name="F.dropout", line=7, status="unregistered")
    two = subject(places=(place(path=""), function), shown=1)
    second = place_line(two, DropoutQuery())
    assert (second.name, second.line, second.lost) == ("F.dropout", 7, True)
    assert second.own_p == "0.5"
    assert second.next
    assert second.next.text == "2 of 2, next"
    assert "call=1" in second.next.url
    assert place_line(two.model_copy(update={"shown": 0}), DropoutQuery()).name == "Dropout"


@pytest.mark.parametrize(
    ("shown", "factors"),
    [
        (subject(), Factors(("× 2.00",), "1/(1 − p)")),
        (subject(scale=1.0), Factors(("× 1.00",), "not 2.00")),
        (subject(scale=1.0, p=1.0), Factors(("× 1.00",), "")),
        (subject(scale=1.0, p=0.0), Factors(("× 1.00",), "")),
        (subject(scale=0.9, shift=0.3), Factors(("× 0.90", "+ 0.30"), "")),
        (subject(scale=0.9, shift=-0.3), Factors(("× 0.90", "− 0.30"), "")),
        (subject(scale=None), Factors((), "")),
        (subject(**OFF), Factors((), "")),
    ],
)
def test_factors(shown: DropoutSubject, factors: Factors) -> None:
    assert product(report(shown, NOTHING), "left").factors == factors


def test_marks_of_dropped_cells() -> None:
    made = product(report(subject(), NOTHING, cell="1,2"), "left")
    assert (made.mask_name, made.mark) == ("mask: 1 of 2 dropped", "cross")
    assert (made.cell, made.index, made.where) == ((0, 1), 1, "row 1, column 2")
    other = subject(cells=cells(0.0, 2.0, output=(-1.0, 2.0)))
    assert product(report(NOTHING, other), "right").mark == "mark"
    off = product(report(subject(**OFF), NOTHING), "left")
    assert (off.mask, off.mark) == (None, "")


def test_what_draws_without_a_mask() -> None:
    train, evaluation = without_mask(NOISE, "train"), without_mask(NOISE, "eval")
    assert (train.verdict, train.outcome) == ("none", "draws")
    assert (evaluation.verdict, evaluation.outcome) == ("bad", "still draws")
    assert read(train.told).startswith("LSTM moved a random generator in 2 calls. No mask")
    quiet = NOISE.model_copy(update={"places": (place(name="LSTM"),)})
    assert without_mask(quiet, "eval").outcome == "draws nothing"


@pytest.mark.parametrize(
    ("given", "outcome", "told"),
    [
        ({"silent": ("Dropout",)}, "draws nothing", "In training Dropout draws random numbers; "),
        ({"silent": ("A", "B")}, "draws nothing", "In training A and B draw random numbers; "),
        ({"modules": ("A", "B", "A")}, "no dropout", "Its forward calls A and B, and no random"),
        ({}, "no dropout", "Its forward calls no other module, and no random generator moves."),
    ],
)
def test_what_draws_nothing(given: dict[str, Any], outcome: str, told: str) -> None:
    shown = without_mask(NOTHING.model_copy(update=given), "eval")
    assert shown.outcome == outcome
    assert read(shown.told).startswith(told)


def test_counts_need_a_p_and_a_draw() -> None:
    known = subject(histogram=counted([1], 2, 0.5))
    chart = counts_chart(known)
    assert chart
    assert (chart.title, chart.name) == ("Fraction dropped in 1 draw", "fraction dropped, 1 draw")
    assert chart.description == "50.0 % in all; 50.0 % in this draw. A binomial expects 0.5."
    assert counts_chart(subject(p=None)) is None
    assert counts_chart(subject(**OFF, histogram=counted([0], 2, 0.5))) is None
    assert no_counts(subject(p=None)) == "No p is known to hold the draws against."
    evaluated = subject(places=(place(training=False),))
    assert no_counts(evaluated) == "No mask was drawn."
    assert no_counts(subject(**OFF)) == ""


def test_levels_to_which_means_settle() -> None:
    bad = subject(scale=1.0)
    assert levels(report(subject(), bad)) == {"input": 1.0, "(1 − p) × input": 0.5}
    other = bad.model_copy(update={"cells": cells(0.0, 2.0, 2.0)})
    assert levels(report(subject(), other)) == {
        "input, left": 1.0,
        "input, right": 1.0,
        "(1 − p) × input, right": 0.5,
    }
    assert levels(report(NOTHING, bad)) == {"input, right": 1.0, "(1 − p) × input, right": 0.5}


def test_the_first_line_is_drawn_last() -> None:
    chart = means_chart(report(subject(), subject(scale=1.0)))
    assert [(series.number, series.verdict) for series in chart.series] == [(2, "bad"), (1, "good")]
    assert chart.description == ["Net: 1.00 after 1 draw."] * 2
    assert [series.number for series in means_chart(report(NOISE, subject())).series] == [1]


def test_links_of_the_player() -> None:
    first, second = player(DropoutQuery(draw=1)), player(DropoutQuery(draw=2))
    assert (first.previous, first.first) == (None, None)
    assert first.next
    assert "draw=2" in first.next
    assert second.previous
    assert "draw=1&" in second.previous
    assert second.first is None
    last = player(DropoutQuery(draw=2000))
    assert (last.next, bool(last.first)) == (None, True)


def test_controls_that_act_on_neither_are_not_shown() -> None:
    assert controls(report(NOTHING, NOTHING)) == Controls(False, False, False, False, False)
    assert controls(report(NOISE, NOTHING)) == Controls(False, False, False, False, rate=True)
    both = subject(takes_p=True, on_grid=True, takes_grid=True)
    assert controls(report(NOTHING, both)) == Controls(True, True, True, True, True)
    broken = DropoutSubject(card=card("Net"), raised=RAISED)
    assert controls(report(broken, NOTHING)) == Controls(True, True, True, True, True)


def test_a_page_without_a_grid_has_no_cell_to_choose_and_no_legend() -> None:
    pair = {"left": NOISE.card.name, "right": NOISE.card.name}
    nothing, something = report(NOISE, NOTHING, **pair), report(NOISE, subject(), **pair)
    html = run(page(responder(nothing, NOISE.card), nothing.query))
    assert '<input type="hidden" name="cell"' in html
    assert 'class="legend"' not in html
    html = run(page(responder(something, NOISE.card), something.query))
    assert 'id="cell"' in html
    assert 'class="legend"' in html
