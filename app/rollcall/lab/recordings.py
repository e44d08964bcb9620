"""All recordings: each is made once for whoever watches it, and kept as answers are."""

import asyncio
from collections.abc import Hashable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from cachetools import LRUCache

from rollcall.core.query import Query
from rollcall.experiments.base import GoesOn, Play
from rollcall.lab import worker
from rollcall.lab.apart import Side
from rollcall.lab.asker import asking
from rollcall.lab.calls import Calls
from rollcall.lab.errors import FAILURE_KEPT, Busy
from rollcall.lab.recording import Recording
from rollcall.lectures.targets import Targets

MOST_TIMES = 6  # that a failure is kept on for those who ask: it may have been the machine's
DEAR = 500  # milliseconds, for which a page would not want to wait

Answers = LRUCache[Hashable, bytes | Recording]


class RecordedCall(NamedTuple):
    """What a worker is asked to record. Two that are equal share a recording."""

    name: str  # of the experiment
    query: Query
    version: str  # of the lecture files
    left_out: Side | None


class Recordings:
    """Those under way, and those that are kept.

    Args:
        targets: whose lecture files are run.
        calls: make the recordings.
        kept: finished ones, beside other answers.
    """

    def __init__(self, targets: Targets, calls: Calls, kept: Answers) -> None:
        self.under_way: dict[RecordedCall, Recording] = {}  # or failed a moment ago
        self.tasks: set[asyncio.Task[None]] = set()
        self._targets = targets
        self._calls = calls
        self._kept = kept

    def of(self, call: RecordedCall, play: Play, seconds: float) -> Recording:
        """The recording that a call makes: kept, or under way, or begun now.

        Args:
            call: what is recorded.
            play: tells frames from the increments, and where a recording can begin.
            seconds: time limit of each increment.
        """
        known = self.known(call)
        if known is not None:
            return known
        recording = self.under_way[call] = Recording(play.recorder)
        checkpoint = self._begin_after_a_shorter(call, recording, play.goes_on)
        with asking(recording.askers):
            task = asyncio.create_task(self._make(call, recording, seconds, checkpoint))
        recording.give_up = partial(self._give_up, call, task)
        self.tasks.add(task)  # asyncio itself holds no task
        task.add_done_callback(self.tasks.discard)
        return recording

    def known(self, call: RecordedCall) -> Recording | None:
        """The recording that a call makes, if it is kept or under way."""
        known = self.under_way.get(call, self._kept.get(call))
        if isinstance(known, Recording):
            return known
        return None

    def forget(self, recording: Recording) -> None:
        """Make it anew when it is asked for again."""
        recording.is_passing = True
        for call in [call for call, kept in self._kept.items() if kept is recording]:
            del self._kept[call]

    def _begin_after_a_shorter(
        self, call: RecordedCall, recording: Recording, goes_on: GoesOn | None
    ) -> str:
        """Where the longest that is kept has ended; empty where none is."""
        if goes_on is None:
            return ""
        for query in goes_on.shorter(call.query):
            kept = self._kept.get(call._replace(query=query))
            if isinstance(kept, Recording):
                checkpoint = goes_on.checkpoint(kept.increments)
                if checkpoint:
                    recording.begin_with(goes_on.counted(kept.increments))
                    return checkpoint
        return ""

    async def _make(
        self, call: RecordedCall, recording: Recording, seconds: float, checkpoint: str
    ) -> None:
        args = (call.name, call.query, self._targets, call.left_out, checkpoint)
        answer = self._calls.call(
            worker.record,
            *args,
            seconds=seconds,
            show=recording.add,
            is_dear=call.query.cost > DEAR,
        )
        try:
            await recording.follow(answer)
        except Busy:  # it was not begun
            pass
        except Exception:  # whoever waits for a frame is told
            # Frames that were reached are still shown, and those of the rest do not run it again.
            await recording.left_alone_for(FAILURE_KEPT, MOST_TIMES)
        else:
            if not recording.is_passing:
                with suppress(ValueError):  # larger than the whole cache
                    self._kept[call] = recording
        finally:
            if self.under_way.get(call) is recording:
                del self.under_way[call]

    def _give_up(self, call: RecordedCall, task: "asyncio.Task[None]") -> None:
        if not task.done():
            self.under_way.pop(call, None)
            task.cancel()
