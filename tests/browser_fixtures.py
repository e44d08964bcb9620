"""A real browser on a real server, and a watch over what the page must never do."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from browser_binary import find_browser

# Without these Chromium asks its maker's hosts for news at every start.
QUIET = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    browser = find_browser()  # without one the outer conftest lets no browser test run
    root = (
        ["--no-sandbox"] if sys.platform == "linux" else []
    )  # Chromium refuses its sandbox to root
    return {**browser_type_launch_args, "executable_path": browser, "args": [*QUIET, *root]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1280, "height": 720}}


@pytest.fixture
def expected_complaints() -> list[str]:
    """Parts of what the console may say; the browser itself reports every 4xx that a test asks for."""
    return ["Failed to load resource"]


@pytest.fixture(autouse=True)
def _watched_where_there_is_a_browser(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("browser"):
        request.getfixturevalue("watched")


@pytest.fixture
def watched(
    context: BrowserContext, base_url: str, expected_complaints: list[str]
) -> Iterator[None]:
    """No request leaves the origin, nothing violates the policy, no script fails, no cookie is set."""
    foreign: list[str] = []
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("request", ask)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", say)

    def ask(request: Request) -> None:
        if not request.url.startswith(base_url):
            foreign.append(request.url)

    def say(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    context.add_init_script(REPORT_VIOLATIONS)
    context.on("page", watch)
    yield
    assert foreign == []
    assert [
        each for each in complaints if not any(part in each for part in expected_complaints)
    ] == []
    assert context.cookies() == []


@pytest.fixture
def scriptless(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page of a browser whose JavaScript is off."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    yield context.new_page()
    context.close()
