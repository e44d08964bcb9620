"""Before a guarded block what the last call left is deleted, and nothing older is looked for."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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


def test_the_last_calls_are_looked_through_and_no_older_ones(
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
