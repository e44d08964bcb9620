"""Where transformers is not installed, its tests are left out, and the first lines say so."""

from importlib.util import find_spec

import pytest

MARK = "integrations"
IS_INSTALLED = find_spec("transformers") is not None


def pytest_report_header() -> list[str]:
    if IS_INSTALLED:
        return []
    return ["transformers is not installed: `make integrations` runs the tests of its callback"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Whoever asks for them by their mark gets them, and sees them fail.
    if IS_INSTALLED or config.getoption("markexpr") == MARK:
        return
    left_out = [item for item in items if item.get_closest_marker(MARK)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker(MARK)]
