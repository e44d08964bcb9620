"""What a model is called with: beside its name, and a click opens more over the page."""

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, overlapping, too_small

pytestmark = pytest.mark.browser

# One has a twin elsewhere, whose link shares the line.
PAIR = "left=dropout.DropoutModuleListNet&right=containers.BadListNet"


@pytest.mark.parametrize("path", ["/registry", "/saving", "/training"])
def test_it_covers_nothing_and_nothing_covers_it(page: Page, path: str) -> None:
    for _ in at_each_size(page, f"{path}?{PAIR}"):
        assert overlapping(page, ".pick > label, .twin, .input, .narration") == []
        assert overlapping(page, ".swap, .twin, .input, .narration") == []
        page.locator("#left-input summary").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert cut(page, "#left-input .input-panel, #left-input .input-panel *") == []
        page.locator("#left-input summary").click()


def test_it_opens_over_the_page_and_moves_nothing(page: Page) -> None:
    page.goto("/registry")
    before = page.locator("#report").bounding_box()
    page.locator("#left-input summary").click()
    expect(page.locator("#left-x")).to_be_visible()
    assert too_small(page, ".input-panel") == []
    assert page.locator("#report").bounding_box() == before
    page.locator("#right-input summary").click()
    expect(page.locator("#right-x")).to_be_visible()
    expect(page.locator("#left-x")).to_be_hidden()


def test_what_is_typed_is_no_change_of_the_toolbar(page: Page) -> None:
    """It is sent once, with the rest of the query; the field beside it sends nothing."""
    page.goto("/forward?seed=3")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#right-input summary").click()
    page.locator("#right-x").fill("2,10")
    page.locator("#right-x").press("Enter")
    expect(page.locator("#right .count strong")).to_have_text("2×10 → 2×5")
    asked = [url for url in asked if "/static/" not in url]  # Chrome asks for the icon, too
    assert {url.count("x=") for url in asked} == {1}
    assert all("seed=3" in url for url in asked)
    page.get_by_label("seed").fill("4")
    page.get_by_label("seed").press("Enter")
    expect(page.locator("#toolbar [name=x]:not([form])")).to_have_value("2,10")
    expect(page.locator("#right .count strong")).to_have_text("2×10 → 2×5")
