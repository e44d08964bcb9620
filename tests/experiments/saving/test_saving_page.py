"""The saving page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen, overlapping

pytestmark = pytest.mark.browser

MATCHED = "<All keys matched successfully>"


@pytest.fixture
def saving(page: Page) -> Page:
    page.goto("/saving")
    page.evaluate("window.sameDocument = true")
    return page


def test_all_keys_matched_and_the_outputs_differ(saving: Page) -> None:
    expect(saving.locator("#left .story")).to_contain_text(MATCHED)
    expect(saving.locator("#left .story")).to_contain_text("2 of 8 tensors in 2 keys")
    expect(saving.locator("#left .count")).to_contain_text("differ")
    expect(saving.locator("#left .count strong")).not_to_have_text("0")
    expect(saving.locator("#right .story")).to_contain_text(MATCHED)
    expect(saving.locator("#right .count strong")).to_have_text("0")
    expect(saving.locator("#right td.no")).to_have_count(0)
    expect(saving.locator(".narration em")).to_have_text("the loaded model computes something else")


def test_where_no_tensor_is_saved_nothing_covers_the_story(page: Page) -> None:
    for _ in at_each_size(page, "/saving?left=activations.MyReLU&right=activations.NaiveSigmoid"):
        assert overlapping(page, ".story dt, .story dd, .exchange h2") == []


def test_the_left_file_is_offered_to_the_right_model_and_swapping_offers_it_the_other_way(
    saving: Page,
) -> None:
    exchange = saving.locator(".exchange")
    expect(exchange.locator("h2")).to_have_text("HalfListNet’s file loaded into FullListNet")
    expect(exchange.locator(".raised")).to_contain_text(
        'Missing key(s) in state_dict: "hidden.0.weight"'
    )
    expect(exchange.locator(".verdict")).to_have_text(["missing"] * 6)
    saving.locator("#swap").click()
    expect(exchange.locator(".raised")).to_contain_text("Unexpected key(s)")
    expect(exchange.locator(".verdict")).to_have_text(["unexpected"] * 6)
    saving.go_back()
    expect(exchange.locator(".verdict")).to_have_text(["missing"] * 6)
    assert saving.evaluate("window.sameDocument === true"), "the browser loaded a whole page"


def test_more_steps_change_the_distance_and_stand_in_the_address(saving: Page) -> None:
    before = saving.locator("#left .count strong").inner_text()
    saving.get_by_label("steps").fill("50")
    saving.get_by_label("steps").press("Enter")
    expect(saving.locator("#left .story")).to_contain_text("50 steps of SGD")
    expect(saving.locator("#left .count strong")).not_to_have_text(before)
    expect(saving).to_have_url(re.compile("steps=50"))
    assert saving.url.count("steps=") == 1
    saving.go_back()
    expect(saving.locator("#left .count strong")).to_have_text(before)


def test_where_the_optimizer_raises_it_is_said(page: Page) -> None:
    page.goto("/saving?left=containers.BadListNet&right=containers.BadListNet")
    expect(page.locator("#left .story")).to_contain_text(
        "0 steps: ValueError: optimizer got an empty parameter list"
    )
    expect(page.locator(".exchange h2")).to_have_text(
        "BadListNet’s file loaded into another BadListNet"
    )
    expect(page.locator(".exchange")).to_contain_text("there is no key on which they could differ")


def test_too_many_steps_are_refused_with_the_bounds(page: Page) -> None:
    page.goto("/saving?steps=51")
    expect(page.locator(".raised")).to_contain_text("steps=51")
    expect(page.locator(".raised")).to_contain_text("50")


STORY = ("#left .count", "#left .story", "#left table", "#right table", ".exchange h2")


@pytest.mark.parametrize(
    ("query", "first"),
    [("", STORY), ("?left=dropout.BatchNormListNet&right=dropout.BatchNormModuleListNet", ())],
)
def test_nothing_is_cut_and_the_story_stands_on_the_first_screen(
    page: Page, query: str, first: tuple[str, ...]
) -> None:
    for size in at_each_size(page, "/saving" + query):
        assert cut(page, ".count, .narration, .controls, .story, .kept, .exchange > div") == []
        if size == (1280, 720):
            assert off_the_first_screen(page, *first) == []


def test_it_all_works_without_javascript(scriptless: Page) -> None:
    page = scriptless
    page.goto("/saving")
    page.get_by_label("steps").fill("0")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#left .story")).to_contain_text("no step asked for")
    page.locator("#swap").click()
    expect(page.locator("#left .count strong")).to_have_text("0")
    page.go_back()
    expect(page.locator("#right .count strong")).to_have_text("0")
