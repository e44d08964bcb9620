"""A thread that shows what a call has come to, while the call goes on or hangs."""

import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rollcall.experiments.base import Show
from rollcall.lab.progress_file import Board

EVERY = 0.05  # seconds
SHARE = 10  # and at most one part of so many of the call's time


@contextmanager
def showing(board: Board) -> Iterator[Show]:
    """Put up, pickled, what the given function gives, again and again until the block ends."""
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def show(so_far: Callable[[], Any]) -> None:
        threads.append(threading.Thread(target=_put_up, args=(board, so_far, ended), daemon=True))
        threads[-1].start()

    try:
        yield show
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _put_up(board: Board, so_far: Callable[[], Any], ended: threading.Event) -> None:
    pause = EVERY
    while not ended.wait(pause):
        start = time.monotonic()
        board.put(pickle.dumps(so_far()))
        pause = max(EVERY, SHARE * (time.monotonic() - start))
