"""The kinds of findings about what a forward leaves behind: on the model, and in its input."""

from typing import Literal

from rollcall.core.report import Report


class AddedByForward(Report):
    """A tensor or module that the first forward put on the model."""

    kind: Literal["made by the first forward"] = "made by the first forward"
    path: str
    holds: Literal["module", "parameter", "buffer", "tensor"]
    class_name: str
    registered: bool
    trainable: bool = False  # it is, or holds, what an optimizer should have


class ReplacedByForward(Report):
    """A Parameter in whose place the first forward put another one."""

    kind: Literal["replaced by the first forward"] = "replaced by the first forward"
    path: str
    numel: int


class ChangedByForward(Report):
    """Trainable parameters that the first forward gave other values, before any step."""

    kind: Literal["changed by a forward"] = "changed by a forward"
    paths: tuple[str, ...]
    stepped_at: int | None = None  # where forward makes a step of an optimizer of its own


class ChangedInput(Report):
    """A forward that writes into the tensors that it is given."""

    kind: Literal["changes its input"] = "changes its input"
    line: int | None


class CarriedOver(Report):
    """Tensors that lead from one forward's graph to the next, so that the second backward fails."""

    kind: Literal["graph goes on"] = "graph goes on"
    paths: tuple[str, ...]
    raised: str  # class of what the backward raises
    once: bool = False  # every forward goes on with the tensors that the first one computed


class SwitchedMode(Report):
    """A forward that calls train() or eval() on a part of its model."""

    kind: Literal["forward switches the mode"] = "forward switches the mode"
    paths: tuple[str, ...]  # the outermost; "" is the model itself
    mode: Literal["train", "eval"]  # in which they are afterwards


class MixedRows(Report):
    """A forward after eval() whose answer for one sample depends on the others of its batch."""

    kind: Literal["samples of a batch are mixed"] = "samples of a batch are mixed"
    path: str | None  # of the module that mixes them
    name: str  # the module's class, or the function
    line: int | None  # of a function, and of a module that no attribute leads to
    row_change: float  # how far the last sample's answer moves when the others become others
    time_first: bool = False  # a layer of sequences that takes the batch for the time
    torn: bool = False  # a reshape that puts parts of several samples into one row
    product: bool = False  # one of matrices
    spread: bool = False  # a column of one number for each sample that meets a row of such
    rows: int | None = None  # of the output, where they are not as many as the samples
    samples: int | None = None  # where rows are told


class OwnOptimizer(Report):
    """Optimizers that a model keeps, and parameters with a gradient that they do not hold."""

    kind: Literal["left out by its own optimizer"] = "left out by its own optimizer"
    optimizers: tuple[str, ...]  # paths of the attributes
    paths: tuple[str, ...]
    numel: int
