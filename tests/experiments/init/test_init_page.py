"""The init page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.looks import (
    at_each_size,
    cut,
    off_the_first_screen,
    overlapping,
    too_small,
)

pytestmark = pytest.mark.browser

OVERFLOWS = "/init?init_left=randn&init_right=zeros&depth=50&width=256&activation=identity"
SATURATES = "/init?init_left=randn&init_right=xavier_uniform&activation=tanh"
FIRST_SCREEN = tuple(
    f"#{side} {part}" for side in ("left", "right") for part in (".count", "table", ".pictures")
)


@pytest.fixture
def init(page: Page) -> Page:
    page.goto("/init")
    page.evaluate("window.sameDocument = true")
    return page


def test_a_bare_path_shows_who_vanishes_and_who_does_not(init: Page) -> None:
    expect(init.locator("#left .count strong")).to_have_text(re.compile(r"Vanished at layer \d"))
    expect(init.locator("#right .count strong")).to_have_text("Healthy to layer 20")
    expect(init.locator("#left .line-run code")).to_have_text(
        "nn.init.kaiming_uniform_(w, a=math.sqrt(5))"
    )
    expect(init.locator("#left .reason")).to_contain_text("bound 1/√fan_in")
    expect(init.locator(".narration")).to_contain_text("activations vanish at layer")
    expect(init.locator(".narration")).to_contain_text("stay healthy through all 20 layers")
    expect(init.locator(".chart")).to_have_count(2)
    expect(init.locator(".series polyline")).to_have_count(4)
    expect(init.locator(".series-1.bad")).to_have_count(2)
    expect(init.locator(".series-2.good")).to_have_count(2)
    expect(init.locator(".series-1 .value").first).to_have_text(re.compile("·10⁻⁸$"))


def test_choices_are_links_of_one_page_and_back_takes_them_back(init: Page) -> None:
    init.get_by_label("left init").select_option("zeros")
    expect(init.locator("#left .count strong")).to_have_text("Vanished at layer 1")
    expect(init.locator(".narration")).to_contain_text("no gradient reaches layer 19")
    init.get_by_label("depth").fill("7")
    init.get_by_label("depth").press("Tab")
    expect(init.locator("#right .count strong")).to_have_text("Healthy to layer 7")
    init.locator("#activation").select_option("sigmoid")
    expect(init.locator(".legend")).to_contain_text("each with sigmoid after it")
    expect(init).to_have_url(
        re.compile(
            r"init_left=zeros&init_right=kaiming_normal&depth=7&width=64&activation=sigmoid&"
        )
    )
    init.locator("#swap").click()
    expect(init.get_by_label("right init")).to_have_value("zeros")
    assert init.evaluate("window.sameDocument === true")
    init.go_back()
    expect(init.get_by_label("left init")).to_have_value("zeros")
    init.go_back()
    expect(init.locator("#activation")).to_have_value("relu")


def test_what_overflows_is_crossed_out_and_what_is_zero_stands_at_zero(page: Page) -> None:
    page.goto(OVERFLOWS)
    expect(page.locator(".series-1 .break")).to_have_count(2)
    expect(page.locator(".series-1 .value")).to_have_text(["overflow", "overflow"])
    expect(page.locator(".series-2 .value")).to_have_text(["0", "0"])
    expect(page.locator(".narration")).to_contain_text("float32 overflows")
    expect(page.locator("#left .pictures li").last).to_contain_text("overflow")
    expect(page.locator("#right .pictures li").last).to_contain_text("all 0")


def test_a_gradient_alone_can_explode(page: Page) -> None:
    page.goto(SATURATES)
    expect(page.locator("#left .count")).to_contain_text(
        re.compile(r"Gradient exploded\s+at layer \d+")
    )
    expect(page.locator(".narration")).to_contain_text(
        re.compile(
            r"With plain randn activations stay healthy and gradients have exploded "
            r"\d+ layers? below the output"
        )
    )
    expect(page.locator("#left td:last-child")).to_have_text(
        [re.compile("healthy"), re.compile(r"exploded at \d+")]
    )


def test_the_narration_is_of_both_where_they_do_alike(page: Page) -> None:
    page.goto("/init?init_left=randn&init_right=randn")
    expect(page.locator(".narration")).to_contain_text(
        "With plain randn on both sides activations explode"
    )
    page.goto("/init?init_left=kaiming_normal&init_right=xavier_uniform&activation=tanh")
    expect(page.locator(".narration")).to_contain_text(
        "With Kaiming normal and with Xavier uniform activations and gradients "
        "stay healthy through all 20 layers."
    )


def test_there_is_no_model_to_pick_and_the_models_travel_along(page: Page) -> None:
    page.goto("/registry?left=parameters.BadLayer&right=parameters.GoodLayer&seed=5&mode=eval")
    page.get_by_role("link", name="Init").click()
    expect(page.get_by_label("left model")).to_have_count(0)
    page.get_by_label("seed").fill("6")
    page.get_by_label("seed").press("Enter")
    expect(page).to_have_url(re.compile("seed=6"))
    page.get_by_role("link", name="Registry").click()
    expect(page).to_have_url(
        re.compile(r"left=parameters\.BadLayer&right=parameters\.GoodLayer&seed=6&mode=eval")
    )


@pytest.mark.parametrize("address", ["/init", OVERFLOWS, SATURATES])
def test_all_can_be_read_and_the_story_stands_on_the_first_screen(page: Page, address: str) -> None:
    for size in at_each_size(page, address):
        if size == (1280, 720):
            assert off_the_first_screen(page, ".curves", *FIRST_SCREEN) == []
        parts = ".settings > *, .narration, .count, .line-run, table, .pictures li"
        assert cut(page, parts) == []
        assert (
            overlapping(page, f"{parts}, .curves > *, .series text, .ticks text, .axis, .of-band")
            == []
        )
        if size[0] >= 1280:
            assert too_small(page) == []


def test_it_works_without_javascript(scriptless: Page) -> None:
    scriptless.goto("/init?left=parameters.BadLayer")
    scriptless.get_by_label("right init").select_option("small_normal")
    scriptless.get_by_label("width").fill("100")
    scriptless.get_by_role("button", name="Show").click()
    expect(scriptless.locator("#right .line-run")).to_have_text("nn.init.normal_(w, std=0.01)")
    expect(scriptless.locator(".legend")).to_contain_text("nn.Linear(100, 100, bias=False)")
    scriptless.locator("#swap").click()
    expect(scriptless.get_by_label("left init")).to_have_value("small_normal")
    expect(scriptless).to_have_url(re.compile(r"left=parameters\.BadLayer"))
