"""What was answered before the files were saved, for as long as it is kept. Nothing is run."""

import asyncio
from collections.abc import Awaitable, Callable

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.lab.answer_keys import answer_key, choices_key, recorded
from rollcall.lab.apart import joined, recorded_without
from rollcall.lab.choices import CHOICES, Choices
from rollcall.lab.errors import LabError, understood
from rollcall.lab.recordings import Answers, RecordedCall, Recordings

Work = Callable[[Report, Query], bytes]


class EarlierAnswers:
    """Those of earlier versions.

    Args:
        kept: all answers but recordings.
        made: what becomes of a packed one.
    """

    def __init__(
        self,
        kept: Answers,
        recordings: Recordings,
        made: Callable[[Experiment, bytes, Query, Work], Awaitable[bytes]],
    ) -> None:
        self._kept = kept
        self._recordings = recordings
        self._made = made

    def choices(self, version: str) -> Choices | None:
        """The models and devices; None where they are not kept."""
        answer = self._kept.get(choices_key(version))
        if not isinstance(answer, bytes):
            return None
        return understood(CHOICES, answer)

    async def make(
        self, experiment: Experiment, query: Query, version: str, work: Work
    ) -> bytes | None:
        """What `work` makes of a report; None where it is not kept."""
        if experiment.play is None:
            answer = self._kept.get(answer_key(experiment, query, version))
            if isinstance(answer, bytes):
                return await self._made(experiment, answer, query, work)
            return None
        reports = []
        for left_out in recorded_without(experiment):
            call = RecordedCall(experiment.name, recorded(experiment, query), version, left_out)
            recording = self._recordings.known(call)
            if recording is None:
                return None
            try:
                reports.append(await recording.frame(query))
            except LabError:  # it broke off
                return None
        report = reports[0]
        if len(reports) > 1:
            report = joined(*reports)
        return await asyncio.to_thread(work, report, query)
