"""The step page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen, overlapping, too_small

pytestmark = pytest.mark.browser

WHERE = ".progress span"


def test_next_previous_and_keys_go_line_by_line(page: Page) -> None:
    page.goto("/step")
    page.evaluate("window.sameDocument = true")
    expect(page.locator(WHERE)).to_have_text("__init__, 1 of 10")
    expect(page.locator("#left .line.next")).to_contain_text("super().__init__()")
    buttons = page.locator(".player > *:not(noscript)")
    places = "all => all.map((button) => Math.round(button.getBoundingClientRect().x))"
    before = buttons.evaluate_all(places)
    page.locator("#next").click()
    expect(page.locator(WHERE)).to_have_text("__init__, 2 of 10")
    expect(page.locator("#left .line.ran")).to_contain_text("super().__init__()")
    for number in (3, 4):
        page.keyboard.press("ArrowRight")
        expect(page.locator(WHERE)).to_have_text(f"__init__, {number} of 10")
    expect(page).to_have_url(re.compile("at=3"))
    expect(page.locator("#left .registered td")).to_have_text("nothing")
    expect(page.locator("#right .registered .changed")).to_have_text(
        ["layers.0.weight 20×10", "layers.0.bias 20"]
    )
    expect(page.locator("#left .entry.ghost")).to_contain_text("list of 1: Linear")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#right .registered td")).to_have_text("nothing")
    page.go_back()
    expect(page.locator(WHERE)).to_have_text("__init__, 4 of 10")
    assert buttons.evaluate_all(places) == before
    page.locator("#end").click()
    expect(page.locator("#left .headline strong").first).to_have_text("0")
    expect(page.locator("#left .raised")).to_contain_text("ValueError")
    page.locator("#pace-own").click()
    expect(page).to_have_url(re.compile("pace=own&at=0"))
    assert page.evaluate("window.sameDocument")


def test_play_runs_to_the_last_line_and_ends_there(page: Page) -> None:
    page.goto("/step?at=8")
    page.locator("#play").click()
    expect(page.locator(WHERE)).to_have_text("optimizer.step, 10 of 10")
    expect(page.locator("#play")).to_be_visible()
    expect(page).to_have_url(re.compile("at=9"))
    expect(page.locator("#next")).to_have_count(0)
    page.locator("#seed").fill("3")
    page.locator("#seed").press("Enter")
    expect(page).to_have_url(re.compile("seed=3"))
    expect(page.locator(WHERE)).to_have_text("optimizer.step, 10 of 10")


def test_it_is_links_without_javascript(scriptless: Page) -> None:
    scriptless.goto("/step?at=2")
    scriptless.locator("#next").click()
    expect(scriptless.locator("#right .registered .changed")).to_have_count(2)


def test_the_story_stands_on_the_first_screen(page: Page) -> None:
    page.goto("/step?at=3")
    parts = (".narration", ".player", "#left .code", "#left .registered", "#right .registered")
    assert off_the_first_screen(page, *parts) == []
    assert too_small(page) == []


@pytest.mark.parametrize("at", [3, 6, 9])
def test_nothing_is_cut_or_overlaps(page: Page, at: int) -> None:
    for _ in at_each_size(page, f"/step?at={at}"):
        parts = ".narration, .count, .code, .calls, .books, .variables, .learning, .player > *"
        assert overlapping(page, parts) == []
        assert cut(page, parts) == []
