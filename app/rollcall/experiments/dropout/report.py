"""What the dropout page says of one model: its calls, its mask, and the count of all draws."""

from itertools import accumulate
from typing import Literal

from rollcall.core.binomial import Counts, deviation
from rollcall.core.report import Report
from rollcall.core.scan import ModuleStatus
from rollcall.experiments.subject import Subject

MOST_ROWS, MOST_COLUMNS = 32, 64


class Place(Report):
    """One source of randomness in a forward."""

    kind: Literal["module", "function"]
    path: str  # of the module, or of the one whose forward calls the function
    name: str  # class of the module, or the function as a lecture writes it
    status: ModuleStatus  # of the module at `path`
    line: int | None  # of the lecture file from which it is called
    training: bool  # the module's own flag, or what the function was told
    owner_training: bool  # the flag of the module at `path`
    drew: bool = False  # a random generator moved
    calls: int = 1  # of a function whose results show no mask


class Cells(Report):
    """One dropout call, number by number, in rows; the first 32 × 64 where there are more."""

    shape: tuple[int, ...]  # of the whole tensor
    rows: int
    columns: int
    input: tuple[float, ...]
    factor: tuple[float, ...]  # by which each was multiplied; 0: dropped
    output: tuple[float, ...]

    @property
    def all_nan(self) -> bool:
        """Whether nothing was multiplied by a number."""
        return all(factor != factor for factor in self.factor)

    @property
    def dropped_are_zero(self) -> bool:
        """Whether what was dropped is 0.

        NaN times 0 is NaN, and alpha dropout puts another number there.
        """
        return not any(y for y, factor in zip(self.output, self.factor, strict=True) if factor == 0)


class DropoutSubject(Subject):
    """The dropout of one model."""

    modules: tuple[str, ...] = ()  # classes of all that its forward calls, where none of them draws
    silent: tuple[str, ...] = ()  # what draws in training and is not called in this mode
    places: tuple[Place, ...] = ()
    shown: int = 0  # which of them is looked at
    on_grid: bool = False  # the model is a dropout itself, and got the grid that was asked for
    takes_grid: bool = False  # it is a dropout itself, so that a grid can be given to it
    # Size of a number around its dropouts in a first forward, in train or in eval.
    max_abs: float = 0.0
    takes_p: bool = False  # its constructor was given the p that was asked for
    p: float | None = None  # the one that acted
    n_trials: int = 0  # independent draws in a call: one for each number, or for each channel
    by_channel: bool = False
    cells: Cells | None = None  # None: no mask can be read off the answer of the one that is shown
    # The one factor by which all that was kept was multiplied; None: none, or several.
    scale: float | None = None
    shift: float = 0.0  # added to what was kept, and
    dropped_to: float = 0.0  # what all that was dropped became
    std: tuple[float, float] = (0.0, 0.0)  # of the input and the output, unbiased
    identical: bool = False  # the output is the input
    dropped: tuple[int, ...] = ()  # of `n_trials`, in each draw so far
    inputs: tuple[float, ...] = ()  # mean of the input in each draw so far
    outputs: tuple[float, ...] = ()  # mean of the output in each draw so far
    histogram: Counts | None = None  # of `dropped`; None where p is not known

    @property
    def draws(self) -> bool:
        """Whether anything in it draws random numbers, in this mode or in training."""
        return bool(self.places or self.silent or self.raised)

    @property
    def place(self) -> Place:
        """The call that is looked at."""
        return self.places[self.shown]

    @property
    def passes_on(self) -> bool:
        """Whether the dropout that is looked at is off: it gives its input back, without a mask."""
        return self.identical and not self.place.training

    @property
    def fraction(self) -> float:
        """Dropped in this draw."""
        if not self.n_trials:
            return 0.0
        return self.dropped[-1] / self.n_trials

    @property
    def fraction_so_far(self) -> float:
        """Dropped in all draws together."""
        return sum(self.dropped) / max(1, self.n_trials * len(self.dropped))

    @property
    def spread(self) -> float | None:
        """Two standard deviations of the fraction dropped in one draw."""
        if self.p is None:
            return None
        return 2 * deviation(self.n_trials, self.p)

    @property
    def averages(self) -> list[float]:
        """Mean of the output, averaged over all draws so far."""
        return [total / number for number, total in enumerate(accumulate(self.outputs), 1)]

    @property
    def keeps_mean(self) -> bool | None:
        """Whether scale · (1 - p) is 1, so that the mean is kept on average.

        None where that is not the question.
        """
        silent = not self.place.training and not self.dropped[-1]
        if silent or self.p is None or self.scale is None or self.shift or self.dropped_to:
            return None
        return abs(self.scale * (1 - self.p) - 1) < 1e-5
