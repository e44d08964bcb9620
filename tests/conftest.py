"""One application over the built-in course, and a course of a test's own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings
from starlette.testclient import TestClient

from rollcall.main import create_app
from serving import serving_in_a_thread
from web.course import GENEROUS, Course
from without_browser import pytest_collection_modifyitems

__all__ = ["pytest_collection_modifyitems"]  # pytest calls it

pytest_plugins = ["browser_fixtures"]  # each topic has its browser tests in its own folder
torch.set_num_threads(1)  # as in a worker of the lab

# On a busy machine an example takes as long as it takes.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def app_client() -> Iterator[TestClient]:
    """The application with a real lab of two workers."""
    app = create_app(seconds=GENEROUS)
    with TestClient(app, "http://localhost", follow_redirects=False) as client:
        yield client


# Not in browser_fixtures: of two plugins, pytest-playwright would win with its own.
@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """The address of a real server over the built-in course."""
    with serving_in_a_thread() as url:
        yield url


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    """Lecture files that the test writes."""
    with ExitStack() as clients:
        yield Course(tmp_path / "course", clients)
