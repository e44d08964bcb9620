"""Tells every open page that what is served was saved: one watcher, any number of pages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse

from rollcall.web.file_watch import looks

HEARTBEAT = 15.0  # seconds; a proxy may end what says nothing for a minute
STILL_HERE = b":\n\n"
RETRY = 1000  # milliseconds after which a browser asks again when the stream broke off
HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # a proxy that buffers would tell of a save much later
}


class Saves:
    """What is served, watched from `follow` on.

    Args:
        version: a word for the present state of the files.
        folders: those in which they are.
    """

    def __init__(self, version: Callable[[], str], folders: Callable[[], Sequence[Path]]) -> None:
        self._read = version
        self._folders = folders
        self._present = ""
        self._changed = asyncio.Event()
        self._closed = False

    async def follow(self) -> None:
        """Watch the files until it is cancelled."""
        async for _ in looks(self._folders):
            await self._look()

    def close(self) -> None:
        """End every stream, so that the server need not wait for them."""
        self._closed = True
        self._wake()

    def response(self) -> StreamingResponse:
        """A stream for one page: the version as it is now, then each new one.

        A page that was away, or that is older than the last save, learns it from the first event.
        """
        return StreamingResponse(self.events(), media_type="text/event-stream", headers=HEADERS)

    async def events(self) -> AsyncIterator[bytes]:
        """The events of one page. The id of each is the version, and says it all."""
        await self._look()
        sent = ""
        while not self._closed:
            changed = self._changed
            if sent != self._present:
                sent = self._present
                yield format_sse_event(event="saved", data_str="", id=sent, retry=RETRY)
            elif not await _set_within(changed, HEARTBEAT):
                yield STILL_HERE

    async def _look(self) -> None:
        present = await asyncio.to_thread(self._read)
        if present != self._present:
            self._present = present
            self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


@asynccontextmanager
async def followed(saves: Saves, watch: bool) -> AsyncIterator[None]:
    """The files are watched inside the block, if they are to be."""
    following = []
    if watch:
        following.append(asyncio.create_task(saves.follow()))
    try:
        yield
    finally:
        saves.close()
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
