"""One application over the built-in course, and a course of a test's own.

What imports PyTorch is imported where it is needed: a process that only hands tests to others has
no use for it, and would take seconds over it.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

import chosen
from without_browser import pytest_collection_modifyitems

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from web.course import Course

__all__ = ["pytest_collection_modifyitems"]  # pytest calls it

pytest.register_assert_rewrite("web.claims")  # an assertion in there tells both values, too

# Each topic has its browser tests in its own folder.
pytest_plugins = ["browser_fixtures", "without_integrations", "pytester"]

REHEARSE = pytest.StashKey[Callable[..., Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(chosen.OPTION, action="store_true", help="run every row of every large table")


def pytest_configure(config: pytest.Config) -> None:
    """Set up a process that runs tests."""
    if config.getoption(chosen.OPTION):
        chosen.choose_all_rows()
    if _hands_out(config):
        return
    gc.disable()  # next to nothing of what is imported and collected is garbage
    import torch
    from hypothesis import HealthCheck, settings

    torch.set_num_threads(1)  # as in a worker of the lab
    # On a busy machine an example takes as long as it takes.
    patience = [HealthCheck.too_slow]
    settings.register_profile("patient", deadline=None, suppress_health_check=patience)
    settings.load_profile("patient")


def _hands_out(config: pytest.Config) -> bool:
    """Whether this process only hands tests to others."""
    return config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")


def pytest_collection(session: pytest.Session) -> None:
    """Run files as they are: to rehearse one takes two forks of all that is in this process.

    Workers rehearse what they are given, and so does a test that asks for `rehearsed`. Not when
    pytest is configured: what is imported then is imported before coverage looks.
    """
    config = session.config
    if _hands_out(config):
        return
    from rollcall.lectures import rehearsal

    config.stash[REHEARSE] = rehearsal._rehearse
    left_out = mock.patch.object(rehearsal, "_rehearse", return_value={})
    left_out.start()
    config.add_cleanup(left_out.stop)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected is no garbage: to look through it costs seconds.

    Where the compiler was imported, it does not time its guards: each time it would empty the
    processor's cache.
    """
    guards = sys.modules.get("torch._dynamo.guards")
    if hasattr(guards, "profile_guard_manager"):
        untimed = mock.patch.object(guards, "profile_guard_manager", _no_time)
        untimed.start()
        session.config.add_cleanup(untimed.stop)
    gc.freeze()
    gc.set_threshold(100_000)  # as in a worker of the lab
    gc.enable()


def _no_time(*_: object) -> float:
    return 0.0


@pytest.fixture(scope="module", autouse=True)
def _left_out_of_collection() -> Iterator[None]:
    """What a module leaves is looked through once; thousands of tests later it took seconds."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture
def rehearsed(pytestconfig: pytest.Config) -> Iterator[None]:
    """A file that would end the process of the tests ends one of its own."""
    from rollcall.lectures import rehearsal

    with mock.patch.object(rehearsal, "_rehearse", pytestconfig.stash[REHEARSE]):
        yield


@pytest.fixture(scope="session")
def app_client() -> Iterator["TestClient"]:
    """The application with a real lab of two workers, which its first pages make warm."""
    from starlette.testclient import TestClient

    from rollcall.main import create_app
    from web.course import GENEROUS, cold

    with cold():
        app = create_app(seconds=GENEROUS)
    with TestClient(app, "http://localhost", follow_redirects=False) as client:
        yield client


# Not in browser_fixtures: of two plugins, pytest-playwright would win with its own.
@pytest.fixture(scope="session")
def base_url(app_client: "TestClient") -> Iterator[str]:
    """The address of a real server over the built-in course: the application of the client."""
    from serving import serving_a_client

    with serving_a_client(app_client) as url:
        yield url


@pytest.fixture
def course(tmp_path: Path) -> Iterator["Course"]:
    """Lecture files that the test writes."""
    from web.course import Course

    with ExitStack() as clients:
        yield Course(tmp_path / "course", clients)
