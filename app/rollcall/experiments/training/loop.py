"""A model is trained for some steps, and what happened to each of its tensors is written down."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.object_walk import Found, walk
from rollcall.core.tensor_compare import max_abs_diff

Make = Callable[[Any], Optimizer]  # from what `parameters()` gives, or from parameter groups
Doing = Literal["optimizer", "forward", "backward", "step"]


@dataclass
class Track:
    """What happened to one tensor that asks for a gradient."""

    path: str
    value: Tensor  # as it is now
    start: Tensor  # its values before the first step
    registered: bool
    held: bool  # the optimizer has it
    renewed: int | None = (
        None  # the first forward, of 0, 1, 2 ..., that put another tensor in its place
    )
    gradients: list[float | None] = field(
        default_factory=list
    )  # norm at each step; None: no gradient
    moved: list[float] = field(
        default_factory=list
    )  # after each step: how far the furthest element is from its start


@dataclass
class Descent:
    """One training."""

    losses: list[float] = field(default_factory=list)  # before the first step, and after each
    tracks: list[Track] = field(default_factory=list)
    hidden: int = 0  # numbers that the first backward reached and no attribute leads to
    refused: Exception | None = (
        None  # what the optimizer raised when it was given model.parameters()
    )
    doing: Doing = "optimizer"  # what was done last
    error: Exception | None = None  # what ended the training there


class _Trainer:
    def __init__(self, model: nn.Module, loss: Callable[[nn.Module], Tensor], make: Make) -> None:
        self.descent = Descent()
        self.model = model
        self.loss = loss
        self.optimizer = self._optimizer(make)
        self.held = {
            id(tensor) for group in self.optimizer.param_groups for tensor in group["params"]
        }
        self.known = self._trainable()
        self.restless = (
            False  # forward puts other tensors on the model, so they must be looked up at each step
        )

    def _optimizer(self, make: Make) -> Optimizer:
        try:
            return make(self.model.parameters())
        except ValueError as error:
            self.descent.refused = error
            return make([{"params": self.model.parameters()}])

    def step(self) -> None:
        """The four lines of every training loop, and what they did."""
        descent = self.descent
        self.optimizer.zero_grad()
        descent.doing = "forward"
        loss = self.loss(self.model)
        descent.losses.append(loss.item())
        self._follow(loss)
        descent.doing = "backward"
        loss.backward()  # type: ignore[no-untyped-call]
        for track in descent.tracks:
            gradient = track.value.grad
            track.gradients.append(None if gradient is None else gradient.norm().item())
        descent.doing = "step"
        self.optimizer.step()
        with torch.no_grad():
            for track in descent.tracks:
                track.moved.append(_distance(track))

    def _follow(self, loss: Tensor) -> None:
        """Find the tensors at the first step, and again at each if forward replaces them."""
        if not self.descent.tracks:
            found = self._trainable()
            self.descent.tracks = [self._track(each) for each in found.values()]
            self.restless = {p: id(f.value) for p, f in found.items()} != {
                p: id(f.value) for p, f in self.known.items()
            }
            reachable = {id(each.value) for each in found.values()}
            self.descent.hidden = sum(
                leaf.numel() for leaf in leaves_of([loss]) if id(leaf) not in reachable
            )
        elif self.restless:
            found = self._trainable()
            for track in self.descent.tracks:
                now = found.get(track.path)
                if now is not None and now.value is not track.value:
                    track.value = now.value
                    track.renewed = (
                        len(self.descent.losses) - 1 if track.renewed is None else track.renewed
                    )

    def _trainable(self) -> dict[str, Found]:
        return {
            found.path: found for found in walk(self.model).tensors if _is_trainable(found.value)
        }

    def _track(self, found: Found) -> Track:
        value: Tensor = found.value
        return Track(
            found.path, value, value.detach().clone(), found.registered, id(value) in self.held
        )


def descend(
    model: nn.Module, loss: Callable[[nn.Module], Tensor], make: Make, steps: int
) -> Iterator[Descent]:
    """Train `model` in place, as a training loop is usually written, and measure the loss once more at the end.

    The optimizer is made from `model.parameters()`; where it refuses that, from one parameter group with the same.
    Nothing is raised: what PyTorch or the model raises ends the training and is in the answer.

    Yields:
        One and the same Descent, after each step and once more when it is finished.
    """
    descent = Descent()
    try:
        trainer = _Trainer(model, loss, make)
        descent = trainer.descent
        for _ in range(steps):
            trainer.step()
            yield descent
        descent.doing = "forward"
        final = loss(model)
        descent.losses.append(final.item())
        if not steps:
            trainer._follow(final)
    except Exception as error:
        descent.error = error
    yield descent


def _is_trainable(tensor: Tensor) -> bool:
    return tensor.requires_grad and tensor.is_leaf and not is_lazy(tensor) and tensor.numel() > 0


def _distance(track: Track) -> float:
    distance = max_abs_diff(track.value, track.start)
    return inf if distance is None else distance  # forward put one of another shape in its place
