"""What calls leave is deleted soon, and what is older is looked through seldom."""

import gc
import weakref
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rollcall.lab import left_memory
from rollcall.lab.guard import Guard
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from web.course import NET


class Holder:
    """It holds itself, so that only Python's collector deletes it."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture
def collected() -> Iterator[list[int]]:
    """The generations that are looked through meanwhile, of three."""
    generations: list[int] = []

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            generations.append(info["generation"])

    gc.callbacks.append(note)
    yield generations
    gc.callbacks.remove(note)


def test_before_a_guarded_block_the_last_calls_are_looked_through_and_no_older_ones(
    tmp_path: Path, collected: list[int]
) -> None:
    (tmp_path / "net.py").write_text(NET)
    left = weakref.ref(Holder())
    assert left() is not None
    found = []

    def work(catalog: Catalog) -> None:
        found.append((left(), max(collected)))

    loaded, guard = load(tmp_path), Guard()
    collected.clear()
    guard.alone(work, loaded)
    assert found == [(None, 1)]


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """How many pages of memory the process takes: the last that stands in here."""
    taken: list[int | None] = [1_000]
    monkeypatch.setattr(left_memory, "_calls", count(1))
    monkeypatch.setattr(left_memory, "_pages", 1_000)
    monkeypatch.setattr(left_memory, "_pages_taken", lambda: taken[-1])
    return taken


def rounds(number: int) -> None:
    """As many calls as it takes."""
    for _ in range(number * left_memory.COLLECTED_EVERY):
        left_memory.let_go()


def test_of_four_rounds_of_calls_the_last_is_followed_by_a_look_through_everything(
    pages: list[int | None], collected: list[int]
) -> None:
    rounds(8)
    assert collected == [1, 1, 1, 2, 1, 1, 1, 2]


def test_where_memory_grows_everything_is_looked_through_at_once(
    pages: list[int | None], collected: list[int]
) -> None:
    """A file may hold a large tensor, and is run anew by every training."""
    rounds(1)
    pages.append(1_001 + left_memory.MOST_PAGES)
    rounds(2)  # and after that it has grown no further
    pages.append(None)  # the system tells nothing
    rounds(1)
    assert collected == [1, 2, 1, 2]
    pages.append(pages[-2])
    rounds(1)
    assert collected[4:] == [2]


def test_a_process_takes_pages_of_memory() -> None:
    taken = left_memory._pages_taken()
    assert (taken is None) == (not Path("/proc/self/statm").exists())
    assert taken is None or taken > 1_000
