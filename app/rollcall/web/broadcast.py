"""One play under way: each frame is made for the first viewer who comes to it, and sent to all."""

from collections.abc import Hashable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import cast

from cachetools import LRUCache
from fastapi.sse import format_sse_event

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.experiments.base import Play
from rollcall.lab import Lab
from rollcall.lab.apart import is_complete
from rollcall.lab.asker import Urgency, as_urgent_as, asking
from rollcall.lab.shared_calls import SharedCalls
from rollcall.web.large_pages import LargePages
from rollcall.web.shared_gzip import EncodedEvent
from rollcall.web.templates import Templates

LOOK_AHEAD = 50  # frames, for which a recording that they need is begun


class FileSaved(Exception):
    """A frame that is not made yet would be one of other files than those before it."""


class Broadcast:
    """The frames of one query, for as long as somebody watches.

    Args:
        kept: events of all plays, measured by len().
        large: makes what takes long.
    """

    def __init__(
        self,
        lab: Lab,
        templates: Templates,
        kept: LRUCache[Hashable, EncodedEvent],
        large: LargePages,
        experiment: Experiment,
        query: Query,
    ) -> None:
        play = cast(Play, experiment.play)
        self.pause = 1 / play.per_second(query)
        self.frames = play.frames(query)
        self._length = play.length
        self._version = lab.version
        self._lab = lab
        self._templates = templates
        self._kept = kept
        self._large = large
        self._experiment = experiment
        self._under_way = SharedCalls[EncodedEvent]()

    async def begin(self) -> None:
        """Leave out the frames that lie beyond the end, where only a report tells where that is.

        Raises as `event` does.
        """
        if self._length is not None:
            report = await self._lab.run(self._experiment, self.frames[0])
            length = self._length(report)
            if length is not None:
                self.frames = self.frames[:length]

    async def event(self, number: int) -> EncodedEvent:
        """One frame as a server-sent event.

        Raises:
            InvalidParameter, LabError: as `Lab.run` does.
            FileSaved: since the play began.
        """
        event = self._kept.get((self.frames[number], self._version))
        if event is not None:
            return event
        with asking(as_urgent_as(Urgency.STREAM)):
            return await self._under_way.answer(number, partial(self._make, number))

    async def _make(self, number: int) -> EncodedEvent:
        if self._lab.version != self._version:
            raise FileSaved
        frame = self.frames[number]
        frame.check_cost()  # of what is refused, nothing is prepared
        ahead = min(number + LOOK_AHEAD, len(self.frames) - 1)
        with asking(as_urgent_as(Urgency.AHEAD)):
            self._lab.prepare(self._experiment, self.frames[ahead])
        report = await self._lab.run(self._experiment, frame)
        event = await self._large.make(report, partial(self._encoded, report, frame))
        if self._length is not None and self._length(report) == 1:
            event = replace(event, is_last=True)
        if not is_complete(report):
            return event
        with suppress(ValueError):  # larger than the whole cache
            self._kept[frame, self._version] = event
        return event

    def _encoded(self, report: Report, frame: Query) -> EncodedEvent:
        html = self._templates.frame(
            self._experiment.name, experiment=self._experiment, report=report, query=frame
        )
        return EncodedEvent.of(format_sse_event(data_str=html.decode()))
