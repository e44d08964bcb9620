"""The page of two loops as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen, overlapping, too_small, uneven

pytestmark = pytest.mark.browser

MODES = "/loops?left=loop_modes.one_mode_put_back&right=loop_modes.all_modes_put_back"


def test_play_step_jump_and_go_back(page: Page) -> None:
    page.goto("/loops?at=0")
    at = page.locator(".progress span")
    expect(at).to_have_text("batch 0")
    expect(page.locator(".narration")).to_contain_text("Both loops get the same HeadedNet")
    expect(page.locator(".line.guilty")).to_have_count(0)
    page.locator("#step").click()
    expect(at).to_have_text("batch 1")
    expect(page.locator(".narration em")).to_have_text("4 of 6 tensors are in the optimizer")
    page.locator("#play").click()
    expect(at).to_have_text("batch 40 of 40")
    expect(page).to_have_url(re.compile("at=40$"))
    expect(page.locator("#play")).to_be_visible()
    expect(page.locator("#left .count strong")).to_have_text("4 of 6")
    expect(page.locator("#left .line.guilty")).to_contain_text("holds 4 of 6 tensors")
    expect(page.locator("#right .line.mended")).to_have_count(1)
    lost = page.locator("#left tr.ghost")
    expect(lost.locator("th")).to_have_text(["head.weight", "head.bias"])
    expect(lost.locator("td:nth-child(4)")).to_have_text([re.compile("○ 0")] * 2)
    page.locator("#left .line.guilty").hover()
    expect(lost.first).to_have_class(re.compile("pointed"))
    page.go_back()
    expect(at).to_have_text("batch 1")


def test_the_story_fits_every_screen(page: Page) -> None:
    page.goto("/loops")
    parts = (
        "#left .count",
        "#right .count",
        ".chart",
        ".player",
        "#left .source",
        "#right .source",
    )
    assert off_the_first_screen(page, *parts) == []
    assert too_small(page) == []
    for address in (MODES, "/loops?left=loop_files.loads_nothing&right=loop_files.loads_all"):
        for width, _ in at_each_size(page, address):
            parts_ = ".narration, .count, .curves, .source, table, .asides p, .player > *"
            assert overlapping(page, f"{parts_}, .series text, .ticks text") == []
            assert cut(page, parts_) == []
            assert width < 640 or uneven(page) == []


def test_without_javascript_every_step_is_a_link(scriptless: Page) -> None:
    scriptless.goto("/loops?at=3")
    scriptless.locator("#step").click()
    expect(scriptless.locator(".progress span")).to_have_text("batch 4")
    scriptless.locator("#end").click()
    expect(scriptless.locator(".progress span")).to_have_text("batch 40 of 40")
    scriptless.locator("#pick-left").select_option("loop_steps.keeps_graphs")
    scriptless.locator("noscript button").click()
    expect(scriptless.locator("#left .count strong")).to_have_text("40")
