"""Every assignment of the grid lands where plain torch puts it."""

import re
from itertools import product
from types import SimpleNamespace
from typing import Any, get_args

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from lectures.course import COURSE
from rollcall.core.query import InvalidParameter
from rollcall.experiments.assign.assignments import (
    SLOTS,
    VALUES,
    Landing,
    Slot,
    Value,
    When,
    assign,
    written,
)
from rollcall.experiments.assign.experiment import AssignQuery, AssignReport, assignments


def landing(value: Value, slot: Slot = "nothing", when: When = "after") -> Landing:
    return assign(value, slot, when, 0)


def test_every_name_has_its_python() -> None:
    assert set(VALUES) == set(get_args(Value))
    assert set(SLOTS) == set(get_args(Slot))


@pytest.mark.parametrize("value", get_args(Value))
def test_a_landing_is_what_the_written_class_does(value: Value) -> None:
    for slot, when in product(get_args(Slot), get_args(When)):
        compare_with_the_written_class(value, slot, when)


def compare_with_the_written_class(value: Value, slot: Slot, when: When) -> None:
    namespace: dict[str, Any] = {"nn": nn, "torch": torch, "SimpleNamespace": SimpleNamespace}
    exec(written(value, slot, when), namespace)
    found = landing(value, slot, when)
    if found.raised is not None:
        with pytest.raises(Exception, match=re.escape(found.raised.message)) as raised:
            namespace["Net"]()
        assert type(raised.value).__name__ == found.raised.type
        assert found.place is None
        return
    module = namespace["Net"]()
    registries = [
        name for name in ("_parameters", "_buffers", "_modules") if "x" in vars(module)[name]
    ]
    assert [found.place] == (registries or ["attribute"])
    assert ("x" in vars(module)) is (found.place == "attribute")
    assert found.parameters == tuple(name for name, _ in module.named_parameters())
    assert found.keys == tuple(module.state_dict())
    assert found.printed == str(module)


LANDINGS: list[tuple[Value, Slot, str, bool]] = [
    ("parameter", "nothing", "_parameters", False),
    ("parameter_times", "nothing", "attribute", True),
    ("parameter_to_cpu", "nothing", "_parameters", False),
    ("parameter_to_float64", "nothing", "attribute", True),
    ("tensor", "nothing", "attribute", True),
    ("tensor", "none", "attribute", True),
    ("tensor", "empty_buffer", "_buffers", False),
    ("tensor", "buffer", "_buffers", False),
    ("list_of_linear", "nothing", "attribute", True),
    ("module_list", "nothing", "_modules", False),
    ("nested_parameter_list", "nothing", "_modules", True),
    ("plain_object", "nothing", "attribute", True),
    ("closure", "nothing", "attribute", True),
    ("function", "nothing", "attribute", False),
    ("number", "nothing", "attribute", False),
    ("none", "nothing", "attribute", False),
    ("none", "parameter", "_parameters", False),
    ("parameter", "module", "_parameters", False),
]


@pytest.mark.parametrize(("value", "slot", "place", "lost"), LANDINGS)
def test_where_it_lands_and_whether_state_is_lost(
    value: Value, slot: Slot, place: str, lost: bool
) -> None:
    found = landing(value, slot)
    assert (found.place, found.lost) == (place, lost)


def test_a_list_cannot_take_the_place_of_a_module() -> None:
    found = landing("list_of_linear", "module")
    assert found.raised is not None
    assert (
        found.raised.message
        == "cannot assign 'list' as child module 'x' (torch.nn.Module or None expected)"
    )
    assert found.raised.line == 5
    assert not found.by_slot


def test_before_init_only_what_pytorch_does_not_know_is_accepted() -> None:
    accepted = {value for value in get_args(Value) if landing(value, when="before").raised is None}
    registering = {
        "parameter",
        "parameter_to_cpu",
        "buffer",
        "linear",
        "module_list",
        "module_dict",
    }
    assert set(get_args(Value)) - accepted == registering | {
        "parameter_list",
        "nested_parameter_list",
    }
    raised = landing("linear", when="before").raised
    assert raised is not None
    assert raised.message == "cannot assign module before Module.__init__() call"


def test_what_x_should_be_before_may_be_what_raises() -> None:
    assert landing("linear", "module", "before").by_slot
    assert landing("number", "empty_buffer", "before").by_slot
    assert not landing("linear", "none", "before").by_slot


def test_the_grid_holds_the_two_columns() -> None:
    report = assignments(AssignQuery(slot="none", seed=3), COURSE)
    rows = {row.value: row for row in report.grid}
    at = report.slots.index("none")
    for column in (report.left, report.right):
        assert rows[column.value].landings[at] == column.landing
        assert rows[column.value].text in column.code
    assert len(rows) == len(VALUES) >= 20
    assert AssignReport.model_validate_json(report.model_dump_json()) == report


def test_the_choice_of_models_travels_along_and_swapping_exchanges_the_values() -> None:
    query = AssignQuery(left="parameters.BadLayer", value_left="none", value_right="linear")
    assert query.swapped.value_left == "linear"
    assert query.swapped.left == "parameters.BadLayer"
    with pytest.raises(InvalidParameter):
        assignments(AssignQuery(left="containers.Nobody"), COURSE)
    with pytest.raises(InvalidParameter):
        assignments(AssignQuery(device="cuda:99"), COURSE)
    with pytest.raises(ValidationError):
        AssignQuery.model_validate({"slot": "anything"})
