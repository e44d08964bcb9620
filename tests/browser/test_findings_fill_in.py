"""The page of findings fills in while models are still looked at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser_fixtures import Tab, tab_of
from serving import serving_in_a_thread
from web.test_findings import BUGGY, HELPERS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Own models, one of which waits for a file."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "buggy.py").write_text(BUGGY)
    (folder / "helpers.py").write_text(HELPERS)
    return folder


@pytest.fixture(scope="module")
def findings_tab(folder: Path, browser: Browser) -> Iterator[Tab]:
    with serving_in_a_thread(folder) as url, tab_of(browser, url) as tab:
        yield tab


@pytest.fixture
def findings(findings_tab: Tab, expected_complaints: list[str]) -> Iterator[Page]:
    yield from findings_tab.lend(expected_complaints)


def test_it_fills_in_by_itself(findings: Page, folder: Path) -> None:
    findings.goto("/findings")
    expect(findings.locator("#waiting")).to_contain_text("of 5 models looked at")
    (folder / "go").touch()
    expect(findings.locator("#waiting")).to_have_count(0)
    expect(findings.locator("h1")).to_have_text("3 findings in 5 models")
