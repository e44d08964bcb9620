"""Two training loops on the same model, with the same seed and the same batches."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Self

from pydantic import Field

from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment, Play, record_until
from rollcall.experiments.in_turns import Turns, both_told, ended, taking_turns, wire_of_turns
from rollcall.experiments.loops.loop_factory import loop_factories
from rollcall.experiments.loops.measures import MEASURES
from rollcall.experiments.loops.report import LoopSubject
from rollcall.experiments.loops.run import Recorded, record_loop
from rollcall.experiments.loops.told import told_after
from rollcall.experiments.loops.watch import MOST_STEPS
from rollcall.lectures.catalog import Catalog


class LoopsQuery(PairQuery):
    """Which two loops, and after which batch they are looked at."""

    path: ClassVar[str] = "/loops"
    mode_travels: ClassVar[bool] = False
    controls: ClassVar[tuple[str, ...]] = ("at",)

    left: LeftModel = Field(
        "loop_optimizers.optimizer_first", description="loop in the left column"
    )
    right: RightModel = Field("loop_optimizers.head_first", description="loop in the right column")
    at: int = Field(
        MOST_STEPS,
        ge=0,
        le=MOST_STEPS,
        description="the batch after which they are looked at; past the last one: the end",
    )

    def showing(self, step: int) -> Self:
        """The same loops, looked at after a step."""
        return self.replace(at=step)

    @property
    def before(self) -> Self:
        """No batch was taken yet."""
        return super().before.replace(at=0)

    @property
    def frames(self) -> tuple[Self, ...]:
        """From the step that is shown to the last one that a loop can have."""
        start = self.at
        if start == MOST_STEPS:
            start = 0
        return tuple(self.showing(step) for step in range(start, MOST_STEPS + 1))


class LoopsReport(Report):
    """Two loops, up to the step that is looked at."""

    query: LoopsQuery
    left: LoopSubject
    right: LoopSubject

    @property
    def steps(self) -> int:
        """Of the longer one."""
        return max(self.left.steps, self.right.steps)


class LoopsRecorder:
    """Runs both loops, each to its end: an increment is one step of each."""

    wire = wire_of_turns(Recorded)

    def record(self, query: LoopsQuery, catalog: Catalog) -> Iterator[Turns[Recorded]]:
        """Both loops.

        Raises:
            InvalidParameter: a loop or device that does not exist here.
        """
        yield from taking_turns(loop_factories(query, catalog), record_loop)

    def frame(self, increments: Sequence[Turns[Recorded]], query: LoopsQuery) -> LoopsReport | None:
        """Both after the step that `query` looks at, or at their ends."""
        if not increments:
            return None
        start_and_step = query.at + 2
        if len(increments) < start_and_step and not ended(increments[-1]):
            return None
        left, right = both_told(
            increments[:start_and_step], LoopSubject, lambda made: told_after(made, query.at)
        )
        return LoopsReport(query=query, left=left, right=right)


RECORDER = LoopsRecorder()


def loops(query: LoopsQuery, catalog: Catalog) -> LoopsReport:
    """Run both loops, and look at them after the step that is asked for."""
    report = record_until(RECORDER, query, catalog)
    assert isinstance(report, LoopsReport)
    return report


def _length(report: LoopsReport) -> int:
    """Frames from the one of a report to the end."""
    return max(1, report.steps - report.query.at + 1)


LOOPS = Experiment(
    name="loops",
    title="Loops",
    summary="Two training loops on the same model: what each does to every tensor, step by step.",
    query=LoopsQuery,
    report=LoopsReport,
    run=loops,
    measures=MEASURES,
    play=Play(
        recorder=RECORDER,
        recorded=lambda query: query.showing(MOST_STEPS),
        frames=lambda query: query.frames,
        length=_length,
    ),
    subjects="loops",
)
