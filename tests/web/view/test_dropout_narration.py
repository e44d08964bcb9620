"""The sentences above the dropout page, and why eval() did not end a dropout."""

from math import nan
from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.dropout.experiment import DropoutReport
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.dropout.report import Cells, DropoutSubject, Place
from rollcall.web.view.dropout.narration import dropout_narration
from rollcall.web.view.dropout.reason import reason
from rollcall.web.view.sentence import read
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")


def place(**given: Any) -> Place:
    known: dict[str, Any] = {
        "kind": "module",
        "path": "drop",
        "name": "Dropout",
        "status": "registered",
        "line": None,
        "training": True,
        "owner_training": True,
    }
    return Place(**known | given)


def cells(*factors: float) -> Cells:
    ones = tuple(1.0 for _ in factors)
    return Cells(
        shape=(1, len(factors)),
        rows=1,
        columns=len(factors),
        input=ones,
        factor=factors,
        output=ones,
    )


def subject(name: str = "Net", **given: Any) -> DropoutSubject:
    """Half of two numbers are dropped, the other is scaled by 2."""
    known: dict[str, Any] = {
        "places": (place(),),
        "p": 0.5,
        "n_trials": 2,
        "cells": cells(0.0, 2.0),
        "scale": 2.0,
        "dropped": (1,),
        "inputs": (1.0,),
        "outputs": (1.0,),
    }
    return DropoutSubject(card=card(name), **known | given)


def told(left: DropoutSubject, right: DropoutSubject | None = None, mode: Any = "train") -> str:
    query = DropoutQuery(mode=mode)
    report = DropoutReport(query=query, left=left, right=right or left)
    text = read(dropout_narration(report)).replace("\N{NO-BREAK SPACE}", " ")
    return text.removeprefix("The same mask on both sides. ") if right is None else text


NOISE = {"cells": None, "places": (place(name="LSTM", drew=True),)}
SILENT = {"cells": None, "places": (place(name="LSTM"),)}
OFF = {"identical": True, "places": (place(training=False),), "dropped": (0,)}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "Net scales what it keeps by 2: mean 1.00 → 1.00."),
        ({"raised": RAISED}, "Net cannot be run: RuntimeError."),
        ({"places": ()}, "Net has no dropout."),
        ({"places": (), "silent": ("LSTM",)}, "Net draws nothing after train()."),
        (
            NOISE,
            "LSTM of Net draws random numbers, and no mask can be read off what it returns.",
        ),
        (
            {"cells": None, "places": (place(name="Net", path="", drew=True),)},
            "Net itself draws random numbers, and no mask can be read off what it returns.",
        ),
        (SILENT, "LSTM of Net draws nothing after train()."),
        (OFF, "Net passes its input on, bit for bit."),
        ({"cells": cells(nan, nan)}, "Net multiplies everything by NaN."),
        ({"dropped": (2,)}, "Net drops everything."),
        (
            {"dropped_to": -0.78, "std": (1.0, 1.01)},
            "Net sets what it drops to −0.78: standard deviation 1.00 → 1.01.",
        ),
        (
            {"by_channel": True, "outputs": (0.4,)},
            "Net drops 1 of 2 channels and scales the others by 2: mean 1.00 → 0.40.",
        ),
        (
            {"scale": 1.0, "outputs": (0.5,)},
            "Net does not scale what it keeps: mean 1.00 → 0.50.",
        ),
        (
            {"scale": 3.0, "outputs": (1.5,)},
            "Net scales what it keeps by 3, which is not 1/(1 − p): mean 1.00 → 1.50.",
        ),
        ({"p": None}, "Net drops 1 of 2."),
        ({"p": None, "scale": None, "by_channel": True}, "Net drops 1 of 2 channels."),
    ],
)
def test_in_training(given: dict[str, Any], text: str) -> None:
    assert told(subject(**given)) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "Net still drops after eval(): drop.training is True although eval() was called."),
        (
            {"dropped": (0,)},
            "Net changes its input after eval(): drop.training is True although eval() was called.",
        ),
        (NOISE, "LSTM of Net still draws random numbers after eval()."),
        (SILENT, "LSTM of Net draws nothing after eval()."),
        (OFF, "Net passes its input on, bit for bit."),
    ],
)
def test_after_eval(given: dict[str, Any], text: str) -> None:
    assert told(subject(**given), mode="eval") == text


def test_beside_one_that_keeps_the_deviation_that_of_the_other_is_told() -> None:
    zero = subject(std=(1.0, 1.41))
    alpha = subject("Other", dropped_to=-0.78, std=(1.0, 1.01), cells=cells(2.0, 0.0))
    first, _, second = told(zero, alpha).partition(" Other")
    assert first.endswith("mean 1.00 → 1.00, standard deviation 1.00 → 1.41.")
    assert second.endswith("standard deviation 1.00 → 1.01.")


def test_two_with_the_same_mask() -> None:
    both = "Net scales what it keeps by 2: mean 1.00 → 1.00. "
    both += "Other scales what it keeps by 2: mean 1.00 → 1.00."
    assert told(subject(), subject("Other")) == f"The same mask on both sides. {both}"
    assert told(subject(), subject("Other", cells=cells(2.0, 0.0))) == both


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"kind": "function", "name": "F.dropout", "line": 35, "owner_training": False},
            "F.dropout in line 35 ran with training=True, and self.training is False",
        ),
        ({"status": "unregistered"}, "drop is unregistered, so eval() did not reach it"),
        ({"path": ""}, "training is True although eval() was called"),
        ({"training": False}, "training is False, and Dropout does not ask"),
    ],
)
def test_why_eval_did_not_end_it(given: dict[str, Any], text: str) -> None:
    assert read(reason(place(**given))) == text
