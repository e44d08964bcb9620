"""The training page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.looks import (
    at_each_size,
    cut,
    off_the_first_screen,
    overlapping,
    too_small,
)

pytestmark = pytest.mark.browser

BAD = "/training?left=containers.BadListNet&right=containers.ModuleListNet"


@pytest.fixture
def training(page: Page) -> Page:
    page.goto("/training")
    page.evaluate("window.sameDocument = true")
    return page


def step(page: Page) -> Locator:
    return page.locator(".progress span")


def values(page: Page) -> dict[str, str]:
    """What the chart says of each model, by name."""
    names = page.locator(".series .name").all_text_contents()
    return dict(zip(names, page.locator(".series .value").all_text_contents(), strict=True))


def test_a_bare_path_shows_who_learns_and_who_does_not(training: Page) -> None:
    expect(training.locator("#left .count strong")).to_have_text("55")
    expect(training.locator("#right .count strong")).to_have_text("385")
    expect(training.locator(".narration")).to_contain_text(
        "6 of HalfListNet’s 8 tensors never change"
    )
    expect(training.locator(".narration")).to_contain_text("Everything in FullListNet learns")
    losses = values(training)
    assert float(losses["FullListNet"]) < float(losses["HalfListNet"]) / 2
    off = [
        training.locator(f"{side} .answers desc").text_content() or ""
        for side in ("#left", "#right")
    ]
    half, full = (float(words.partition("on average ")[2].split()[0]) for words in off)
    assert full < half / 2
    ghosts = training.locator("#left tr.ghost")
    expect(ghosts).to_have_count(6)
    expect(ghosts.locator(".no")).to_have_text([re.compile("○ 0")] * 6)
    expect(ghosts.locator(".grows")).to_have_count(6)
    expect(training.locator("#right tr.ghost")).to_have_count(0)


STORY = ("#left .count", "#right .count", "#left .answers", "#right .answers", ".chart", ".player")
TABLES = ("#left table", "#right table")


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("/training", (*STORY, *TABLES)),
        (BAD, (*STORY, *TABLES)),
        ("/training?at=7", STORY),
        ("/training?lr=10&optimizer=sgd&steps=100", STORY),
        ("/training?left=dropout.BatchNormModuleListNet&right=dropout.BatchNormListNet", STORY),
        ("/training?left=activations.MyReLU&right=parameters.BadLayer", ()),
    ],
)
def test_all_can_be_read_and_the_story_stands_on_the_first_screen(
    page: Page, address: str, first: tuple[str, ...]
) -> None:
    for size in at_each_size(page, address):
        parts = ".settings > *, .narration, .count, .answers, .uncleared, .curves, table"
        parts += ", .optimizer > *, .player > *"
        assert overlapping(page, f"{parts}, .series text, .ticks text") == []
        assert cut(page, parts) == []
        if size == (1280, 720):
            assert off_the_first_screen(page, *first) == []
            assert too_small(page) == []


def test_play_ends_on_the_plain_page(page: Page, browser: Browser, base_url: str) -> None:
    page.goto("/training?steps=6&at=0")
    expect(step(page)).to_have_text("step 0 of 6")
    expect(page.locator(".narration")).to_contain_text("start alike, at a loss of")
    at_first = page.locator("#right .answers .dots").get_attribute("d")
    streams: list[str] = []
    page.on(
        "request", lambda request: streams.append(request.url) if ".stream" in request.url else None
    )
    page.locator("#play").click()
    expect(step(page)).to_have_text("step 6 of 6")
    expect(page).to_have_url(re.compile(r"steps=6&at=500$"))
    expect(page.locator(".narration")).to_contain_text("never change")
    expect(page.locator("#play")).to_be_visible()
    expect(page.locator("#pause")).to_be_hidden()
    assert len(streams) == 1
    assert page.locator("#right .answers .dots").get_attribute("d") != at_first
    fresh = browser.new_context(
        base_url=base_url, viewport={"width": 1280, "height": 720}
    ).new_page()
    fresh.goto(page.url)
    assert fresh.locator("#page").inner_text() == page.locator("#page").inner_text()
    for picture in (".chart", "#left .answers", "#right .answers"):
        assert fresh.locator(picture).inner_html() == page.locator(picture).inner_html()
    fresh.context.close()
    page.go_back()
    expect(step(page)).to_have_text("step 0 of 6")


def test_pause_step_reset_and_play_on(page: Page) -> None:
    page.goto("/training?steps=500&at=0")
    page.locator("#play").click()
    expect(page.locator("#play")).to_be_hidden()
    expect(step(page)).to_have_text(re.compile(r"step [1-9]\d+ of 500"))
    page.locator("#pause").click()
    expect(page).to_have_url(re.compile(r"steps=500&at=[1-9]\d*$"))
    expect(page.locator("#play")).to_be_visible()
    expect(page.locator("#play")).to_be_focused()
    at = int(page.url.rpartition("=")[2])
    expect(step(page)).to_have_text(f"step {at} of 500")
    page.locator("#step").click()
    expect(step(page)).to_have_text(f"step {at + 1} of 500")
    page.locator("#play").click()
    expect(page.locator("#pause")).to_be_visible()
    page.locator("#pause").click()
    expect(page.locator("#play")).to_be_visible()
    assert int(page.url.rpartition("=")[2]) > at  # it plays on from there, and not from the start
    page.locator("#reset").click()
    expect(step(page)).to_have_text("step 0 of 500")
    expect(page.locator("#left .count")).to_contain_text("no step made yet")


def test_the_keyboard_plays_and_pauses(page: Page) -> None:
    page.goto("/training?steps=500&at=0")
    page.locator("#play").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pause")).to_be_focused()
    expect(step(page)).to_have_text(re.compile(r"step [1-9]\d+ of 500"))
    expect(page.locator("#pause")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#play")).to_be_focused()


def test_settings_run_another_training(training: Page) -> None:
    before = values(training)
    training.get_by_label("learning rate").fill("0.01")
    training.get_by_label("learning rate").press("Tab")
    expect(training).to_have_url(re.compile(r"lr=0\.01"))
    expect(training.locator(".series-2 .value")).not_to_have_text(before["FullListNet"])
    training.get_by_label("steps", exact=True).fill("120")
    training.get_by_label("steps", exact=True).press("Tab")
    expect(step(training)).to_have_text("step 120 of 120")
    assert training.evaluate("window.sameDocument === true")
    training.go_back()
    training.go_back()
    expect(training.get_by_label("learning rate")).to_have_value("0.2")
    assert values(training) == before


def test_the_flat_list_is_refused_and_the_group_is_not(page: Page) -> None:
    page.goto(BAD)
    expect(page.locator("#left .raised")).to_contain_text(
        "ValueError: optimizer got an empty parameter list"
    )
    expect(page.locator("#left .silent")).to_contain_text(
        'SGD([{"params": model.parameters()}], …) says nothing'
    )
    expect(page.locator("#left .count strong")).to_have_text("0")
    expect(page.locator("#right .optimizer > *")).to_have_count(0)


def test_a_silly_learning_rate_is_drawn_as_a_break(training: Page) -> None:
    training.get_by_label("optimizer").select_option("sgd")
    expect(training).to_have_url(re.compile("optimizer=sgd"))
    training.get_by_label("learning rate").fill("10")
    training.get_by_label("learning rate").press("Enter")
    expect(training.locator(".break")).to_have_count(2)
    expect(training.locator(".narration")).to_contain_text("the learning rate is too large")
    assert set(values(training).values()) <= {"NaN", "inf"}


def test_it_all_works_without_javascript(scriptless: Page) -> None:
    page = scriptless
    page.goto("/training?steps=20&at=0")
    expect(page.locator("#pause")).to_be_hidden()
    page.locator("#step").click()
    expect(step(page)).to_have_text("step 1 of 20")
    expect(page.locator(".player noscript span")).to_have_text("Play needs JavaScript.")
    page.get_by_role(
        "link", name="Play 20 steps"
    ).click()  # what cannot be played is not jumped over
    expect(step(page)).to_have_text("step 1 of 20")
    page.get_by_role("link", name="End", exact=True).click()
    expect(step(page)).to_have_text("step 20 of 20")
    page.get_by_role("link", name="Reset").click()
    expect(step(page)).to_have_text("step 0 of 20")
    page.get_by_label("optimizer").select_option("adamw")
    page.get_by_label("steps", exact=True).fill("30")
    page.get_by_role("button", name="Show").click()
    expect(step(page)).to_have_text("step 0 of 30")
    expect(page.get_by_label("optimizer")).to_have_value("adamw")
