"""Step by step: the lines of two models run one at a time, and the registries grow beside them."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar, Self

from pydantic import Field

from rollcall.core.pair_query import PairQuery
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment, Play, record_until
from rollcall.experiments.in_turns import Turns, ended, in_turns, made_by, one_told, wire_of_turns
from rollcall.experiments.step.measures import MEASURES
from rollcall.experiments.step.report import StepSubject
from rollcall.experiments.step.run import MOST_MOMENTS, Recorded, record_steps
from rollcall.experiments.step.told import Pace, moments_of, timeline, told_at
from rollcall.lectures.catalog import Catalog

MOST_AT = 2 * MOST_MOMENTS + 9  # each side alone, line by line, and the ends of its phases
FIRST_MOMENT = 0


class StepQuery(PairQuery):
    """Which moment of which two models."""

    path: ClassVar[str] = "/step"
    mode_travels: ClassVar[bool] = False
    controls: ClassVar[tuple[str, ...]] = ("pace", "at")

    pace: Pace = Field(
        "together",
        description="together: equal lines of both sides meet, and the side that is ahead waits; "
        "own: both sides make a step each time",
    )
    at: int = Field(
        FIRST_MOMENT,
        ge=0,
        le=MOST_AT,
        description="the moment that is looked at; past the last one: the end",
    )

    def showing(self, moment: int) -> Self:
        """The same run, looked at at another moment."""
        return self.replace(at=min(max(moment, 0), MOST_AT))

    @property
    def before(self) -> Self:
        """No line was run yet."""
        return super().before.replace(at=0)

    @property
    def recorded(self) -> Self:
        """What is recorded for it: all moments, at any pace."""
        return self.replace(at=0, pace="together")

    @property
    def frames(self) -> tuple[Self, ...]:
        """From the moment that is shown on, as many as there may be."""
        moments = range(self.at, MOST_AT + 1)
        # A thousand: to validate each would take the server's time.
        return tuple(self.model_copy(update={"at": moment}) for moment in moments)


class StepReport(Report):
    """Two runs at one moment."""

    query: StepQuery
    left: StepSubject
    right: StepSubject
    shown: int  # number of the moment
    moments: int  # how many there are


class StepRecorder:
    """Runs both models, phase by phase: an increment is one phase of each."""

    wire = wire_of_turns(Recorded)

    def record(self, query: StepQuery, catalog: Catalog) -> Iterator[Turns[Recorded]]:
        """Both to the end.

        Raises:
            InvalidParameter: a model or device that does not exist here.
        """
        yield from in_turns(query, catalog, lambda factory: record_steps(factory, query))

    def frame(self, increments: Sequence[Turns[Recorded]], query: StepQuery) -> StepReport | None:
        """Both at the moment that `query` looks at.

        Known once both have ended: only then it is clear which lines meet.
        """
        if not increments or not ended(increments[-1]):
            return None
        sides = [moments_of(made_by(increments, place)) for place in (0, 1)]
        beats = timeline(sides[0], sides[1], query.pace)
        shown = min(query.at, len(beats) - 1)
        subjects = []
        for place in (0, 1):
            tell = partial(told_at, number=None, waits=False)
            if beats:
                now, before = beats[shown][place], beats[max(shown - 1, 0)][place]
                tell = partial(told_at, number=now, waits=shown > 0 and now == before)
            subjects.append(one_told(increments, place, StepSubject, tell))
        left, right = subjects
        return StepReport(
            query=query, left=left, right=right, shown=max(shown, 0), moments=len(beats)
        )


RECORDER = StepRecorder()


def step(query: StepQuery, catalog: Catalog) -> StepReport:
    """Run both models, and look at the moment that is asked for."""
    report = record_until(RECORDER, query, catalog)
    assert isinstance(report, StepReport)
    return report


STEP = Experiment(
    name="step",
    title="Step",
    summary="The lines of __init__ and forward run one at a time; beside them what they put into "
    "the registries, the tensors they make, and then one backward and one step.",
    query=StepQuery,
    report=StepReport,
    run=step,
    measures=MEASURES,
    play=Play(
        recorder=RECORDER,
        recorded=lambda query: query.recorded,
        frames=lambda query: query.frames,
        per_second=lambda _: 1.0,
        length=lambda report: max(1, report.moments - report.shown),
    ),
)
