"""Why PyTorch ended a training, in a sentence beside its own words."""

from typing import Any

import pytest
import torch

from rollcall.core.report import Raised
from rollcall.experiments.training.report import TensorTraining, TrainingSubject
from rollcall.web.view.sentence import read
from rollcall.web.view.training.explanation import explanation
from web.view.entries import card


def stopped(message: str, **given: Any) -> TrainingSubject:
    raised = Raised(type="RuntimeError", message=message, during="loss.backward()")
    return TrainingSubject(card=card("Net"), stopped=raised, stopped_by="backward", **given)


def second_backward() -> None:
    w = torch.ones(2, requires_grad=True)
    loss = w.square().sum()
    loss.backward()  # type: ignore[no-untyped-call]
    loss.backward()  # type: ignore[no-untyped-call]


def changed_in_place() -> None:
    w = torch.ones(2, requires_grad=True)
    y = w.exp()
    loss = y.sum()
    y.add_(1)
    loss.backward()  # type: ignore[no-untyped-call]


def leaf_in_place() -> None:
    torch.ones(2, requires_grad=True).add_(1)


def no_graph() -> None:
    torch.ones(()).backward()  # type: ignore[no-untyped-call]


STALE = TensorTraining(
    path="scale",
    numel=4,
    status="unregistered",
    in_optimizer=False,
    replaced_by_forward=None,
    gradients=(None,),
    moved=(0.0,),
)


@pytest.mark.parametrize(
    ("raises", "given", "start"),
    [
        (
            second_backward,
            {"graph_keepers": ("hidden[0]", "hidden[1]")},
            "hidden[0] and hidden[1] lead from one forward to the next: backward reaches the graph",
        ),
        (
            changed_in_place,
            {"graph_keepers": ("hidden",)},
            "hidden leads from one forward to the next",
        ),
        (
            second_backward,
            {"graph_keepers": ("w",), "kept_once": True},
            "w was computed in the first forward, and every later one goes on with it: backward "
            "reaches the graph of that forward, which is used up. Compute it anew in each.",
        ),
        (
            second_backward,
            {"graph_keepers": ("scale",), "stale": (STALE,)},
            "scale was computed once, before the first step: every backward goes through that",
        ),
        (changed_in_place, {}, "Forward computes with a tensor and then changes it in place"),
        (leaf_in_place, {}, "Forward changes a Parameter in place"),
        (no_graph, {}, "Nothing that forward returns was computed from a trainable tensor"),
    ],
)
def test_what_pytorch_says_is_explained(raises: Any, given: dict[str, Any], start: str) -> None:
    with pytest.raises(RuntimeError) as raised:
        raises()
    assert read(explanation(stopped(str(raised.value), **given))).startswith(start)


def test_what_cannot_be_explained_is_not() -> None:
    assert explanation(stopped("mat1 and mat2 shapes cannot be multiplied")) == ()
    assert explanation(TrainingSubject(card=card("Net"))) == ()
