"""Processes that look at models: forked from this one, which has imported PyTorch once."""

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from rollcall.core.report import message_of
from rollcall.core.wire import Wire
from rollcall.experiments.registry.one_model import ModelFindings
from rollcall.lab import worker
from rollcall.lab.channel import SPENT
from rollcall.lab.choices import CHOICES, Choices
from rollcall.lab.deferred_compiler import defer_compiler
from rollcall.lab.left_memory import let_go
from rollcall.lectures.targets import Targets
from rollcall.web.view.findings.model_record import MODEL_RECORD, ModelRecord, told_model

START_SECONDS = 120.0  # a fresh interpreter imports PyTorch, from a cold disk
MODELS_EACH = 16  # that one more process is worth: it runs all files once more


class Silence(NamedTuple):
    """Why there is no answer."""

    why: str


STARTED = b"started"
_SAID: Wire[bytes | Silence] = Wire(bytes | Silence)


def record_of(found: ModelFindings, file: str) -> bytes:
    """What comes back from a process."""
    return MODEL_RECORD.write(told_model(found, file).record)


class Crew:
    """Looks at the models of some files. Each has a time limit; a hang costs its own model."""

    def __init__(self, targets: Targets, seconds: float) -> None:
        self._targets = targets
        self._seconds = seconds
        self._idle: list[_Hand] = []

    def choices(self) -> Choices | Silence:
        """Which models there are."""
        hand = _Hand(self._targets)
        answer = hand.ask(None, self._seconds)
        if isinstance(answer, Silence):
            hand.end()
            return answer
        self._idle.append(hand)
        return CHOICES.read(answer)

    def records(self, names: Sequence[str]) -> Iterator[tuple[str, ModelRecord | Silence]]:
        """Of each model, as they come."""
        waiting = deque(names)
        hands = min(os.cpu_count() or 1, 1 + len(names) // MODELS_EACH)
        while len(self._idle) < hands:
            self._idle.append(_Hand(self._targets))
        busy: list[_Hand] = []
        while waiting or busy:
            while waiting and self._idle:
                hand = self._idle.pop()
                if not hand.is_alive:  # what a model left behind has ended it
                    hand = _Hand(self._targets)
                hand.begin(waiting.popleft(), self._seconds)
                busy.append(hand)
            wait([hand.pipe for hand in busy], timeout=min(hand.left for hand in busy))
            for hand in [hand for hand in busy if hand.is_done]:
                busy.remove(hand)
                yield hand.name, self._record(hand)

    def close(self) -> None:
        """End all processes."""
        for hand in self._idle:
            hand.end()

    def _record(self, hand: "_Hand") -> ModelRecord | Silence:
        answer = hand.answer()
        if not isinstance(answer, Silence):
            self._idle.append(hand)
            return MODEL_RECORD.read(answer)
        self._idle.append(_Hand(self._targets))  # in the place of one that was ended
        if not hand.is_spent:
            return answer
        alone = _Hand(self._targets, single_use=True)
        last = alone.ask(hand.name, self._seconds)
        alone.end()
        if isinstance(last, Silence):
            return last
        return MODEL_RECORD.read(last)


@dataclass
class _Hand:
    """One process, and what it is asked."""

    targets: Targets
    single_use: bool = False
    name: str = ""
    pipe: Connection = field(init=False)
    _process: BaseProcess = field(init=False)
    _has_started: bool = False
    _until: float = 0.0
    _seconds: float = 0.0

    def __post_init__(self) -> None:
        context = multiprocessing.get_context(_start_method())
        self.pipe, theirs = context.Pipe()
        work: Any = context.Process  # type: ignore[attr-defined]  # each context has one
        self._process = work(
            target=_work, args=(theirs, self.targets, self.single_use), daemon=True
        )
        self._process.start()
        theirs.close()

    def begin(self, name: str | None, seconds: float) -> None:
        """Ask about a model; None: which there are."""
        self._wait_for_start()
        self.name = name or ""
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        with suppress(OSError):  # it has ended, which its answer tells
            self.pipe.send(name)

    def _wait_for_start(self) -> None:
        """To import PyTorch is nothing that a model takes time for. A fork has it already."""
        if not self._has_started and wait([self.pipe], timeout=START_SECONDS):
            self._has_started = True
            with suppress(EOFError):
                self.pipe.recv_bytes()

    @property
    def left(self) -> float:
        """Seconds until its time is over."""
        return max(0.0, self._until - time.monotonic())

    @property
    def is_done(self) -> bool:
        """Whether it has answered, has ended or is out of time."""
        return self._is_heard or self.left == 0

    @property
    def _is_heard(self) -> bool:
        try:
            return self.pipe.poll()
        except BrokenPipeError:  # what Windows says of a process that has ended
            return True

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.is_alive()

    @property
    def is_spent(self) -> bool:
        """Whether its model left something running, and is to be asked alone."""
        return self._process.exitcode == SPENT

    def ask(self, name: str | None, seconds: float) -> bytes | Silence:
        """Begin, and wait."""
        self.begin(name, seconds)
        wait([self.pipe], timeout=seconds)
        return self.answer()

    def answer(self) -> bytes | Silence:
        """What it said. Where it said nothing it is ended."""
        if not self._is_heard:
            self.end()
            return Silence(f"did not answer within {self._seconds:g} s")
        try:
            content = self.pipe.recv_bytes()
        except EOFError:
            self._process.join()
            return Silence(f"ended its process with exit code {self._process.exitcode}")
        answer = _SAID.read(content)
        if isinstance(answer, Silence):
            self.end()
        return answer

    def end(self) -> None:
        """Kill it, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _start_method() -> str:
    """A fork has PyTorch already. macOS forbids it to a process that has used its frameworks."""
    if sys.platform == "linux":
        return "fork"
    return "spawn"


def _work(pipe: Connection, targets: Targets, single_use: bool) -> None:
    """What runs in such a process."""
    _say_nothing()
    defer_compiler()
    worker.settle()
    pipe.send_bytes(STARTED)
    while True:
        try:
            name = pipe.recv()
        except EOFError:
            return
        pipe.send_bytes(_SAID.write(_answer(name, targets, single_use)))
        let_go()


def _answer(name: str | None, targets: Targets, single_use: bool) -> bytes | Silence:
    try:
        if name is None:
            return worker.list_choices(targets)
        if single_use:
            worker.be_used_once()
        return worker.look(name, record_of, targets)
    except BaseException as error:  # ours: what a model raises is in its record
        told = f"{type(error).__name__}: {message_of(error)}"
        return Silence(f"could not be looked at: {told}")


def _say_nothing() -> None:
    """What files and models print is no part of the report."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
