"""Where no browser test can run, all others do, and one failure stands for those that did not."""

from typing import Any

import pytest

from browser_binary import browser_problem


class BrowserTestsDidNotRun(pytest.Item):
    """Stands for all browser tests where none can run, and fails: not all tests pass then."""

    def __init__(self, *, problem: str, count: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.said = (
            f"{count} browser tests did not run. {problem}\n"
            "Without them: make test ARGS='-m \"not browser\"'"
        )

    def runtest(self) -> None:
        pytest.fail(self.said, pytrace=False)


@pytest.hookimpl(trylast=True)  # when -m and -k have chosen
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers last: Playwright leaves an event loop in this thread, and quick tests fail first."""
    of_browser = [item for item in items if item.get_closest_marker("browser")]
    if not of_browser:
        return
    items[:] = [item for item in items if not item.get_closest_marker("browser")]
    problem = browser_problem()
    if problem is None:
        items += of_browser
    else:
        stand_in = BrowserTestsDidNotRun.from_parent(
            of_browser[0].session, name="browser tests", problem=problem, count=len(of_browser)
        )
        items.append(stand_in)
