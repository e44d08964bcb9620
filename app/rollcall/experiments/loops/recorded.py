"""What is written down of a loop while it runs: a record for each batch that it takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from rollcall.core.report import Report

Handled = Literal["taken", "loaded", "saved", "read"]  # state_dict, load_state_dict, save, load
Flag = Literal["train", "eval", ""]  # "": it was not called


class StateMove(Report):
    """A state that left a model or came back, or a file that was written or read."""

    kind: Handled
    step: int
    line: int | None
    name: str  # of the module in the loop, or of the file
    tensors: int  # in it; of a state that was loaded, those that found their place
    missing: int = 0  # tensors of the module that the state does not name
    unexpected: int = 0  # tensors of the state that the module does not have
    # the step after which the state that came back was taken or saved; None: that is not known
    of_step: int | None = None
    # whether the tensors that came back are those that were taken; None: nothing was, or it is new
    equal: bool | None = None


@dataclass(slots=True)
class Step:
    """From one batch to the next. Step 0 is all that comes before the first one."""

    loss: float | None = None  # mean squared error of the answer to the batch, as it came
    passed: float | None = None  # the number that backward was called on last
    held_out: float | None = None  # of a copy in eval, at the end of the step
    # one for each row, in the order of the rows
    gradients: Sequence[float | None] = ()  # norms; None: no gradient
    moved: Sequence[float | None] = ()  # from where it began
    in_optimizer: Sequence[bool] = ()
    decays: Sequence[float] = ()  # weight decay that was asked for
    frozen: Sequence[bool] = ()
    trained_in: Sequence[Flag] = ()
    held_out_in: Sequence[Flag] = ()
    uncleared: Sequence[int] = ()  # rows that backward found a gradient in
    moved_by_held_out: list[int] = field(default_factory=list)  # rows
    forwards: int = 0  # of the model
    skipping: int = 0  # those of them that were no call of the model, so that no hook ran
    backwards: int = 0
    whole: int = 0  # backwards on the loss of a whole batch that added to those before
    optimizer_steps: int = 0
    graphs: int = 0  # that are alive at its end
    rates: Sequence[float] = ()  # of each optimizer that stepped
    optimizers: tuple[str, ...] = ()  # classes of those that were made so far
    made_with: tuple[float, ...] = ()  # their learning rates when they were made
    rows: "tuple[FoundRow, ...] | None" = None  # None: they are those of the step before
    states: list[StateMove] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)  # at which something was done


class FoundRow(NamedTuple):
    """A tensor, as it is told of."""

    path: str
    numel: int
    dims: int
    is_buffer: bool
    of: str
    replaced_at: int | None
