"""The table of a moved model, what its forward answered, and the choice of a move."""

from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.device.experiment import DeviceQuery, DeviceReport
from rollcall.experiments.device.report import (
    DeviceAndType,
    DeviceSubject,
    Forward,
    LostNumbers,
    Move,
    TensorMove,
)
from rollcall.experiments.modes.experiment import ModesQuery
from rollcall.web.view.device.answer import answer
from rollcall.web.view.device.move_table import (
    KEPT,
    LEFT,
    NOT_MOVED,
    NOT_SIMULATED,
    REPLACED,
    Row,
    move_table,
)
from rollcall.web.view.device.switch import move_switch, simulated_sides
from rollcall.web.view.switch import device_switch
from web.view.entries import card

HERE = DeviceAndType(device="cpu", dtype="float32")
THERE = DeviceAndType(device="cuda:0", dtype="float16")
RAISED = Raised(type="RuntimeError", message="no luck")


def tensor(path: str = "weight", **given: Any) -> TensorMove:
    known: dict[str, Any] = {
        "path": path,
        "kind": "parameter",
        "status": "registered",
        "unregistered_at": None,
        "before": HERE,
        "after": THERE,
        "outcome": "moved",
        "same_object": True,
        "lost": None,
    }
    return TensorMove(**known | given)


def report(left: list[TensorMove], right: list[TensorMove], **asked: str) -> DeviceReport:
    query = DeviceQuery.model_validate(asked)
    subjects = [
        DeviceSubject(
            card=card("Net"),
            moved_by=by,
            move=Move(tensors=tuple(tensors), raised=None, forward=None),
        )
        for by, tensors in zip(query.moves, (left, right), strict=True)
    ]
    return DeviceReport(query=query, left=subjects[0], right=subjects[1])


def row(**given: Any) -> Row:
    return move_table(report([tensor(**given)], []), "left").tensors.rows[0]


def test_rows_follow_the_opposite_side() -> None:
    hidden = [tensor("head", status="registered"), tensor("layers[0]", status="unregistered")]
    shown = report(hidden, [tensor("layers.0"), tensor("head")])
    assert [each.tensor.path for each in move_table(shown, "left").tensors.rows] == [
        "layers[0]",
        "head",
    ]
    assert [each.lost for each in move_table(shown, "left").tensors.rows] == [True, False]
    assert [each.tensor.path for each in move_table(shown, "right").tensors.rows] == [
        "layers.0",
        "head",
    ]


def test_a_side_that_raised_orders_nothing() -> None:
    shown = report([tensor()], [])
    alone = shown.model_copy(update={"right": DeviceSubject(card=card("Net"), raised=RAISED)})
    assert len(move_table(alone, "left").tensors.rows) == 1


@pytest.mark.parametrize(
    ("asked", "lines", "head"),
    [
        ({}, ("float32",), ".double()"),
        ({"device": "cuda:0"}, ("cpu",), '.to("cuda:0")'),
        ({"device": "cuda:0", "dtype": "float16"}, ("float32", "cpu"), "moved?"),
    ],
)
def test_a_place_is_what_the_move_was_about(
    asked: dict[str, str], lines: tuple[str, ...], head: str
) -> None:
    table = move_table(report([tensor()], [], **asked), "left")
    assert table.outcome_head == head
    assert table.tensors.rows[0].before.lines == lines
    assert table.tensors.rows[0].before.title == "float32 on cpu"


def test_outcomes() -> None:
    lost = LostNumbers(to_infinity=1, to_zero=2, imaginary=0)
    damaged = row(lost=lost).outcome
    assert (damaged.kind, damaged.text) == ("no", "moved")
    assert damaged.below == ("1 became inf", "2 became 0")
    assert row(outcome="left_behind").outcome == LEFT
    said = [
        row(outcome=each).outcome.text
        for each in ("moved", "replaced_by_forward", "there", "exempt")
    ]
    assert said == ["moved", "computed", "was there", "integer"]
    complex_there = HERE.model_copy(update={"dtype": "complex64"})
    assert row(before=complex_there, outcome="exempt").outcome.text == "complex"
    assert row(kind="persistent buffer").is_buffer


