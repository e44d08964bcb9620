"""A worker of a cluster: an actor of Ray's, and the process that runs models below it.

No model runs in Ray's own process, so none speaks for it: what a lecture file can spoil is the
answer to its own call. The process below is that of the embedded engine, with its time limit, its
memory limit and its keeper. The fork server beside it has torch: the next one is there at once.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable

from rollcall.lab.channel import Kind, Request
from rollcall.lab.cluster.call import with_root
from rollcall.lab.cluster.reply import reply_of, reply_without
from rollcall.lab.cluster.unpacked_files import UnpackedFiles
from rollcall.lab.errors import TimeLimit, WorkerDied
from rollcall.lab.limits import Limits
from rollcall.lab.processes import Processes
from rollcall.lab.worker_process import Show


class Host:
    """Has one call at a time.

    Args:
        limits: what a call may take.
        sees_gpus: those that Ray gave it; else none, also where the node has some.
    """

    def __init__(self, limits: Limits, sees_gpus: bool) -> None:
        if not sees_gpus:
            os.environ["CUDA_VISIBLE_DEVICES"] = ""
        # What starts below would import Ray as well.
        sys.modules["__main__"].__dict__.pop("__file__", None)
        self._processes = Processes(limits)
        self._files = UnpackedFiles()
        self._free = asyncio.Lock()

    async def start(self) -> int:
        """Be ready for a call; the process id."""
        async with self._free:
            await self._processes.start()
        return os.getpid()

    async def gone(self) -> None:
        """Never answers: by its failure the server learns that the worker is gone."""
        await asyncio.Event().wait()

    async def answer(
        self, call: bytes, digest: str, content: list[Awaitable[bytes]], seconds: float
    ) -> bytes:
        """What became of a call.

        Args:
            call: as JSON.
            digest: of the files that it is about; empty where it is about none.
            content: where they are, for a worker that has not got them.
            seconds: time limit.
        """
        return await self._reply(call, digest, content, seconds, None)

    async def parts(
        self, call: bytes, digest: str, content: list[Awaitable[bytes]], seconds: float
    ) -> AsyncIterator[bytes]:
        """The same, with each part as it comes before what became of it."""
        parts: asyncio.Queue[bytes] = asyncio.Queue()

        def put(part: bytes) -> None:
            parts.put_nowait(reply_of(Kind.PART, part))

        reply = asyncio.create_task(self._reply(call, digest, content, seconds, put))
        reply.add_done_callback(lambda _: parts.put_nowait(b""))
        try:
            while part := await parts.get():
                yield part
            yield await reply
        finally:
            reply.cancel()

    async def _reply(
        self,
        call: bytes,
        digest: str,
        content: list[Awaitable[bytes]],
        seconds: float,
        show: Show | None,
    ) -> bytes:
        async with self._free:
            root = self._files.root(digest)
            if root is None:
                root = self._files.unpack(digest, await content[0])
            request = Request(Kind.CALL, with_root(call, root))
            try:
                answer = await self._processes.answer(request, seconds, show)
            except (TimeLimit, WorkerDied) as error:
                return reply_without(error)
            return reply_of(answer.kind, answer.content)
