"""One application over the built-in course, for every test that only asks."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rollcall.main import create_app


@pytest.fixture(scope="session")
def app_client() -> Iterator[TestClient]:
    """The application with a real lab of two workers."""
    with TestClient(create_app(), "http://localhost", follow_redirects=False) as client:
        yield client
