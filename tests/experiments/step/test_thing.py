"""What a value is told as, and what of a variable is the same as before."""

from collections import deque
from typing import Any

import pytest
import torch
from torch import nn

from rollcall.experiments.step.local_tensors import COLUMNS, MOST_LOCALS, ROWS, LocalWatch, picture
from rollcall.experiments.step.measures import MEASURES
from rollcall.experiments.step.moment import Moment, TensorAfter
from rollcall.experiments.step.printed import MOST_PRINTED, Printed
from rollcall.experiments.step.report import StepSubject
from rollcall.experiments.step.thing import Thing, thing
from rollcall.lectures.contents import ModelCard


class Own(nn.Linear):
    def extra_repr(self) -> str:
        raise AssertionError("nobody asks")


class Holder:
    pass


ENDLESS: list[Any] = [nn.ReLU()]
ENDLESS.append(ENDLESS)
ODD = nn.Linear(2, 2)
ODD.in_features = Holder()  # type: ignore[assignment]

THINGS: list[tuple[Any, Thing]] = [
    (nn.Parameter(torch.ones(2, 3)), Thing(kind="parameter", name="Parameter", shape=(2, 3))),
    (torch.ones(()), Thing(kind="tensor", name="Tensor", shape=())),
    (nn.Dropout(0.5), Thing(kind="module", name="Dropout", detail="p=0.5, inplace=False")),
    (Own(2, 2), Thing(kind="module", name="Own")),
    (ODD, Thing(kind="module", name="Linear")),
    (nn.ModuleList([nn.ReLU()]), Thing(kind="module", name="ModuleList", length=1)),
    (
        [1, nn.ReLU(), 2, torch.ones(1)],
        Thing(kind="container", name="list", length=4, items=("int", "ReLU", "int"), state=2),
    ),
    (
        [[nn.Linear(2, 2), "a"], {"b": (torch.ones(1),)}],
        Thing(kind="container", name="list", length=2, items=("list", "dict"), state=2),
    ),
    ({"a": 1.0}, Thing(kind="container", name="dict", length=1, items=("float",))),
    (deque(), Thing(kind="container", name="deque", length=0)),
    (0.5, Thing(kind="plain", name="float", detail="0.5")),
    ("\ud800", Thing(kind="plain", name="str", detail="'\\ud800'")),
    (2**300, Thing(kind="plain", name="int", detail="a number of 301 bits")),
    (torch.relu, Thing(kind="other", name="builtin_function_or_method", detail="relu")),
    (len, Thing(kind="other", name="builtin_function_or_method", detail="len")),
    (thing, Thing(kind="other", name="function", detail="thing")),
    (Holder, Thing(kind="other", name="type", detail="Holder")),
    (Holder(), Thing(kind="other", name="Holder")),
]


@pytest.mark.parametrize(("value", "told"), THINGS, ids=lambda each: type(each).__name__)
def test_a_value_is_told_without_being_asked(value: Any, told: Thing) -> None:
    assert thing(value) == told


def test_a_list_that_holds_itself_holds_state() -> None:
    assert thing(ENDLESS).state > 0
    assert thing([[[]] * 2_000] * 2_000).state == 0


def test_what_is_long_is_cut() -> None:
    assert len(thing("x" * 1_000).detail) < 70
    watch = LocalWatch()
    assert len(watch.look({f"v{n}": n for n in range(50)}, None)) == MOST_LOCALS
    stream = Printed()
    assert stream.writable()
    for _ in range(3):
        print("y" * MOST_PRINTED, file=stream)
    assert len(stream.take()) == MOST_PRINTED
    assert stream.take() == ""


def test_a_variable_is_another_one_when_its_tensor_is() -> None:
    watch = LocalWatch()
    x = torch.ones(2, 3)
    model = nn.ReLU()
    names: dict[str, Any] = {"self": model, "x": x, "n": 1, "_": 2, ".0": iter(())}
    first = watch.look(names, model)
    assert [each.name for each in first] == ["x", "n"]
    again = watch.look(names, model)
    assert [some is other for some, other in zip(first, again, strict=True)] == [True, True]
    x.add_(1)
    changed, same = watch.look(names, model)
    assert (changed.turn, same) == (1, again[1])
    names |= {"x": x.clone(), "n": 2}
    assert [each.turn for each in watch.look(names, model)] == [2, 0]
    grown = x.requires_grad_()
    (leaf, made) = LocalWatch().look({"leaf": grown, "made": grown * 2}, None)
    assert (leaf.in_graph, leaf.made_by, made.made_by) == (True, "", "MulBackward0")


def test_a_picture_holds_the_first_numbers() -> None:
    shown = picture(torch.arange(4_000.0).reshape(2, 20, 100))
    assert shown
    assert (shown.columns, len(shown.values), shown.of) == (COLUMNS, ROWS * COLUMNS, 4_000)
    assert shown.values[COLUMNS] == 100
    scalar = picture(torch.tensor(True))
    assert scalar
    assert scalar.values == (1.0,)
    without = [
        torch.ones(2, device="meta"),
        torch.ones(0, 3),
        torch.ones(2, dtype=torch.complex64),
        torch.ones(2, 2).to_sparse(),
    ]
    assert [picture(each) for each in without] == [None] * 4


def test_what_a_question_asks_is_counted() -> None:
    moved = TensorAfter(path="w", status="registered", shape=(1,), gradient=0.0, moved=0.5)
    stayed = TensorAfter(path="v", status="unregistered", shape=(1,), gradient=None, moved=0.0)
    moment = Moment(phase="step", total=3, tensors=(moved, stayed))
    subject = StepSubject(
        card=ModelCard(name="a.Net", class_name="Net", needs=()), moment=moment, gained=("w",)
    )
    asked = {name: measure(subject) for name, measure in MEASURES.items()}
    assert asked == {
        "registered_tensors": 3,
        "gained_tensors": 1,
        "with_gradient": 1,
        "moved_tensors": 1,
    }
