"""A model is trained for some steps, and what happened to each of its tensors is written down."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal

from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.findings.forward_watch import tensors_in_graph
from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.optimizer_tensors import ids_in_optimizer
from rollcall.core.tensors.distances import Distances
from rollcall.core.tensors.tensor_stats import norms
from rollcall.core.walk.object_walk import Found, Registration, walk
from rollcall.experiments.teacher_task import NoLoss

Make = Callable[[Any], Optimizer]  # from what `parameters()` gives, or from parameter groups
Doing = Literal["optimizer", "forward", "backward", "step"]


@dataclass
class Track:
    """One tensor that asks for a gradient."""

    path: str
    value: Tensor  # as it is now
    start: Tensor  # its values before the first step
    status: Registration
    in_optimizer: bool
    replaced: bool = False  # a forward put another tensor in its place


class _Moved:
    """How far tensors are from their starts."""

    def __init__(self, tracks: list[Track]) -> None:
        self._tracks = tracks
        self._distances = Distances([track.start for track in tracks])

    def now(self) -> list[float]:
        """Infinite where forward put a tensor of another shape in its place."""
        if not self._tracks:
            return []
        known = self._distances.of([track.value for track in self._tracks])
        return [inf if distance is None else distance for distance in known]


@dataclass
class Step:
    """One pass through the loop, or as much of it as was made. The last one is a forward alone."""

    loss: float | None = None  # None: forward raised
    gradients: list[float | None] = field(default_factory=list)  # norms; None: no gradient
    # how far the furthest element of each tensor is from its start
    moved: list[float] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)  # tensors in whose place forward put another
    stale_moved: list[float] = field(default_factory=list)  # as `moved`, of what is stale


class TrainingLoop:
    """One training, as it is usually written, step by step.

    The optimizer is made from `model.parameters()`; where it refuses that, from one parameter
    group with the same.

    Args:
        model: trained in place.
        tensors: of the model, as a walk found them.
        loss: from the model, at each step; what the model raises in it is a ModelRaised, and
            an answer without a loss a NoLoss.
        make: makes the optimizer.

    Raises:
        ModelRaised: from what the optimizer raises when it is made.
    """

    def __init__(
        self,
        model: nn.Module,
        tensors: list[Found],
        loss: Callable[[nn.Module], Tensor],
        make: Make,
    ) -> None:
        self.tracks: list[Track] = []  # known from the first forward on
        self.unreachable_elements = 0  # that the first backward reached and no attribute leads to
        self.stale: list[Track] = []  # tensors that were computed before, and forward uses
        self.refused: ModelRaised | None = None  # raised by the optimizer for model.parameters()
        self.doing: Doing = "optimizer"  # what was done last
        self.error: ModelRaised | NoLoss | None = None  # what ended the training there
        self._model = model
        self._loss = loss
        self._optimizer = self._made_by(make)
        self._in_optimizer = ids_in_optimizer(self._optimizer)
        self._known = _trainable(tensors)
        self._computed = [found for found in tensors if found.value.grad_fn is not None]
        self.frozen_elements = sum(found.value.numel() for found in tensors if _is_frozen(found))
        self._moved = _Moved([])  # the tracks
        self._stale_moved = _Moved([])
        self._replaces = False  # each forward may put other tensors on the model

    def steps(self, number: int) -> Iterator[Step]:
        """Train for a number of steps, and measure the loss once more.

        Raises nothing: what PyTorch or the model raises ends the training, and is in `error`.
        """
        for _ in range(number):
            step = Step()
            try:
                self._make(step)
            except (ModelRaised, NoLoss) as error:
                self.error = error
            yield step
            if self.error:
                return
        self.doing = "forward"
        last = Step()
        try:
            loss = self._loss(self._model)
            last.loss = loss.item()
            if not number:
                self._find(loss)
        except (ModelRaised, NoLoss) as error:
            self.error = error
        yield last

    def graph_keepers(self) -> tuple[tuple[str, ...], bool]:
        """Tensors on the model through which the next loss would reach back to earlier graphs.

        And whether that forward leaves these very tensors, as one that keeps what it computed once.
        It runs one more forward, so it is asked once the training has ended.
        """
        kept = [found for found in walk(self._model).tensors if found.value.grad_fn is not None]
        try:
            used = tensors_in_graph([self._loss(self._model)], kept)
        except (ModelRaised, NoLoss):
            return (), False
        leading = [found for found in kept if id(found.value) in used]
        now = {found.path: found.value for found in walk(self._model).tensors}
        once = bool(leading) and all(now.get(each.path) is each.value for each in leading)
        return tuple(found.path for found in leading), once

    def _made_by(self, make: Make) -> Optimizer:
        try:
            with model_code("optimizer"):
                return make(self._model.parameters())
        except ModelRaised as error:
            if not isinstance(error.cause, ValueError):
                raise
            self.refused = error
        with model_code("optimizer"):
            return make([{"params": self._model.parameters()}])

    def _make(self, step: Step) -> None:
        """The four lines of every training loop, and what they did."""
        self._optimizer.zero_grad()
        loss = self._forward(step)
        self.doing = "backward"
        with model_code("loss.backward()"):
            loss.backward()  # type: ignore[no-untyped-call]
        step.gradients = norms([track.value.grad for track in self.tracks])
        self.doing = "step"
        with model_code("optimizer.step()"):
            self._optimizer.step()
        step.moved = self._moved.now()
        step.stale_moved = self._stale_moved.now()

    def _forward(self, step: Step) -> Tensor:
        self.doing = "forward"
        loss = self._loss(self._model)
        step.loss = loss.item()
        if not self.tracks:
            self._find(loss)
        elif self._replaces:
            step.replaced += self._newly_replaced()
        return loss

    def _find(self, loss: Tensor) -> None:
        used = tensors_in_graph([loss], self._computed)
        self.stale = [self._track(each) for each in self._computed if id(each.value) in used]
        found = _trainable(walk(self._model).tensors)
        self.tracks = [self._track(each) for each in found.values()]
        self._moved, self._stale_moved = _Moved(self.tracks), _Moved(self.stale)
        self._replaces = _identities(found) != _identities(self._known)
        reachable = {id(each.value) for each in found.values()}
        leaves = [leaf for leaf in leaves_of([loss]) if id(leaf) not in reachable]
        self.unreachable_elements = sum(leaf.numel() for leaf in leaves)

    def _newly_replaced(self) -> Iterator[int]:
        """Look the tensors up again: which of them the forward replaced for the first time."""
        found = _trainable(walk(self._model).tensors)
        for number, track in enumerate(self.tracks):
            now = found.get(track.path)
            if now is None or now.value is track.value:
                continue
            track.value = now.value
            if not track.replaced:
                track.replaced = True
                yield number

    def _track(self, found: Found) -> Track:
        value: Tensor = found.value
        start = value.detach().clone()
        return Track(found.path, value, start, found.status, id(value) in self._in_optimizer)


def _trainable(tensors: list[Found]) -> dict[str, Found]:
    return {found.path: found for found in tensors if _is_trainable(found.value)}


def _is_frozen(found: Found) -> bool:
    value: Tensor = found.value
    return found.kind == "parameter" and not value.requires_grad and not is_lazy(value)


def _identities(found: dict[str, Found]) -> dict[str, int]:
    return {path: id(each.value) for path, each in found.items()}


def _is_trainable(tensor: Tensor) -> bool:
    return tensor.requires_grad and tensor.is_leaf and not is_lazy(tensor) and tensor.numel() > 0
