"""The headline and the sentences of the device page."""

from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.core.walk.object_walk import HidingPlace
from rollcall.experiments.device.experiment import DeviceQuery, DeviceReport
from rollcall.experiments.device.report import (
    DeviceAndType,
    DeviceSubject,
    Forward,
    LostNumbers,
    LostParameters,
    Move,
    TensorMove,
)
from rollcall.web.view.device.headline import headline
from rollcall.web.view.device.losses import losses
from rollcall.web.view.device.narration import device_narration
from rollcall.web.view.sentence import read
from web.view.entries import card

HERE = DeviceAndType(device="cpu", dtype="float32")
THERE = DeviceAndType(device="cpu", dtype="float64")
RAISED = Raised(type="RuntimeError", message="no luck")


def tensor(outcome: str = "moved", attribute: str = "", **given: Any) -> TensorMove:
    known: dict[str, Any] = {
        "path": "weight",
        "kind": "parameter",
        "status": "unregistered" if attribute else "registered",
        "unregistered_at": HidingPlace(attribute, "list") if attribute else None,
        "before": HERE,
        "after": THERE if outcome == "moved" else HERE,
        "outcome": outcome,
        "same_object": True,
        "lost": None,
    }
    return TensorMove(**known | given)


def forward(**given: Any) -> Forward:
    known: dict[str, Any] = {
        "input": THERE,
        "outputs": (THERE,),
        "astray": False,
        "raised": None,
        "believable": True,
    }
    return Forward(**known | given)


def move(*tensors: TensorMove, **given: Any) -> Move:
    return Move(**{"tensors": tensors, "raised": None, "forward": forward()} | given)


def lost(infinite: int, zero: int = 0, imaginary: int = 0) -> LostNumbers:
    return LostNumbers(to_infinity=infinite, to_zero=zero, imaginary=imaginary)


def told(moved: Move) -> str:
    query = DeviceQuery()
    subject = DeviceSubject(card=card("Net"), moved_by=query.moves[0], move=moved)
    report = DeviceReport(query=query, left=subject, right=subject)
    return read(device_narration(report))


LEFT = tensor("left_behind", "layers")
HEADS_LEFT = tensor("left_behind", "heads")
FAILS = forward(raised=RAISED)
UNKNOWN = forward(raised=RAISED, believable=False)
ASTRAY = forward(astray=True, outputs=(HERE,))


@pytest.mark.parametrize(
    ("moved", "text"),
    [
        (move(), "Net holds no tensor."),
        (move(tensor("there")), "Every tensor of Net was there already."),
        (move(tensor()), "Net’s only tensor moves."),
        (move(tensor(), tensor()), "Both tensors of Net move."),
        (
            move(tensor(), forward=FAILS),
            "Net’s only tensor moves, and its forward raises RuntimeError.",
        ),
        (
            move(tensor(), forward=UNKNOWN),
            "Net’s only tensor moves, and its forward cannot be simulated.",
        ),
        (move(raised=RAISED, forward=None), "Net.double() raises RuntimeError."),
        (
            move(LEFT, tensor()),
            ".double() leaves 1 of 2 tensors of Net behind: "
            "layers is a plain list; nothing is raised.",
        ),
        (
            move(LEFT, LEFT, forward=FAILS),
            ".double() leaves both tensors of Net behind: "
            "layers is a plain list; its forward raises.",
        ),
        (
            move(LEFT, HEADS_LEFT, tensor("left_behind", "third"), forward=UNKNOWN),
            ".double() leaves all 3 tensors of Net behind: layers is a plain list, "
            "heads is a plain list; "
            "its forward cannot be simulated.",
        ),
        (
            move(LEFT, forward=ASTRAY),
            ".double() leaves Net’s only tensor behind: layers is a plain list; "
            "nothing is raised, and the output is float32.",
        ),
        (
            move(tensor(lost=lost(1, 2, 3))),
            "Net’s only tensor moves. "
            "weight lost 6 numbers: 1 became inf, 2 became 0, 3 became real.",
        ),
        (
            move(*[tensor(lost=lost(1))] * 4),
            "All 4 tensors of Net move. weight lost 1 number: 1 became inf; "
            "weight lost 1 number: 1 became inf, and 2 more tensors lost numbers.",
        ),
    ],
)
def test_sentence(moved: Move, text: str) -> None:
    assert told(moved) == text


def test_each_model_is_told_of() -> None:
    query = DeviceQuery()
    left = DeviceSubject(card=card("Broken"), raised=RAISED)
    right = DeviceSubject(card=card("Net"), moved_by=query.moves[1], move=move())
    report = DeviceReport(query=query, left=left, right=right)
    assert (
        read(device_narration(report)) == "Broken cannot be run: RuntimeError. Net holds no tensor."
    )


@pytest.mark.parametrize(
    ("moved", "verdict", "lines", "went_wrong"),
    [
        (move(), "none", ("0", "tensors:", "nothing to move"), False),
        (move(tensor("there")), "none", ("0", "tensors moved:", "all were there already"), False),
        (move(tensor()), "good", ("1 of 1", "tensor", "moved"), False),
        (move(tensor(), LEFT), "bad", ("1 of 2", "tensors moved,", "1 left behind"), True),
        (
            move(tensor(lost=lost(2)), tensor(lost=lost(0, 1))),
            "bad",
            ("2 of 2", "tensors moved,", "3 numbers lost"),
            True,
        ),
    ],
)
def test_headline(moved: Move, verdict: str, lines: tuple[str, str, str], went_wrong: bool) -> None:
    shown = headline(moved)
    assert (shown.verdict, shown.lost) == (verdict, went_wrong)
    assert (shown.count, shown.first, shown.second) == lines


def test_a_move_that_raised_is_bad_whatever_moved() -> None:
    assert headline(move(tensor(), raised=RAISED, forward=None)).verdict == "bad"


def test_one_model_on_two_devices_is_told_of_twice() -> None:
    query = DeviceQuery(right_device="simulated")
    left, right = (
        DeviceSubject(card=card("Net"), moved_by=by, move=move(tensor(outcome)))
        for by, outcome in zip(query.moves, ("there", "moved"), strict=True)
    )
    report = DeviceReport(query=query, left=left, right=right)
    assert read(device_narration(report)) == (
        "Every tensor of Net (left) was there already. The right one’s only tensor moves."
    )


def test_only_what_was_lost_is_told() -> None:
    assert losses(lost(0, 2)) == ["2 became 0"]
    assert losses(lost(0)) == []


def test_what_is_no_parameter_there_is_told_after_the_move() -> None:
    gate = LostParameters(device="cuda:0", paths=("gate",))
    query = DeviceQuery(device="simulated")
    subject = DeviceSubject(
        card=card("Net"), moved_by=query.moves[0], move=move(tensor()), lost=gate
    )
    report = DeviceReport(query=query, left=subject, right=subject)
    assert read(device_narration(report)) == (
        'Net’s only tensor moves. Built with device="cuda:0", gate is no Parameter any more: '
        ".to() gives a new tensor there."
    )
