"""A course of the test's own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from web.course import Course


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with ExitStack() as clients:
        yield Course(tmp_path / "course", clients)
