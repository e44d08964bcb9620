"""A page that is open follows what is saved, and leaves the reader where they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.test_accessibility import ALL, AXE, found_by_axe
from browser_fixtures import Tab, tab_of
from rollcall.lectures.saved_files import version
from serving import serving_in_a_thread

pytestmark = pytest.mark.browser

NET = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(10, 20), nn.Linear(20, 5)]
        self.head = nn.Linear(5, 2)
LINES

    def forward(self, x):
        return self.head(self.layers[1](self.layers[0](x).relu()))


class Twin(Net):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(self.layers)
""".replace("LINES", "        # enough to scroll\n" * 20)
MENDED = NET.replace(
    "[nn.Linear(10, 20), nn.Linear(20, 5)]", "nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])"
)
URL = "/registry?left=my.Net&right=my.Twin&code=on"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    (folder / "my.py").write_text(NET)
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The address of a server over a file that is being written."""
    with serving_in_a_thread(folder, watch=True) as url:
        yield url


@pytest.fixture
def lecture(folder: Path) -> Path:
    """The file, as it was at first."""
    (folder / "my.py").write_text(NET)
    return folder / "my.py"


@pytest.fixture(scope="module")
def following(browser: Browser, url: str) -> Iterator[Tab]:
    with tab_of(browser, url) as tab:
        yield tab


@pytest.fixture
def mine(following: Tab, lecture: Path, expected_complaints: list[str]) -> Iterator[Page]:
    lent = following.lend(expected_complaints)
    yield next(lent)
    following.page.goto("/static/icon.svg")  # which follows nothing that the next test saves
    next(lent, None)


def answering(page: Page, count: str) -> None:
    expect(page.locator("#left .count strong")).to_have_text(count)


def test_a_page_follows_what_is_saved(mine: Page, lecture: Path) -> None:
    mine.goto(URL)
    answering(mine, "12 of 337")
    panel = mine.locator("#left-input")
    panel.locator("summary").click()
    typed = panel.locator("#left-x")
    typed.fill("normal(4, 10)")  # not asked for yet
    mine.evaluate("scrollTo(0, 200)")
    code = mine.locator(".drawer .subject").first
    code.evaluate("(column) => { column.scrollTop = 60 }")
    lecture.write_text(MENDED)
    answering(mine, "337 of 337")
    expect(panel).to_have_attribute("open", "")
    expect(typed).to_be_focused()
    expect(typed).to_have_value("normal(4, 10)")
    assert mine.evaluate("scrollY") == 200
    assert code.evaluate("(column) => column.scrollTop") == 60


def test_a_page_that_was_away_shows_the_last_save(mine: Page, lecture: Path) -> None:
    """Its stream breaks off, as when a computer sleeps, and the save is before the next one."""
    breaks = {"content_type": "text/event-stream", "body": "retry: 50\n\n"}
    mine.route("**/saves", lambda route: route.fulfill(**breaks))
    mine.goto(URL)
    with mine.expect_request("**/saves"):
        lecture.write_text(MENDED)
    answering(mine, "12 of 337")
    mine.unroute("**/saves")
    answering(mine, "337 of 337")


def test_a_play_ends_with_a_save(mine: Page, lecture: Path) -> None:
    """It is one of the files as they were, and its page follows."""
    mine.goto("/training?left=my.Net&right=my.Twin&steps=500&at=0")
    mine.locator("#play").click()
    expect(mine.locator("#frame")).not_to_have_value("0")
    lecture.write_text(MENDED)
    expect(mine.locator("#busy")).to_have_text("The play stopped: a lecture file was saved.")
    assert "playing" not in mine.evaluate("Object.keys(document.documentElement.dataset)")
    expect(mine.locator("#page")).to_have_attribute("data-version", version(lecture.parent))


def test_a_save_that_breaks_the_page_and_one_that_mends_it(mine: Page, lecture: Path) -> None:
    mine.goto(URL)
    answering(mine, "12 of 337")
    lecture.write_text(MENDED.replace("nn.Module)", "nn.Module", 1))
    trouble = mine.get_by_role("alert")
    expect(trouble).to_contain_text("my.py, line 5: SyntaxError: ")
    expect(trouble.locator(".line.hides")).to_contain_text("class Net(nn.Module:")
    expect(mine.locator(".outcome[inert] #left .count strong")).to_have_text("12 of 337")
    mine.evaluate(AXE.read_text())
    assert found_by_axe(mine, "light", f"axe.run({ALL})") == []
    lecture.write_text(MENDED)
    answering(mine, "337 of 337")
    expect(trouble).to_have_count(0)
