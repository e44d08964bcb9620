"""What pytest finds of Roll Call. PyTorch is imported by the test that uses it, and not before."""

from typing import Any, Protocol

import pytest


class AssertRegistered(Protocol):
    """`rollcall.assert_registered`."""

    def __call__(self, model: Any, *inputs: Any) -> None: ...


@pytest.fixture(scope="session")
def assert_registered() -> AssertRegistered:
    """The assertion that a model has nothing which PyTorch does not know."""
    from rollcall.in_python.assert_registered import assert_registered

    return assert_registered
