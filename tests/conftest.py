"""One application over the built-in course, for every test that only asks."""

from collections.abc import Iterator

import pytest
import torch
from starlette.testclient import TestClient

from rollcall.main import create_app

torch.set_num_threads(1)  # as in a worker of the lab


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers last: Playwright leaves an event loop running in this thread, and what is quick may fail first."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def app_client() -> Iterator[TestClient]:
    """The application with a real lab of two workers."""
    with TestClient(create_app(), "http://localhost", follow_redirects=False) as client:
        yield client
