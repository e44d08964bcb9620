"""One model is built, called and trained for a step, and each line of its file is written down."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any, TypeVar

from torch import nn

from rollcall.core.eagerly import eagerly
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import move_to, set_mode
from rollcall.core.model_raised import Interruption, ModelRaised
from rollcall.core.pair_query import PairQuery
from rollcall.core.report import Raised
from rollcall.core.rng.random_state import seeded
from rollcall.experiments.model_source import source_of_class
from rollcall.experiments.step.books import Bookkeeper
from rollcall.experiments.step.learning import Learning
from rollcall.experiments.step.line_watch import LineWatch
from rollcall.experiments.step.moment import Moment, Phase
from rollcall.experiments.step.moments import Moments
from rollcall.experiments.step.printed import Printed
from rollcall.experiments.step.report import CutShort
from rollcall.experiments.step.statements import Statements, statements_of
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.example_input import InputOrigin
from rollcall.lectures.own_seconds import own_seconds

MOST_MOMENTS = 500  # of one side
MOST_OF_INIT = 300  # so that some are left for forward
SECONDS = 4.0  # for each phase of a side: less than the lab waits for both

T = TypeVar("T")


class OutOfTime(Interruption):
    """A phase did not end. No `except Exception` of a model's catches it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One phase of one model."""

    card: ModelCard
    phase: Phase
    moments: tuple[Moment, ...]
    ended: bool  # this is the last one
    input: InputOrigin | None = None
    stopped: Raised | None = None
    cut_short: CutShort | None = None
    hung_at: int | None = None


@dataclass
class _Run:
    """One model, from its constructor to its first step."""

    factory: ModelFactory
    query: PairQuery
    moments: Moments
    files: dict[str, Statements]  # the model's own and those that it imports
    told: int = 0  # moments that were given away
    origin: InputOrigin | None = None
    example: ModelInput | None = None
    stopped: Raised | None = None
    cut_short: CutShort | None = None
    output: Any = None
    learning: Learning | None = None
    phases: list[Phase] = field(default_factory=list)

    def init(self) -> nn.Module:
        """Build it, line by line."""
        model = self.watched("init", MOST_OF_INIT, self.factory.build)
        self.moments.root = model
        self.end(model)
        return model

    def prepare(self, model: nn.Module) -> None:
        """Find what it is called with, send both where they are called, and make an optimizer."""
        with _in_time():
            self.example = self.factory.example()
            self.origin = self.factory.input_origin
            set_mode(model, self.query.mode)
            move_to(model, self.factory.device)
            self.learning = Learning(model)

    def forward(self, model: nn.Module) -> None:
        """Call it, line by line."""
        assert self.example is not None
        sent = self.example.clone().to(self.factory.device)
        with seeded(self.query.seed), eagerly():
            self.output = self.watched("forward", MOST_MOMENTS, lambda: sent.call(model))
        self.end(self.output)

    def learn(self) -> None:
        """Backward, and one step."""
        assert self.learning
        self.moments.begin("backward", [])
        with _in_time(), seeded(self.query.seed), eagerly():
            self.learning.take(self.output)
            if not self.learning.answers:
                return
            tensors = self.learning.backward()
            self.add(Moment(phase="backward", event="end", key="end", tensors=tensors))
            tensors = self.learning.step()
        refused = None
        if self.learning.refused:
            refused = self.factory.raised(self.learning.refused)
        self.add(Moment(phase="step", event="end", key="end", tensors=tensors, refused=refused))

    def watched(self, phase: Phase, most: int, work: Callable[[], T]) -> T:
        """Do some work of the model's, and write down its lines."""
        moments = self.moments
        watch = LineWatch(self.files, moments)
        moments.begin(phase, watch.open)
        moments.most = most

        def stop() -> None:
            watch.goes_on = False

        moments.stop = stop
        try:
            with _in_time(), _printing_to(moments.printed), watch:
                return work()
        finally:
            if watch.is_lost:
                self.cut_short = "tracer"
            elif moments.is_full:
                self.cut_short = "full"

    def end(self, value: Any) -> None:
        """A phase has ended well."""
        self.moments.end(value)

    def add(self, moment: Moment) -> None:
        """One that no line was watched for."""
        assert self.learning
        last = self.moments.made[-1]
        facts = {"books": last.books, "registered": last.registered, "total": last.total}
        self.moments.made.append(moment.model_copy(update={**facts, "loss": self.learning.loss}))

    def recorded(self, phase: Phase, *, ended: bool) -> Recorded:
        """What was added since the last time."""
        made = tuple(self.moments.made[self.told :])
        self.told += len(made)
        cut_short, self.cut_short = self.cut_short, None
        hung_at = None
        if cut_short == "time" and made:
            hung_at = made[-1].line
        return Recorded(
            card=self.factory.card,
            phase=phase,
            moments=made,
            ended=ended,
            input=self.origin,
            stopped=self.stopped,
            cut_short=cut_short,
            hung_at=hung_at,
        )


def record_steps(factory: ModelFactory, query: PairQuery) -> Iterator[Recorded]:
    """Its phases. Other work may be done between two of them."""
    try:
        factory.run_file_anew()
    except ModelRaised as error:
        yield Recorded(factory.card, "init", (), ended=True, stopped=factory.raised(error))
        return
    files = factory.catalog.own_files(factory.card.name).items()
    statements = {path: statements_of(file.lines) for path, file in files}
    moments = Moments(str(factory.file), Bookkeeper(), factory.card.class_name)
    run = _Run(factory, query, moments, statements)
    made: list[nn.Module] = []

    def build() -> None:
        made.append(run.init())

    def call() -> None:
        run.prepare(made[0])
        run.forward(made[0])

    works: tuple[tuple[Phase, Callable[[], None]], ...] = (
        ("init", build),
        ("forward", call),
        ("backward", run.learn),
    )
    for phase, work in works:
        goes_on = _tried(run, work)
        if phase == "init" and run.cut_short == "time":
            # It would not end for its source, either.
            key = ("source", factory.card.name)
            factory.catalog.once(
                key, lambda: source_of_class(factory.lecture_file, factory.card.class_name)
            )
        ended = not goes_on or phase == "backward"
        yield run.recorded(phase, ended=ended)
        if ended:
            return


def _tried(run: _Run, work: Callable[[], None]) -> bool:
    """Whether the work was done; else why not is in the run."""
    try:
        work()
    except ModelRaised as error:
        if isinstance(error.cause, OutOfTime):  # in a worker whatever is raised is the model's
            run.cut_short = "time"
        else:
            run.stopped = run.factory.raised(error)
    except OutOfTime:
        run.cut_short = "time"
    else:
        return True
    return False


@contextmanager
def _printing_to(stream: Printed) -> Iterator[None]:
    with redirect_stdout(stream), redirect_stderr(stream):
        yield


def _in_time() -> Any:
    return own_seconds(SECONDS, OutOfTime)
