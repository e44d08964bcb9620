"""The pre-flight page as a lecturer drives it."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen, overlapping, too_small

pytestmark = pytest.mark.browser


@pytest.fixture
def preflight(page: Page) -> Page:
    page.goto("/preflight")
    page.evaluate("window.sameDocument = true")
    return page


def verdict(page: Page, side: str, line: str) -> str:
    return page.locator(f"#{side} [data-line={line}] .verdict").inner_text().split()[-1]


def test_a_bare_path_fails_on_the_left_and_passes_on_the_right(preflight: Page) -> None:
    expect(preflight.locator("#left .count strong")).to_have_text("4 of 14")
    expect(preflight.locator("#right .count strong")).to_have_text("14 of 14")
    expect(preflight.locator("#left .check.fail")).to_have_count(10)
    expect(preflight.locator("#right .check.fail")).to_have_count(0)
    expect(preflight.locator("#left [data-line=counted]")).to_contain_text("55 of 385 numbers")
    expect(preflight.locator("#left [data-line=traced]")).to_contain_text(
        "NameError: module is not installed as a submodule"
    )
    expect(preflight.locator("#left [data-line=exported]")).to_contain_text("lifted_tensor_0")
    expect(preflight.locator(".narration")).to_contain_text("HalfListNet fails 10 of 14 checks")
    expect(preflight.locator(".narration")).to_contain_text("FullListNet is ready to be trained")


def test_all_but_the_tools_stand_on_the_first_screen(preflight: Page) -> None:
    parts = (f"#{side} [data-line=agreeing]" for side in ("left", "right"))
    assert off_the_first_screen(preflight, *parts) == []


def test_in_a_lecture_all_are_and_a_click_shows_the_call(page: Page) -> None:
    pair = "left=dropout.DropoutListNet&right=dropout.DropoutModuleListNet"
    page.goto(f"/preflight?{pair}&lesson=23.2")
    page.evaluate("scrollTo(0, 0)")
    parts = (f"#{side} [data-line=compiled]" for side in ("left", "right"))
    assert off_the_first_screen(page, *parts) == []
    assert cut(page, ".check, .check > *, .check summary > *") == []
    expect(page.locator("#left [data-line=traced] code")).to_be_visible()  # it is pointed at
    printed = page.locator("#left [data-line=printed]")
    expect(printed.locator("code")).to_be_hidden()
    printed.locator("summary").click()
    expect(printed.locator("code")).to_have_text("print(model)")


def test_each_line_has_a_row_of_its_own(preflight: Page) -> None:
    for side in ("left", "right"):
        boxes = [each.bounding_box() for each in preflight.locator(f"#{side} .check").all()]
        places = [(box["y"], box["y"] + box["height"]) for box in boxes if box]
        assert len(places) == 14
        assert all(end <= start + 1 for (_, end), (start, _) in pairwise(places))


def test_equal_lines_stand_beside_each_other(preflight: Page) -> None:
    for line in preflight.locator("#left .check").all():
        name = line.get_attribute("data-line")
        left, right = (
            line.bounding_box(),
            preflight.locator(f"#right [data-line={name}]").bounding_box(),
        )
        assert left
        assert right
        assert left["y"] == right["y"]


@pytest.mark.parametrize(
    "pair", ["left=init_or_forward.LateLayerNet&right=dropout.DropoutListNet", ""]
)
def test_nothing_is_cut_or_too_small(page: Page, pair: str) -> None:
    for size in at_each_size(page, f"/preflight?{pair}"):
        assert cut(page, ".check, .check > *, .count, .narration") == []
        assert overlapping(page, ".check, .notebook, footer") == []
        if size[0] >= 1280:
            assert too_small(page) == []


def test_titles_are_not_squeezed_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/preflight?left=dropout.DropoutListNet")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    widths = [box["width"] for each in page.locator(".title").all() if (box := each.bounding_box())]
    assert len(widths) == 28
    assert min(widths) > 200


def test_choosing_the_twin_and_going_back(preflight: Page) -> None:
    preflight.get_by_label("left model").select_option("init_or_forward.LocalLayerNet")
    expect(preflight.locator("#left .count strong")).to_have_text("2 of 12")
    expect(preflight).to_have_url(re.compile(r"/preflight\?left=init_or_forward\.LocalLayerNet"))
    assert preflight.evaluate("window.sameDocument === true")
    preflight.get_by_role("link", name="compare with its twin").click()
    expect(preflight.locator("#right .count strong")).to_have_text("13 of 13")
    assert verdict(preflight, "right", "containers") == "n/a"
    preflight.go_back()
    expect(preflight.get_by_label("right model")).to_have_value("containers.FullListNet")
    preflight.go_back()
    expect(preflight.locator("#left .count strong")).to_have_text("4 of 14")


def test_the_choice_travels_to_the_pages_about_modes(preflight: Page) -> None:
    preflight.locator("#mode-eval").click()
    expect(preflight).to_have_url(re.compile("mode=eval"))
    preflight.get_by_role("link", name="Registry").click()
    expect(preflight).to_have_url(re.compile(r"/registry\?left=containers\.HalfListNet.*mode=eval"))
    preflight.get_by_role("link", name="Pre-flight").click()
    expect(preflight).to_have_url(
        re.compile(r"/preflight\?left=containers\.HalfListNet.*mode=train")
    )


def test_one_click_selects_the_notebook(preflight: Page) -> None:
    notebook = preflight.locator("#left .notebook pre")
    notebook.click()
    selected = preflight.evaluate("getSelection().toString().trim()")
    assert selected == notebook.inner_text().strip()
    assert "model = HalfListNet()  # your model" in selected
    assert selected.count("with line(") == 14


def test_it_works_without_javascript(scriptless: Page) -> None:
    scriptless.goto("/preflight")
    scriptless.locator("#swap").click()
    expect(scriptless.locator("#left .count strong")).to_have_text("14 of 14")
    scriptless.get_by_label("left model").select_option("dropout.ForgetfulDropoutNet")
    scriptless.get_by_role("button", name="Show").click()
    assert verdict(scriptless, "left", "agreeing") == "fail"
