"""Experiments run in worker processes, each answer computed once and kept."""

import asyncio
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from cachetools import LRUCache, TTLCache

from rollcall.core.pair_query import PairQuery
from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.experiments.base import Play
from rollcall.experiments.exam.report import AskedQuestion
from rollcall.experiments.registry.one_model import ModelFindings
from rollcall.lab import worker
from rollcall.lab.answer_keys import answer_key, choices_key, recorded
from rollcall.lab.apart import (
    Side,
    each_alone,
    is_complete,
    is_live,
    joined,
    may_be_kept,
    recorded_without,
)
from rollcall.lab.asked_once import AskedOnce
from rollcall.lab.calls import Calls
from rollcall.lab.choices import Choices, choices_of
from rollcall.lab.earlier import EarlierAnswers
from rollcall.lab.engine import Engine
from rollcall.lab.errors import FAILURE_KEPT, LabError, understood
from rollcall.lab.factories import failing_factories
from rollcall.lab.limits import NO_LIMITS, Limits
from rollcall.lab.recording import Recording
from rollcall.lab.recordings import Answers, RecordedCall, Recordings
from rollcall.lab.warm_up import warm_up
from rollcall.lab.workers import Workers
from rollcall.lectures.contents import Contents, Problem
from rollcall.lectures.saved_files import version
from rollcall.lectures.targets import Targets

LARGE_ANSWER = 60_000  # bytes, of which a page takes some 30 ms: the event loop waits for no more
MOST_FAILURES = 1_000  # that are remembered


class Made(NamedTuple):
    """What was made of a report."""

    content: bytes
    complete: bool  # every model answered: another try would bring no more


