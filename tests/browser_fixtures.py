"""A real browser on a real server, and a watch over what the page must never do."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
    expect,
)

from browser_binary import find_browser

# Without these Chromium asks its maker's hosts for news at every start.
QUIET = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]

WINDOW: ViewportSize = {"width": 1280, "height": 720}

# Five seconds, Playwright's own, may pass on a busy machine.
expect.set_options(timeout=30_000)

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI}`));
"""

# Forget what was chosen, and tell whether nothing is under way: no load, no request, no play.
FORGET = """() => {
  localStorage.clear();
  sessionStorage.clear();
  return document.readyState === "complete" && !document.querySelector(".htmx-request")
    && !("playing" in document.documentElement.dataset);
}"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # Without one the outer conftest lets no browser test run. `--headed` says headless=False.
    browser = find_browser(headed=not browser_type_launch_args.get("headless", True))
    root = (
        ["--no-sandbox"] if sys.platform == "linux" else []
    )  # Chromium refuses its sandbox to root
    return {**browser_type_launch_args, "executable_path": browser, "args": [*QUIET, *root]}


@pytest.fixture
def expected_complaints() -> list[str]:
    """Parts of what the console may say; the browser itself reports every 4xx."""
    return ["Failed to load resource"]


class Tab:
    """A page that the tests use one after the other, and what it did that no page may do.

    A context and a page of each test's own would cost half a second a test.
    """

    def __init__(self, browser: Browser, base_url: str, **options: Any) -> None:
        self._url = base_url
        self._context = browser.new_context(base_url=base_url, **options)
        self._context.add_init_script(REPORT_VIOLATIONS)
        self._context.on("page", self._watch)
        self._foreign: list[str] = []
        self._complaints: list[str] = []
        # An experiment may be long, and the machine busy.
        self._context.set_default_navigation_timeout(120_000)
        self.page = self._context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("request", self._ask)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("console", self._say)

    def _ask(self, request: Request) -> None:
        if not request.url.startswith(self._url):
            self._foreign.append(request.url)

    def _say(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self._complaints.append(said.text)

    def lend(self, expected_complaints: list[str]) -> Iterator[Page]:
        """Give the page to one test, take it back as it was, and say what it did wrong.

        No request leaves the origin, no policy is violated, no script fails, no cookie is set.
        """
        yield self.page
        self._clean()
        cookies, foreign, complaints = self._context.cookies(), self._foreign, self._complaints
        self._foreign, self._complaints = [], []
        self._context.clear_cookies()
        assert foreign == []
        assert [
            each for each in complaints if not any(part in each for part in expected_complaints)
        ] == []
        assert cookies == []

    def _clean(self) -> None:
        """Leave nothing to the next test: no stream, choice, route, size, theme or pointer."""
        page = self.page
        page.unroute_all(behavior="ignoreErrors")
        if not self._forgets():
            page.goto(f"{self._url}/static/icon.svg")
            self._forgets()
        page.mouse.move(0, 0)
        page.emulate_media(media="null", color_scheme="null", contrast="null")
        if page.viewport_size != WINDOW:
            page.set_viewport_size(WINDOW)

    def _forgets(self) -> bool:
        """Whether the page is at rest: it forgot what was chosen, and nothing more comes of it.

        To leave it for another costs as much as half of a test.
        """
        try:
            return bool(self.page.evaluate(FORGET))
        except Error:  # where the browser says that it got no page, or a page is on its way
            return False

    def close(self) -> None:
        self._context.close()


@contextmanager
def tab_of(browser: Browser, base_url: str, **options: Any) -> Iterator[Tab]:
    """A tab over the server at `base_url`, closed at the end."""
    tab = Tab(browser, base_url, viewport=WINDOW, **options)
    yield tab
    tab.close()


@pytest.fixture(scope="session")
def tab(browser: Browser, base_url: str) -> Iterator[Tab]:
    with tab_of(browser, base_url) as tab:
        yield tab


@pytest.fixture(scope="session")
def scriptless_tab(browser: Browser, base_url: str) -> Iterator[Tab]:
    with tab_of(browser, base_url, java_script_enabled=False) as tab:
        yield tab


@pytest.fixture
def page(tab: Tab, expected_complaints: list[str]) -> Iterator[Page]:
    """A page of a browser, over the built-in course, watched."""
    yield from tab.lend(expected_complaints)


@pytest.fixture
def scriptless(scriptless_tab: Tab, expected_complaints: list[str]) -> Iterator[Page]:
    """A page of a browser whose JavaScript is off, watched as well."""
    yield from scriptless_tab.lend(expected_complaints)
