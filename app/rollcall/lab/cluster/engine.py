"""The engine on a Ray cluster. What places, restarts and retries is Ray; the turns are ours."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

import ray
from cachetools import LRUCache
from ray.exceptions import RayError, RayTaskError

from rollcall.lab import worker
from rollcall.lab.answered import content_of
from rollcall.lab.channel import Kind
from rollcall.lab.cluster.call import write_call
from rollcall.lab.cluster.gpus import GPU_SHARE, Gpus, gpu_of
from rollcall.lab.cluster.host import Host
from rollcall.lab.cluster.packed_files import Bundle, packed
from rollcall.lab.cluster.pool import Pool
from rollcall.lab.cluster.reply import answer_of
from rollcall.lab.errors import BadAnswer, NoNode, TimeLimit, WorkerDied
from rollcall.lab.fair_queue import FairQueue
from rollcall.lab.limits import NO_LIMITS, Limits
from rollcall.lab.worker_process import LIMITS, Answer, Show
from rollcall.lab.workers import Workers
from rollcall.lectures.saved_files import version
from rollcall.lectures.targets import Targets

T = TypeVar("T")

CALL_RETRIES = 2  # by Ray, where a node dies
GRACE = 30.0  # seconds more than its limits that a worker may be silent: Ray may be restarting it
LOOK = 1.0  # seconds between two looks at whether there is still somebody to wait for
MOST_VERSIONS = 4  # that are kept for workers which come later


class RayEngine:
    """Joined to a cluster already; see `joining`.

    Args:
        number: of workers, of which each has a CPU.
        limits: what each may take.
    """

    def __init__(self, number: int, limits: Limits = NO_LIMITS) -> None:
        self.number = number
        self._limits = limits
        self._pools: dict[int | None, Pool] = {}  # by the number of a GPU; None: on CPUs
        self._gpus = Gpus()
        self._sent: LRUCache[tuple[Targets, str], _Sent] = LRUCache(MOST_VERSIONS)
        self._here = Workers(1)  # makes large pages, for which no model runs
        self._actors: list[Any] = []
        self._closed = False

    async def queue(self, work: Callable[..., bytes], args: tuple[Any, ...]) -> FairQueue:
        """That of the workers which have what the call needs; see `Engine`."""
        if work is worker.make:
            return await self._here.queue(work, args)
        pool = await self._pool(gpu_of(args))
        if (error := pool.no_node) is not None:
            raise error
        return pool.queue

    async def call(
        self,
        work: Callable[..., bytes],
        args: tuple[Any, ...],
        seconds: float,
        show: Show | None,
    ) -> bytes:
        """What `work` answers; see `Engine`."""
        if work is worker.make:
            return await self._here.call(work, args, seconds, show)
        pool = await self._pool(gpu_of(args))
        call = write_call(work, args, show is not None)
        digest, content = await self._files(args)
        async with pool.actor() as actor:
            asked = _Asked(pool, actor, seconds)
            try:
                if show is None:
                    reply = actor.answer.remote(call, digest, [content], seconds)
                    answer = await asked.answer(reply)
                else:
                    options = actor.parts.options(num_returns="streaming")
                    reply = options.remote(call, digest, [content], seconds)
                    answer = await asked.parts(reply, show)
            except RayTaskError as error:  # a mistake of ours
                raise RuntimeError(str(error.cause)) from error
            except RayError as error:
                raise WorkerDied(None) from error
        return content_of(answer)

    @property
    def places(self) -> int:
        """How many workers on CPUs run at present."""
        pool = self._pools.get(None)
        if pool is None:
            return 0
        return pool.places

    def devices(self) -> tuple[str, ...]:
        """The GPUs that a node has."""
        return self._gpus.names

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self._closed = True
        for pool in self._pools.values():
            pool.close()
        for actor in self._actors:
            with suppress(RayError):  # it is gone, or the cluster is
                ray.kill(actor)
        self._here.close()

    async def _pool(self, gpu: int | None) -> Pool:
        if self._closed:
            raise RuntimeError("the workers are not active any more")
        if gpu is None:
            missing = "no node of the cluster runs models at present"
        else:
            missing = f"no node of the cluster has cuda:{gpu} at present"
            if not await self._gpus.have(gpu):
                raise NoNode(missing)
        pool = self._pools.get(gpu)
        if pool is None:
            number = self.number if gpu is None else 1
            pool = self._pools[gpu] = Pool(lambda: self._actor(gpu), number, missing)
        return pool

    def _actor(self, gpu: int | None) -> Any:
        needs: dict[str, float] = {"num_cpus": 1}
        if gpu == 0:
            needs["num_gpus"] = GPU_SHARE
        elif gpu is not None:
            needs["num_gpus"] = gpu + 1  # so many are seen by the worker, the last of them as that
        options = ray.remote(Host).options(
            **needs,
            max_restarts=-1,
            max_task_retries=CALL_RETRIES,
            scheduling_strategy="SPREAD",
            enable_task_events=False,
        )
        actor = options.remote(self._limits, gpu is not None)
        self._actors.append(actor)
        return actor

    async def _files(self, args: tuple[Any, ...]) -> tuple[str, Any]:
        """The digest of the files that a call is about, and where they are."""
        targets = next((each for each in args if isinstance(each, Targets)), Targets(None))
        sent = self._sent.get((targets, version(targets)))
        if sent is None or not sent.bundle.is_as_it_was:
            bundle = await asyncio.to_thread(packed, targets)
            content = ray.put(bundle.content)
            sent = _Sent(bundle._replace(content=b""), content)
            self._sent[targets, bundle.version] = sent
        return sent.bundle.digest, sent.content


class _Sent(NamedTuple):
    """Files that Ray has."""

    bundle: Bundle  # without its content
    content: Any  # where that is


class _Asked:
    """One call that an actor has."""

    def __init__(self, pool: Pool, actor: Any, seconds: float) -> None:
        self._pool = pool
        self._actor = actor
        self._seconds = seconds

    async def answer(self, reply: Any) -> Answer:
        """What becomes of it."""
        try:
            return answer_of(await self._patiently(reply), self._seconds)
        except BaseException:
            ray.cancel(reply)
            raise

    async def parts(self, replies: Any, show: Show) -> Answer:
        """The same, with each part shown."""
        try:
            while True:
                reply = await self._patiently(anext(replies))
                answer = answer_of(await self._patiently(reply), self._seconds)
                if answer.kind != Kind.PART:
                    return answer
                show(answer.content)
        except StopAsyncIteration:
            raise BadAnswer from None
        except BaseException:
            ray.cancel(replies)
            raise

    async def _patiently(self, coming: Awaitable[T]) -> T:
        """Wait for what the worker sends, but not where nothing can come any more."""
        loop = asyncio.get_running_loop()
        last = loop.time() + LIMITS * self._seconds + GRACE
        waiting = asyncio.ensure_future(_of(coming))
        try:
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=LOOK)
                if waiting.done():
                    break
                if (error := self._pool.no_node_for(self._actor)) is not None:
                    raise error
                if loop.time() > last:  # it keeps no time limit any more: another takes its place
                    ray.kill(self._actor)
                    raise TimeLimit(self._seconds)
        finally:
            waiting.cancel()
        return waiting.result()


async def _of(coming: Awaitable[T]) -> T:
    return await coming
