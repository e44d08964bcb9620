"""`make test-deploy` is a command of its own, and says what it wants where that is missing."""

import pytest

from deploy.nginx import ADVICE, find_nginx


def pytest_configure() -> None:
    if find_nginx() is None:
        pytest.exit(ADVICE, returncode=1)
