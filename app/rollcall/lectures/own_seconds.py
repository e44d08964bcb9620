"""The top level of a file has seconds: a loop without an end costs its own file, and no other."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

MOST_SECONDS = 4.0
SHARE = 0.3  # of a call's time limit: a file is run twice, and the page waits for both
TICK = 0.25
IMPORTING = "<frozen importlib"  # where the frames of an import statement are

_most = MOST_SECONDS
_holds = False  # our own code runs in the midst of what is bounded
_listeners: list[Callable[[], object]] = []


def share(seconds: float) -> None:
    """From now on a file's top level has less than a call with this time limit."""
    global _most
    _most = min(MOST_SECONDS, SHARE * seconds)


def most_seconds() -> float:
    """That the top level of a file has."""
    return _most


def tell_of_imports(tell: Callable[[], object]) -> None:
    """From now on `tell` is called again and again while a library is imported."""
    _listeners[:] = [tell]


def file_is_slow(seconds: float) -> TimeoutError:
    """What is raised in a file whose top level does not end."""
    return TimeoutError(
        f"the file was still running after {seconds:g} seconds: what trains or waits "
        'belongs under if __name__ == "__main__"'
    )


@contextmanager
def holding() -> Iterator[None]:
    """Nothing is raised inside the block: our own code would be left half-way."""
    global _holds
    before, _holds = _holds, True
    try:
        yield
    finally:
        _holds = before


@contextmanager
def own_seconds(
    most: float | None = None, error: Callable[[float], BaseException] = file_is_slow
) -> Iterator[None]:
    """Raise in the code of the block what says that it runs too long.

    The import of a library is not counted: a large one takes its time. Without the signal of a
    timer, as on Windows or beside the main thread, nothing is bounded here.

    Args:
        most: seconds; None: as many as the top level of a file has.
        error: makes what is raised, from the seconds.

    Raises:
        TimeoutError, or what `error` makes: in the line that is run when they are over.
    """
    here = threading.current_thread() is threading.main_thread()
    if not here or not hasattr(signal, "setitimer"):
        yield
        return
    spent, bound = 0.0, most or most_seconds()

    def tick(_: int, frame: FrameType | None) -> None:
        nonlocal spent
        if _imports_a_library(frame):
            for tell in _listeners:
                tell()
            return
        spent += TICK
        if spent >= bound and not _holds:
            raise error(bound)

    handler = signal.signal(signal.SIGALRM, tick)
    timer = signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def _imports_a_library(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(IMPORTING):
            return True
        frame = frame.f_back
    return False
