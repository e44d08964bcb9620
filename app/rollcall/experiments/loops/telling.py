"""The steps of a loop are told while it runs."""

import os
import threading
import time

from rollcall.core.model_code import own_code
from rollcall.experiments.loops.increments import LoopStep, Tell
from rollcall.experiments.loops.loop_factory import LoopFactory
from rollcall.experiments.loops.step_book import StepBook
from rollcall.experiments.notes import Notes
from rollcall.lectures.own_seconds import holding

EVERY = 0.05  # seconds: to look at many steps at once takes less time than at one after the other


class Telling:
    """Tells the steps that are over, now and then.

    What is told of a step is what was known when it ended, whenever that is told.
    """

    def __init__(self, factory: LoopFactory, tell: Tell) -> None:
        self.book: StepBook | None = None  # of the loop, once it is there
        self._factory = factory
        self._tell = tell
        self._told_at = time.monotonic()
        self._process = os.getpid()
        self._known: list[tuple[Notes, int | None]] = []  # for each step that is over
        self._said = -1  # how much had been heard then
        self._n_told = 0

    def note(self) -> None:
        """A step is over."""
        self._known.append(self._now())
        if time.monotonic() - self._told_at >= EVERY and self._may_tell():
            with own_code(), holding():
                self.tell_all()

    def tell_all(self) -> None:
        """Tell the steps that were not told yet."""
        assert self.book
        self.book.flush()
        for step in self.book.steps[self._n_told : len(self._known)]:
            notes, line = self._known[self._n_told]
            self._tell(LoopStep(step, line), notes)
            self._n_told += 1
        self._told_at = time.monotonic()

    def _now(self) -> tuple[Notes, int | None]:
        said = self._factory.heard.said
        if said == self._said:
            return self._known[-1]
        self._said = said
        return self._factory.notes, self._scheduler_line()

    def _scheduler_line(self) -> int | None:
        for warned in self._factory.heard.warned:
            if "`lr_scheduler.step()` before `optimizer.step()`" in warned.message:
                return warned.line
        return None

    def _may_tell(self) -> bool:
        """Not from a process or a thread that the loop has started to read its batches."""
        if threading.current_thread() is not threading.main_thread():
            return False
        return os.getpid() == self._process