def test_objects() -> None:
    assert row(same_object=True).same_object == KEPT
    assert row(same_object=False).same_object == REPLACED
    assert row(same_object=None).same_object == NOT_SIMULATED
    assert row(same_object=True, outcome="left_behind").same_object == NOT_MOVED


def forward(**given: Any) -> Forward:
    known: dict[str, Any] = {"input": THERE, "outputs": (), "astray": False, "raised": None}
    return Forward(**known | {"believable": True} | given)


def test_a_forward_that_answers() -> None:
    shown = answer(forward(outputs=(HERE, THERE)))
    assert shown.outputs == "float32 on cpu, float16 on cuda:0"
    assert (shown.kind, shown.astray) == ("yes", False)
    assert answer(forward()).outputs == "without a tensor"
    astray = answer(forward(outputs=(HERE,), astray=True))
    assert (astray.kind, astray.mark, astray.astray) == ("no", "◐", True)


def test_a_forward_that_raised() -> None:
    assert answer(forward(raised=RAISED)).raised == RAISED
    shown = answer(forward(raised=RAISED, believable=False))
    assert (shown.raised, shown.unknown) == (None, RAISED)


def current(devices: tuple[str, ...], **asked: str) -> list[str]:
    query = DeviceQuery.model_validate(asked)
    return [choice.text for choice in move_switch(query, devices) if choice.current]


def test_one_move_is_in_force() -> None:
    assert current(("cpu",)) == [".double()"]
    assert current(("cpu",), dtype="none") == ["cpu"]
    assert current(("cpu",), device="simulated") == ["cuda:0 (simulated)"]
    assert current(("cpu", "cuda:0"), device="cuda:0") == ["cuda:0"]
    assert current(("cpu",), right_device="simulated") == ["cpu | cuda:0"]
    gpus = ("cpu", "cuda:0", "cuda:1")
    assert current(gpus, device="cuda:1", left_device="cuda:0") == ["cuda:0 | cuda:1"]


def test_a_gpu_is_simulated_only_where_there_is_none() -> None:
    query = DeviceQuery()
    alone = [choice.text for choice in move_switch(query, ("cpu",))]
    assert alone == ["cpu", "cuda:0 (simulated)", "cpu | cuda:0", ".double()", ".half()"]
    beside = [choice.text for choice in move_switch(query, ("cpu", "cuda:0"))]
    assert beside == ["cpu", "cuda:0", "cpu | cuda:0", ".double()", ".half()"]


def test_where_models_are_sent_is_a_choice_only_with_a_gpu() -> None:
    query = ModesQuery()
    assert device_switch(query, ("cpu",)) == []
    choices = device_switch(query, ("cpu", "cuda:0"))
    assert [choice.current for choice in choices] == [True, False, False]
    assert choices[1].url == query.replace(device="cuda:0").url
    assert choices[2].url == query.replace(right_device="cuda:0").url
    assert choices[2].title == "left on cpu, right on cuda:0"


def test_a_side_that_is_simulated_is_named() -> None:
    assert simulated_sides(DeviceQuery()) == ""
    assert simulated_sides(DeviceQuery(device="simulated")) == "simulated"
    assert simulated_sides(DeviceQuery(left_device="simulated")) == "left simulated"
    assert simulated_sides(DeviceQuery(right_device="simulated")) == "right simulated"


def test_each_side_tells_of_its_own_move() -> None:
    shown = report([tensor()], [tensor()], right_device="simulated")
    assert move_table(shown, "left").outcome_head == '.to("cpu")'
    assert move_table(shown, "right").outcome_head == '.to("cuda:0")'


def test_what_a_move_split_off_names_what_it_was() -> None:
    split = row(path="steps[0]", outcome="left_behind", split_from="step_0", status="unregistered")
    assert (split.outcome.kind, split.outcome.below) == ("no", ("was step_0",))
