"""An experiment played step by step: server-sent events, each the report of one frame's own page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

from starlette.requests import Request
from starlette.responses import StreamingResponse

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.experiments.experiment import Play
from rollcall.lab import Lab
from rollcall.lab.byte_cache import ByteCache
from rollcall.web.templates import Templates

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy that buffers would show one jump
DONE = b"event: done\ndata:\n\n"


class Streams:
    """Plays experiments. A frame is rendered for its first viewer, and sent as the same bytes to all others."""

    def __init__(self, lab: Lab, templates: Templates, frames: ByteCache[bytes]) -> None:
        self.lab = lab
        self.templates = templates
        self.frames = frames
        self.sleep: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def response(self, _: Request, experiment: Experiment, query: Query) -> StreamingResponse:
        """The stream of a query. What the lab refuses is raised here, while there is still a status to send.

        It ends when the last frame is sent or, cancelled by the server, when the viewer is gone.
        """
        play = cast(Play, experiment.play)
        await self._report(experiment, play, query)
        events = self._events(experiment, play, query)
        return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)

    async def _events(self, experiment: Experiment, play: Play, query: Query) -> AsyncIterator[bytes]:
        pause = 1 / play.per_second(query)
        for number, frame in enumerate(play.frames(query)):
            if number:
                await self.sleep(pause)
            yield await self._event(experiment, play, frame)
        yield DONE

    async def _event(self, experiment: Experiment, play: Play, frame: Query) -> bytes:
        key = (frame.url, self.lab.version)
        event = self.frames.get(key)
        if event is None:
            report = await self._report(experiment, play, frame)
            event = self.frames.get(key)  # all who waited for the same report go on at once: only the first renders
        if event is None:
            event = encoded(self._render(experiment, report, frame))
            self.frames.put(key, event)
        return event

    async def _report(self, experiment: Experiment, play: Play, frame: Query) -> Report:
        if play.recording is None:
            return await self.lab.run(experiment, frame)
        return play.recording.cut(await self.lab.run(experiment, play.recording.whole(frame)), frame)

    def _render(self, experiment: Experiment, report: Report, frame: Query) -> bytes:
        return self.templates.frame(experiment.name, experiment=experiment, report=report, query=frame)


def encoded(html: bytes) -> bytes:
    """One server-sent event with `html` as its data, which EventSource puts together again line by line."""
    return b"data: " + html.replace(b"\n", b"\ndata: ") + b"\n\n"
