"""The records of a loop's steps: each is open from its batch to the next one, then written down."""

from collections.abc import Callable

from torch import Tensor, nn

from rollcall.core.lecture_line import line_of
from rollcall.experiments.loops.batches import Pair
from rollcall.experiments.loops.graphs import Graphs
from rollcall.experiments.loops.held_out import HeldOutLoss
from rollcall.experiments.loops.optimizers import Optimizers
from rollcall.experiments.loops.recorded import Flag, FoundRow, Step
from rollcall.experiments.loops.rows import Row, Rows
from rollcall.experiments.loops.snapshots import Snapshots


class StepBook:
    """All steps of one loop.

    Args:
        model: that the loop trains.
        held_out: pairs that it does not train on.
        file: the loop's, whose lines are told.
        stepped: is called when an optimizer has stepped.
    """

    def __init__(
        self, model: nn.Module, held_out: list[Pair], file: str, stepped: Callable[[], object]
    ) -> None:
        self.steps: list[Step] = []  # that are over
        self.step = Step()  # the one under way
        self.rows = Rows(model)
        self.graphs = Graphs()
        self.optimizers = Optimizers(stepped)
        self.error: Tensor | None = None  # of the model's last answer to the batch
        self.by_ourselves = False  # it is we who call the model, or a part of it
        self._file = file
        self._snapshots = Snapshots(HeldOutLoss(model, held_out))
        self._seen: set[str] = set()  # what has its line
        self._version = -1  # of the rows that were told
        self.rows.before_change = self._end_rows

    @property
    def number(self) -> int:
        """Of the step under way."""
        return len(self.steps)

    def line(self, name: str) -> int | None:
        """The line that is run; what is done there keeps its first one in the step."""
        line = line_of(self._file)
        if line is not None:
            self.step.lines.setdefault(name, line)
        return line

    def first_line(self, name: str) -> None:
        """The same of what every step does alike: it is looked up once."""
        if name not in self._seen:
            self._seen.add(name)
            self.line(name)

    def flags(self) -> list[Flag]:
        """The mode of the module of each row."""
        return ["train" if row.owner.training else "eval" for row in self.rows.all]

    def keep_gradients(self) -> None:
        """As they are now: an optimizer has stepped, or the step is over without that."""
        self._snapshots.keep_gradients(self.rows.all)
        self.step.graphs = self.graphs.alive

    def close(self) -> None:
        """Write down the step that is under way, and begin the next one."""
        before, self.by_ourselves = self.by_ourselves, True
        try:
            self._close()
        finally:
            self.by_ourselves = before
        self.steps.append(self.step)
        self.step, self.error = Step(), None

    def flush(self) -> None:
        """Look at the numbers that were kept."""
        before, self.by_ourselves = self.by_ourselves, True
        try:
            self._snapshots.flush()
        finally:
            self.by_ourselves = before

    def _end_rows(self) -> None:
        self.flush()
        self._snapshots.begin_anew()

    def _close(self) -> None:
        step, rows = self.step, self.rows
        rows.refresh(self.number)
        if not step.optimizer_steps:
            self.keep_gradients()
        self._snapshots.keep(step, rows.all, rows.version, self.error)
        step.frozen = [not row.is_buffer and not row.value.requires_grad for row in rows.all]
        now = self.optimizers.now(rows.all, rows.version)
        step.in_optimizer, step.decays, step.rates, step.optimizers, step.made_with = now
        if rows.version != self._version:
            self._version = rows.version
            step.rows = tuple(map(_as_told, rows.all))


def _as_told(row: Row) -> FoundRow:
    value = row.value
    return FoundRow(row.path, value.numel(), value.dim(), row.is_buffer, row.of, row.replaced_at)
