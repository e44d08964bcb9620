"""An experiment played step by step: server-sent events, each the report of one frame's own page."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import StreamingResponse

from rollcall.core.query import InvalidParameter, Query
from rollcall.experiments import Experiment
from rollcall.lab import Lab, LabError
from rollcall.lab.byte_cache import ByteCache
from rollcall.web.broadcast import Playing
from rollcall.web.cached_response import takes_gzip
from rollcall.web.shared_gzip import Piece, plain, zipped
from rollcall.web.templates import Templates

HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "Accept-Encoding",
    "X-Accel-Buffering": "no",  # a proxy that buffers would show one jump
}
FAILURE_KEPT = 5.0  # seconds
DONE = Piece.of(b"event: done\ndata:\n\n")


class Streams:
    """Plays experiments, each for any number of viewers."""

    def __init__(self, lab: Lab, templates: Templates, frames: ByteCache[Piece]) -> None:
        self.lab = lab
        self.templates = templates
        self.frames = frames
        self.sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
        self._playing: WeakValueDictionary[Hashable, Playing] = (
            WeakValueDictionary()
        )  # forgotten with the last viewer

    async def response(
        self, request: Request, experiment: Experiment, query: Query
    ) -> StreamingResponse:
        """The stream of a query. What the lab refuses is raised here, while there is still a status to send.

        It ends when the last frame is sent or, cancelled by the server, when the viewer is gone.
        """
        playing = self._play(experiment, query)
        await playing.frame(0)
        pieces = self._pieces(playing)
        if takes_gzip(request):
            content, headers = zipped(pieces), {**HEADERS, "Content-Encoding": "gzip"}
        else:
            content, headers = plain(pieces), HEADERS
        return StreamingResponse(content, media_type="text/event-stream", headers=headers)

    def _play(self, experiment: Experiment, query: Query) -> Playing:
        key = (experiment.name, query, self.lab.version)
        playing = self._playing.get(key)
        if playing is None:
            playing = Playing(self.lab, self.templates, self.frames, experiment, query)
            self._playing[key] = playing
        return playing

    async def _pieces(self, playing: Playing) -> AsyncGenerator[Piece, None]:
        """Each viewer has a pace of their own: who is slow, or waits for what is not computed yet, holds up nobody."""
        now = asyncio.get_running_loop().time
        due = now()
        for number in range(len(playing.frames)):
            await self.sleep(max(0.0, due - now()))
            try:
                piece = await playing.frame(number)
            except (LabError, InvalidParameter) as error:
                # The browser now asks for the page of the frame in view, which must not run it all again.
                asyncio.get_running_loop().call_later(FAILURE_KEPT, lambda _: None, playing)
                yield _broken(error)
                return
            yield piece
            due = max(due + playing.pause, now())
        yield DONE


def _broken(error: LabError | InvalidParameter) -> Piece:
    """The last word of a play that cannot go on: why, as a sentence."""
    why = str(error) if isinstance(error, LabError) else "a lecture file was saved"
    return Piece.of(f"event: broken\ndata: The play stopped: {why}.\n\n".encode())
