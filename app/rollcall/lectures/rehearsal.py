"""What is served is run in a process of its own first: a file that ends its process ends that one.

So it costs its own models. A process that has no fork() runs each file as it is.
"""

import faulthandler
import hashlib
import json
import os
import select
import signal
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket, socketpair
from typing import NoReturn

from rollcall.core.process.parent import end_as, end_with_parent
from rollcall.core.report import Raised
from rollcall.lectures.own_seconds import most_seconds, tell_of_imports
from rollcall.lectures.rehearsed import Rehearsed
from rollcall.lectures.saved_files import version
from rollcall.lectures.targets import Targets

SILENT = 1.5  # times the seconds that a file has: the others raise before that
LOOK_EVERY = 0.1
MOST_ENDS = 20  # files of one folder; whoever has more starts in vain
UNFINISHED = "-"  # before the word of a state
IMPORTING, OVER = b"\t", b"!"  # as no path is written
HEARD = b"."

Begin = Callable[[Path], bool]
Tell = Callable[[Path], None]
Load = Callable[[Targets, dict[Path, Raised], Begin], object]

_rehearsed = Rehearsed()


def ends_of(targets: Targets, load: Load) -> dict[Path, Raised]:
    """The files that end the process which runs them, and how.

    Args:
        targets: what is served.
        load: runs the files of targets, but for those that end the process. It asks before each one
            whether to run it.
    """
    ends: dict[Path, Raised] = {}
    if not hasattr(os, "fork"):
        return ends
    for part in _parts(targets):
        word = hashlib.sha256(os.fsencode(f"{part} {version(part)}")).hexdigest()
        known = _rehearsed.ends(word)
        if known is None:
            known = _rehearse(part, word, load)
            _rehearsed.keep(word, known)
        ends |= known
    return ends


def _parts(targets: Targets) -> list[Targets]:
    """What is saved apart from each other. Installed packages are not rehearsed."""
    parts = [Targets(None, (each,)) for each in targets.own if each.kind != "installed"]
    if targets.course is not None:
        parts.append(Targets(targets.course))
    return parts


def _rehearse(part: Targets, word: str, load: Load) -> dict[Path, Raised]:
    ends = dict(_rehearsed.ends(UNFINISHED + word) or {})
    begun = set(ends)

    def work(tell: Tell) -> None:
        def begin(path: Path) -> bool:
            if path in begun:
                return False
            tell(path)
            return True

        load(part, ends, begin)

    for _ in range(MOST_ENDS):
        trial = _Trial(work)
        trial.wait()
        if trial.how is None or not trial.begun:
            break
        begun.update(trial.begun)
        ends[trial.begun[-1]] = trial.how
        _rehearsed.keep(UNFINISHED + word, ends)  # this process may have no time for the rest
    return ends


@dataclass
class _Trial:
    """One forked process, which says what it begins."""

    work: Callable[[Tell], None]
    begun: list[Path] = field(default_factory=list)
    how: Raised | None = None  # it ended before its work was done

    def __post_init__(self) -> None:
        self._reader, writer = os.pipe()
        with warnings.catch_warnings():
            # Of threads that are not there in the child. It needs none.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = os.fork()
        if self._process == 0:
            try:
                _run(self.work, _stand_between(writer))
            finally:
                os._exit(1)
        os.close(writer)

    def wait(self) -> None:
        """Until it has ended; one that says nothing any more is ended."""
        last, said, status = time.monotonic(), b"", None
        patience = SILENT * most_seconds()
        while status is None:
            news = self._news()
            said += news
            if news:
                last = time.monotonic()
            elif time.monotonic() - last > patience:
                os.kill(self._process, signal.SIGKILL)
                status = os.waitpid(self._process, 0)[1]
            else:
                ended, code = os.waitpid(self._process, os.WNOHANG)
                status = code if ended else None
        said += self._news()
        os.close(self._reader)
        silent = time.monotonic() - last > patience
        *lines, rest = said.replace(IMPORTING, b"").split(b"\n")
        with suppress(ValueError):  # a file wrote something else to where we read
            self.begun = [Path(json.loads(line)) for line in lines]
        if rest != OVER:
            self.how = _how(status, patience if silent else None)

    def _news(self) -> bytes:
        if not select.select([self._reader], [], [], LOOK_EVERY)[0]:
            return b""
        news = os.read(self._reader, 1 << 16)
        if not news:  # it is closed, and readable for ever
            time.sleep(LOOK_EVERY / 10)
        return news


def _stand_between(writer: int) -> socket:
    """Divide this process: a file that ends its parent ends the upper one, and not the worker.

    What the lower one says is passed on by the upper, which so was there when it was said.
    """
    end_with_parent()
    faulthandler.disable()  # what it would say is told by how this process ends
    upper, lower = socketpair()
    process = os.fork()
    if process == 0:
        upper.close()
        os.close(writer)
        return lower
    lower.close()
    _pass_on(process, upper, writer)


def _pass_on(process: int, said: socket, writer: int) -> NoReturn:
    status = None
    while status is None:
        news = None
        if select.select([said], [], [], LOOK_EVERY)[0]:
            news = said.recv(1 << 16)
            os.write(writer, news)
            with suppress(OSError):  # it has ended meanwhile
                said.send(HEARD)
        if news in (OVER, b""):
            _, status = os.waitpid(process, 0)
        else:
            ended, code = os.waitpid(process, os.WNOHANG)
            status = code if ended else None
    end_as(os.waitstatus_to_exitcode(status))


def _run(work: Callable[[Tell], None], said: socket) -> NoReturn:
    """What the forked process does."""

    def say(words: bytes) -> None:
        said.sendall(words)
        if said.recv(1) != HEARD:
            os._exit(1)

    def tell(path: Path) -> None:
        say(json.dumps(str(path)).encode() + b"\n")

    try:
        end_with_parent()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        tell_of_imports(lambda: say(IMPORTING))
        work(tell)
    finally:
        try:
            say(OVER)  # also where it raised: our own process will, too
        finally:
            os._exit(0)


def _how(status: int, silent: float | None) -> Raised:
    code = os.waitstatus_to_exitcode(status)
    if silent is not None:
        message = f"running it did not end within {silent:g} seconds, and no signal reached it"
        return Raised(type="TimeoutError", message=message)
    if code < 0:
        message = f"running it ended the process by signal {signal.Signals(-code).name}"
    else:
        message = f"running it ended the process with exit code {code}"
    return Raised(type="ProcessEnded", message=message)
