"""An experiment played step by step: server-sent events, each the report of one frame."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from weakref import WeakValueDictionary

from cachetools import LRUCache
from fastapi.sse import format_sse_event
from starlette.requests import Request
from starlette.responses import StreamingResponse

from rollcall.core.query import InvalidParameter, Query
from rollcall.experiments import Experiment
from rollcall.lab import Busy, Lab, LabError
from rollcall.web.broadcast import Broadcast, FileSaved
from rollcall.web.large_pages import LargePages
from rollcall.web.negotiation import takes_gzip
from rollcall.web.shared_gzip import EncodedEvent, plain, zipped
from rollcall.web.templates import Templates

HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "Accept-Encoding",
    "X-Accel-Buffering": "no",  # a proxy that buffers would show one jump
}
DONE = EncodedEvent.of(format_sse_event(event="done", data_str=""))


class Streams:
    """Plays experiments, each for any number of viewers."""

    def __init__(
        self,
        lab: Lab,
        templates: Templates,
        events: LRUCache[Hashable, EncodedEvent],
        large: LargePages,
    ) -> None:
        self.lab = lab
        self.templates = templates
        self.events = events
        self.large = large
        self.sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
        self._broadcasts: WeakValueDictionary[Hashable, Broadcast]
        self._broadcasts = WeakValueDictionary()  # forgotten with the last viewer

    async def response(
        self, request: Request, experiment: Experiment, query: Query
    ) -> StreamingResponse:
        """The stream of a query.

        What the lab refuses is raised here, while there is still a status to send. The stream ends
        when the last frame is sent or, cancelled by the server, when the viewer is gone.
        """
        broadcast = self._broadcast(experiment, query)
        await broadcast.begin()
        await broadcast.event(0)
        events = self._events(broadcast)
        if takes_gzip(request):
            content, headers = zipped(events), {**HEADERS, "Content-Encoding": "gzip"}
        else:
            content, headers = plain(events), HEADERS
        return StreamingResponse(content, media_type="text/event-stream", headers=headers)

    def _broadcast(self, experiment: Experiment, query: Query) -> Broadcast:
        key = (experiment.name, query, self.lab.version)
        broadcast = self._broadcasts.get(key)
        if broadcast is None:
            broadcast = Broadcast(
                self.lab, self.templates, self.events, self.large, experiment, query
            )
            self._broadcasts[key] = broadcast
        return broadcast

    async def _events(self, broadcast: Broadcast) -> AsyncGenerator[EncodedEvent, None]:
        """The events of one viewer, each at its time.

        Each viewer has a pace of their own. Who is slow, or waits for what is not computed yet,
        holds up nobody.
        """
        now = asyncio.get_running_loop().time
        due = now()
        for number in range(len(broadcast.frames)):
            await self.sleep(max(0.0, due - now()))
            try:
                event = await broadcast.event(number)
            except (LabError, InvalidParameter, FileSaved, Busy) as error:
                yield _broken(error)
                return
            yield event
            if event.is_last:
                break
            due = max(due + broadcast.pause, now())
        yield DONE


def _broken(error: LabError | InvalidParameter | FileSaved | Busy) -> EncodedEvent:
    """The last word of a play that cannot go on: why, as a sentence."""
    why = "a lecture file was saved"
    if isinstance(error, LabError | Busy):
        why = str(error)
    sentence = f"The play stopped: {why}."
    return EncodedEvent.of(format_sse_event(event="broken", data_str=sentence))
