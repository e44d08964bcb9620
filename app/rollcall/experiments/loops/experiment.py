"""Two training loops on the same model, with the same seed and the same batches."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import ClassVar, Self

from pydantic import Field

from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment, Play, Show, record_until
from rollcall.experiments.in_turns import LeftOut, Turns, both_told, ended, wire_of_turns
from rollcall.experiments.loops.increments import Recorded
from rollcall.experiments.loops.live import LoopTurn, show_loop
from rollcall.experiments.loops.loop_factory import loop_factories
from rollcall.experiments.loops.measures import MEASURES
from rollcall.experiments.loops.report import LoopSubject
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
    def shown(self) -> int:
        """The batch that the longer one has taken."""
        return max(self.left.shown, self.right.shown)

    @property
    def ended(self) -> bool:
        """Whether neither takes another batch."""
        return all(subject.ended or subject.raised for subject in (self.left, self.right))


class LoopsRecorder:
    """Runs both loops, each to its end: an increment is one step of each."""

    wire = wire_of_turns(Recorded)

    def record(self, query: LoopsQuery, catalog: Catalog) -> Iterator[Turns[Recorded]]:
        """Both loops, one after the other.

        Raises:
            InvalidParameter: a loop or device that does not exist here.
        """
        sides: list[list[LoopTurn]] = []
        for factory in loop_factories(query, catalog):
            sides.append([])
            show_loop(factory, sides[-1].append)
        yield from zip_longest(*sides)

    def live(self, query: LoopsQuery, catalog: Catalog, show: Show) -> None:
        """The one that is not left out: each increment is shown as soon as it is known.

        Raises as `record` does.
        """
        left, right = loop_factories(query, catalog)
        other: LeftOut | None = LeftOut(right.card)
        if left.left_out:
            other = LeftOut(left.card)

        def show_beside(turn: LoopTurn) -> None:
            nonlocal other
            turns: Turns[Recorded] = (turn, other)
            if left.left_out:
                turns = (other, turn)
            show(turns)
            other = None

        if left.left_out:
            show_loop(right, show_beside)
        else:
            show_loop(left, show_beside)

    def frame(self, increments: Sequence[Turns[Recorded]], query: LoopsQuery) -> LoopsReport | None:
        """Both after the step that `query` looks at, or at their ends."""
        if not increments:
            return None
        # The increment after a step tells whether that was the last one.
        enough = query.at + 3
        if len(increments) < enough and not ended(increments[-1]):
            return None
        left, right = both_told(
            increments[:enough], LoopSubject, lambda made: told_after(made, query.at)
        )
        return LoopsReport(query=query, left=left, right=right)


RECORDER = LoopsRecorder()


def loops(query: LoopsQuery, catalog: Catalog) -> LoopsReport:
    """Run both loops, and look at them after the step that is asked for."""
    report = record_until(RECORDER, query, catalog)
    assert isinstance(report, LoopsReport)
    return report


def _length(report: LoopsReport) -> int | None:
    """No other frame follows the one of the end; before, nobody knows how many do."""
    if report.ended:
        return 1
    return None


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
        live=RECORDER.live,
    ),
    subjects="loops",
)
