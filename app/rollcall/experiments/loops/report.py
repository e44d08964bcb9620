"""What the page of two loops says of one of them."""

from typing import Literal

from rollcall.core.report import Raised, Report
from rollcall.experiments.loops.recorded import Flag, StateMove
from rollcall.experiments.subject import Subject

FindingKind = Literal[
    "not in the optimizer",
    "not cleared",
    "statistics of held-out batches",
    "trains in eval",
    "switched on",
    "state follows",
    "nothing loaded",
    "frozen and moves",
    "graphs kept",
    "hooks skipped",
    "gradients summed",
    "scheduler first",
    "decay asked for",
    "buffers left",
]


class TensorInLoop(Report):
    """What happened to one tensor, up to the step that is looked at."""

    path: str
    numel: int
    dims: int
    is_buffer: bool
    of: str  # the name of another module that the loop calls, such as a criterion; "": the model
    replaced_at: int | None  # the step in which the loop put it in the place of another one
    in_optimizer: bool
    decay: float  # weight decay that the loop asked for
    frozen_from: int | None  # the step at whose end, and ever since, it asks for no gradient
    gradients: tuple[float | None, ...]  # its norm in each step, from step 1; None: no gradient
    moved: tuple[float, ...]  # after each step, from step 0: how far from where it began
    uncleared: tuple[int, ...]  # steps in which backward added to what an earlier step had used
    trained_in: tuple[Flag, ...]  # the mode of its module at the forward of each step, from step 1
    held_out_in: tuple[Flag, ...]  # the same at the last forward of a held-out batch
    moved_by_held_out: tuple[int, ...]  # steps in which a held-out batch changed it

    @property
    def changed(self) -> bool:
        """Whether it is another one than it was."""
        return bool(self.moved) and self.moved[-1] != 0

    @property
    def has_gradient(self) -> bool:
        """Whether any step gave it one that is not 0."""
        return any(self.gradients)

    @property
    def moved_while_frozen(self) -> bool:
        """Whether an optimizer moves it, though it asks for no gradient any more."""
        since = self.frozen_from
        if not self.in_optimizer or since is None:
            return False
        return self.moved[-1] != self.moved[since]


class LoopFinding(Report):
    """What is the matter with a loop, as far as that can be measured."""

    kind: FindingKind
    line: int | None = None  # that did it
    step: int  # in which it was first so
    paths: tuple[str, ...] = ()  # of the tensors that it concerns
    number: float = 0  # steps, batches, keys or what else the kind counts
    of: float = 0  # how many there are of them
    name: str = ""  # of a module or a file


class LoopSubject(Subject):
    """One loop."""

    model: str = ""  # the class of the model that it trains
    batch: tuple[int, ...] = ()  # shape of an input
    shown: int = 0  # the step that is looked at: the number of batches that it had taken
    ended: bool = False  # it took no more
    optimizers: tuple[str, ...] = ()  # the classes of those that it made
    own_loss: bool = False  # the loop minimizes something else than the mean squared error
    # on each batch that mean squared error, or what the loop minimizes; None: there is none
    losses: tuple[float | None, ...] = ()
    # mean squared error on held-out batches, of a copy in eval, before step 1 and after each;
    # None: it has none, or has a loss of its own, and this is not lower at its end
    held_out: tuple[float | None, ...] = ()
    rates: tuple[tuple[float, ...], ...] = ()  # learning rates at the end of each step
    graphs: tuple[int, ...] = ()  # of earlier answers, that are alive in each step
    tensors: tuple[TensorInLoop, ...] = ()
    states: tuple[StateMove, ...] = ()
    findings: tuple[LoopFinding, ...] = ()
    n_optimizer_steps: int = 0
    stopped: Raised | None = None  # what ended it before its end
    too_many: bool = False  # it took as many batches as a loop gets, and was ended
    printed: str = ""
    returned: str = ""  # the type of what it returned; nobody takes that

    @property
    def of_model(self) -> tuple[TensorInLoop, ...]:
        """The tensors of the model that are no buffers."""
        return tuple(each for each in self.tensors if not each.of and not each.is_buffer)

    @property
    def parameters(self) -> tuple[TensorInLoop, ...]:
        """Those of the criterion and the like, too."""
        return tuple(each for each in self.tensors if not each.is_buffer)
