"""One application over the built-in course, and a course of a test's own."""

import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import torch
from starlette.testclient import TestClient

from rollcall.main import create_app
from serving import serving
from web.course import Course
from without_browser import pytest_collection_modifyitems

__all__ = ["pytest_collection_modifyitems"]  # pytest calls it

pytest_plugins = ["browser_fixtures"]  # each topic has its browser tests in its own folder
torch.set_num_threads(1)  # as in a worker of the lab


@pytest.fixture(scope="session")
def app_client() -> Iterator[TestClient]:
    """The application with a real lab of two workers."""
    with TestClient(create_app(), "http://localhost", follow_redirects=False) as client:
        yield client


# Not in browser_fixtures: of two plugins, pytest-playwright would win with its own.
@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server over the built-in course."""
    rollcall = Path(sysconfig.get_path("scripts")) / "rollcall"
    with serving(rollcall, tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    """Lecture files that the test writes."""
    with ExitStack() as clients:
        yield Course(tmp_path / "course", clients)
