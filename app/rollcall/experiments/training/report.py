"""What the training page says of one subject."""

from math import isfinite

from rollcall.core.report import Raised, Report
from rollcall.core.walk.object_walk import Registration
from rollcall.experiments.subject import Subject
from rollcall.experiments.training.loop import Doing

ROUNDING = 1e-6  # a norm below it is that of rounding errors
FLAT = 1e-3  # of the fall of a loss: what it may still move where it is called flat
FEWEST_FLAT = 3  # steps
REACHED = 0.01  # of the first loss: a training that came below it has reached its goal


class TensorTraining(Report):
    """What happened to one tensor."""

    path: str
    numel: int
    status: Registration
    in_optimizer: bool
    # The step at whose loss another tensor was first in its place, put there by forward.
    replaced_by_forward: int | None
    gradients: tuple[float | None, ...]  # its norm at each step; None: no gradient
    moved: tuple[float, ...]  # after each step: how far the furthest element is from its start

    @property
    def changed(self) -> bool:
        """Whether training changed it, which another tensor in its place is not."""
        return self.replaced_by_forward is None and bool(self.moved) and self.moved[-1] != 0

    @property
    def idle(self) -> bool:
        """Whether the optimizer holds it and its gradient is rounding alone.

        That of a bias before a normalization is.
        """
        known = [norm for norm in self.gradients if norm is not None]
        steps = self.in_optimizer and self.replaced_by_forward is None and not self.changed
        return steps and 0 < max(known, default=0.0) < ROUNDING

    @property
    def lost(self) -> bool:
        """Whether training left it without numbers."""
        return bool(self.moved) and not isfinite(self.moved[-1])

    @property
    def grows(self) -> bool:
        """Whether its gradient is never smaller than the step before, as one that nobody clears."""
        norms = [norm for norm in self.gradients if norm is not None]
        return len(norms) > 1 and norms[-1] > 1.5 * norms[0] and not self.in_optimizer


class TrainingSubject(Subject):
    """One training."""

    batch: tuple[int, ...] = ()  # shape of the input
    losses: tuple[float, ...] = ()  # before the first step, and after each
    # the same of a copy in eval, on as many inputs that training does not see; empty without noise
    unseen: tuple[float, ...] = ()
    wanted: tuple[float, ...] = ()  # some numbers of the teacher's answer
    answered: tuple[float, ...] = ()  # the same numbers of the model's answer after the step
    tensors: tuple[TensorTraining, ...] = ()
    # modules of a model that is so large that fewer steps are made than were asked for
    too_large: int | None = None
    steps: int = 0  # that are made, if nothing ends the training early
    unreachable_elements: int = 0  # that backward reached and no attribute leads to
    frozen_elements: int = 0  # of Parameters that ask for no gradient
    # tensors that forward uses, and that were computed once before it; no optimizer takes them
    stale: tuple[TensorTraining, ...] = ()
    # paths of modules that began with the same numbers, as copies of one do
    equal_start: tuple[tuple[str, ...], ...] = ()
    in_optimizer: int = 0  # numbers
    # by the optimizer for model.parameters(); then it was given one parameter group with the same
    refused: Raised | None = None
    stopped: Raised | None = None  # what ended the training early
    stopped_by: Doing | None = None
    no_loss: str = ""  # why there was none, which ended the training too; forward is the subject
    # where that was a backward: tensors on the model that lead from one forward's graph to others
    graph_keepers: tuple[str, ...] = ()
    kept_once: bool = False  # a later forward goes on with the very tensors, and makes no others

    @property
    def ended_early(self) -> bool:
        """Whether something was raised in a step, or there was no loss."""
        return bool(self.stopped or self.no_loss)

    @property
    def trainable(self) -> int:
        """Numbers that ask for a gradient, wherever they are."""
        return self.unreachable_elements + sum(tensor.numel for tensor in self.tensors)

    @property
    def learning(self) -> int:
        """Those of them in tensors that training changed."""
        return sum(tensor.numel for tensor in self.tensors if tensor.changed)

    @property
    def all_changed(self) -> bool:
        """Whether training changed all whose gradient is more than rounding, and something is."""
        idle = sum(tensor.numel for tensor in self.idle)
        return bool(self.trainable) and self.learning == self.trainable - idle

    @property
    def loss_fell(self) -> bool:
        """Whether the loss is lower than before the first step."""
        return len(self.losses) > 1 and self.losses[-1] < self.losses[0]

    @property
    def by_heart(self) -> bool:
        """Whether it got better on what it sees, and worse on what it does not see."""
        return self.loss_fell and len(self.unseen) > 1 and self.unseen[-1] > self.unseen[0]

    @property
    def stuck(self) -> tuple[TensorTraining, ...]:
        """The tensors that got a gradient and stayed as they were."""
        stayed = [t for t in self.tensors if not t.changed and any(t.gradients)]
        return tuple(t for t in stayed if not t.idle)

    @property
    def only_zeros(self) -> bool:
        """Whether there are gradients, and each of them was exactly 0."""
        norms = {norm for tensor in self.tensors for norm in tensor.gradients}
        return norms - {None} == {0.0}

    @property
    def never_updated(self) -> tuple[str, ...]:
        """What was computed once, and that no step changed."""
        return tuple(tensor.path for tensor in self.stale if not tensor.changed)

    @property
    def flat_from(self) -> int | None:
        """The step after which the loss stayed as it was, to a thousandth of its fall.

        None where it did so for less than half of the steps, or fell next to nothing.
        """
        if len(self.losses) <= FEWEST_FLAT or not self.loss_fell:
            return None
        first, last = self.losses[0], self.losses[-1]
        within = FLAT * (first - last)
        flat = len(self.losses) - 1
        while abs(self.losses[flat - 1] - last) <= within:
            flat -= 1
        stayed = len(self.losses) - 1 - flat
        if stayed < max(FEWEST_FLAT, (len(self.losses) - 1) / 2) or last < REACHED * first:
            return None
        return flat

    @property
    def dead_from(self) -> int | None:
        """The step from which on every gradient was exactly 0, though the loss is not next to 0."""
        steps = len(self.losses) - 1
        if steps <= FEWEST_FLAT or self.losses[-1] < REACHED * self.losses[0]:
            return None
        alive = [place for t in self.tensors for place, norm in enumerate(t.gradients) if norm]
        dead = max(alive, default=-1) + 1
        if not alive or steps - dead < FEWEST_FLAT:
            return None
        return dead

    @property
    def idle(self) -> tuple[TensorTraining, ...]:
        """The tensors whose gradient is too small for a step."""
        return tuple(tensor for tensor in self.tensors if tensor.idle)

    @property
    def broke_at(self) -> int | None:
        """The first step after which the loss is no number."""
        return next((step for step, loss in enumerate(self.losses) if not isfinite(loss)), None)