class Lab:
    """Worker processes over the lecture files that are served.

    Args:
        what: the targets, or a folder of lecture files.
        workers: processes; each runs one call at a time, so that a seed means what it says.
        seconds: time limit of one call, from when a worker takes it up; of a recording, for each
            increment.
        cache_bytes: bound on all kept answers together.
        limits: what each worker may take.
        engine: runs the calls; None: workers of its own, as many and with those limits.
    """

    def __init__(
        self,
        what: Targets | Path,
        workers: int = 2,
        seconds: float = 10.0,
        cache_bytes: int = 64 << 20,
        limits: Limits = NO_LIMITS,
        engine: Engine | None = None,
    ) -> None:
        self.targets = Targets.of(what)
        self.seconds = seconds
        self._kept: Answers = LRUCache(cache_bytes, getsizeof=len)
        self._failures: TTLCache[Hashable, LabError] = TTLCache(MOST_FAILURES, FAILURE_KEPT)
        self._apart: LRUCache[Hashable, None] = LRUCache(MOST_FAILURES)
        self._calls = Calls(engine or Workers(workers, limits=limits._replace(seconds=seconds)))
        self._once = AskedOnce(self._calls, self._kept)
        self._recordings = Recordings(self.targets, self._calls, self._kept)
        self.earlier = EarlierAnswers(self._kept, self._recordings, self._made)

    @property
    def version(self) -> str:
        """A word for the present state of the lecture files.

        What was computed under another one is out of date.
        """
        return version(self.targets)

    async def warm_up(self) -> list[Problem]:
        """Start every worker, load the lecture files and run every experiment once in each.

        What goes wrong is told, and goes wrong again on the page that asks for it.
        """
        return await warm_up(self._calls, self.targets, self.seconds)

    async def run(self, experiment: Experiment, query: Query) -> Report:
        """Run one experiment, or repeat the answer it gave on these lecture files.

        Where the two together bring no answer, or are shown live, each model is run alone. The
        report then says of the one that brings none why its column is empty.

        Raises:
            Busy: too many calls wait.
            InvalidParameter: the query names something that does not exist, or would take too long.
            TimeLimit: the call took longer than the limit.
            WorkerDied: the process ended in the middle of it.
        """
        query.check_cost()
        key = (experiment.name, recorded(experiment, query), self.version)
        if key not in self._apart and not is_live(experiment):
            try:
                return await self._answer(experiment, query)
            except LabError:
                if not isinstance(query, PairQuery) or query.left == query.right:
                    raise
                if not experiment.shows_models:
                    raise
            self._apart[key] = None
        alone = await each_alone(partial(self._answer, experiment, query))
        if isinstance(alone, Report):
            return alone
        if experiment.play:
            return joined(*alone)
        # Each is quick enough alone: only together they were too slow.
        return await self._answer(experiment, query, seconds=2 * self.seconds)

    async def make(
        self, experiment: Experiment, query: Query, work: Callable[[Report, Query], bytes]
    ) -> Made:
        """What `work` makes of a report: here, or by a worker where the report is large.

        A large report never comes here, so that the event loop waits neither for it nor for what is
        made of it. Raises as `run` does.
        """
        query.check_cost()
        key = (experiment.name, recorded(experiment, query), self.version)
        if experiment.play is None and key not in self._apart:
            with suppress(LabError):  # then `run` asks each model alone
                packed = await self._packed(experiment, query)
                content = await self._made(experiment, packed, query, work)
                return Made(content, may_be_kept(packed))
        report = await self.run(experiment, query)
        return Made(await asyncio.to_thread(work, report, query), is_complete(report))

    async def look(self, name: str, work: Callable[[ModelFindings, str], bytes]) -> bytes:
        """What `work` makes of the findings about one model; a worker runs both.

        Raises:
            TimeLimit: the call took longer than the limit.
            WorkerDied: the process ended in the middle of it.
        """
        key = ("look", name, work, self.version)
        return await self._once.answer(key, self.seconds, worker.look, name, work, self.targets)

    def prepare(self, experiment: Experiment, query: Query) -> None:
        """Begin what `run` will soon be asked for, if it is a frame of a play."""
        key = (experiment.name, recorded(experiment, query), self.version)
        if experiment.play and key not in self._apart:
            for left_out in recorded_without(experiment):
                self._recording(experiment, experiment.play, query, left_out)

    async def choices(self) -> Choices:
        """The models and devices that a query can name."""
        key = choices_key(self.version)
        answer = await self._once.answer(key, self.seconds, worker.list_choices, self.targets)
        return choices_of(answer).with_devices(self._calls.engine.devices())

    async def exam_question(self, seed: int, number: int) -> AskedQuestion | None:
        """One question of an exam, made once; None where this course has too few models for it."""
        key = ("exam", seed, number, self.version)
        work, args = worker.exam_question, (seed, number, self.targets)
        answer = await self._once.answer(key, 2 * self.seconds, work, *args)
        return understood(worker.ASKED, answer)

    async def failing_factories(self, contents: Contents) -> list[Problem]:
        """Why functions that the command line names make no model; each is called once."""
        return await failing_factories(contents, self.targets, self._calls, self.seconds)

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self._calls.close()

    async def _answer(
        self,
        experiment: Experiment,
        query: Query,
        left_out: Side | None = None,
        seconds: float | None = None,
    ) -> Report:
        if experiment.play:
            recording = self._recording(experiment, experiment.play, query, left_out)
            report = await recording.frame(query)
            if not is_complete(report, left_out):
                self._recordings.forget(recording)
            return report
        packed = await self._packed(experiment, query, left_out, seconds)
        if len(packed) > LARGE_ANSWER:
            return await asyncio.to_thread(worker.report_of, experiment, packed, query)
        return worker.report_of(experiment, packed, query)

    async def _made(
        self,
        experiment: Experiment,
        packed: bytes,
        query: Query,
        work: Callable[[Report, Query], bytes],
    ) -> bytes:
        if len(packed) <= LARGE_ANSWER:
            return work(worker.report_of(experiment, packed, query), query)
        args = (experiment.name, packed, work, query)
        return await self._calls.call(worker.make, *args, seconds=self.seconds)

    def _recording(
        self, experiment: Experiment, play: Play, query: Query, left_out: Side | None = None
    ) -> Recording:
        call = RecordedCall(experiment.name, recorded(experiment, query), self.version, left_out)
        return self._recordings.of(call, play, self.seconds)

    async def _packed(
        self,
        experiment: Experiment,
        query: Query,
        left_out: Side | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """A report as it came from the worker."""
        computed = query.computed
        key = answer_key(experiment, query, self.version, left_out, seconds)
        failure = self._failures.get(key)
        if failure:  # it would fail again
            raise failure.with_traceback(None)
        args = (experiment.name, computed, self.targets, left_out)
        try:
            return await self._once.answer(key, seconds or self.seconds, worker.run, *args)
        except LabError as error:
            self._failures[key] = error
            raise
