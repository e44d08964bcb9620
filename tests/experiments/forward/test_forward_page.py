"""The forward page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen, too_small

pytestmark = pytest.mark.browser

STACKS = "/forward?left=linear.MyLinearStack&right=linear.LinearStack"
BROKEN = "/forward?left=containers.BadListNet&right=activations.MyReLU&x=4,11"


@pytest.fixture
def forward(page: Page) -> Page:
    page.goto("/forward")
    page.evaluate("window.sameDocument = true")
    return page


def names(page: Page, side: str) -> list[str]:
    return page.locator(f"#{side} .call :is(.name, .function)").all_inner_texts()


def test_a_bare_path_shows_that_a_forward_does_not_tell(forward: Page) -> None:
    assert names(forward, "left") == ["BadListNet", "layers[0]", "F.relu", "layers[1]"]
    assert names(forward, "right") == [
        "SequentialNet",
        "layers",
        "layers.0",
        "layers.1",
        "layers.2",
    ]
    expect(forward.locator("#left .count strong")).to_have_text("4×10 → 4×5")
    expect(forward.locator("#left tr.ghost")).to_have_count(2)
    expect(forward.locator("#left tr.ghost .lost")).to_have_text([re.compile("unregistered")] * 2)
    expect(forward.locator("#right .lost")).to_have_count(0)
    expect(forward.locator(".narration")).to_contain_text("to the last bit")


@pytest.mark.parametrize("path", ["/forward", STACKS])
def test_equals_stand_beside_equals(page: Page, path: str) -> None:
    page.goto(path)
    tops = [
        page.evaluate(
            f"[...document.querySelectorAll('#{side} tbody tr')]"
            ".map(e => e.getBoundingClientRect().top)"
        )
        for side in ("left", "right")
    ]
    assert len(tops[0]) == len(tops[1]) > 0
    assert tops[0] == pytest.approx(tops[1], abs=1)
    left, right = (
        page.locator(f"#{side} tr.call", has_text=word).first.bounding_box()
        for side, word in (("left", "relu" if path == "/forward" else "MyReLU"), ("right", "ReLU"))
    )
    assert left
    assert right
    assert left["y"] == pytest.approx(right["y"], abs=1)


def test_nesting_is_indented(forward: Page) -> None:
    def edge(path: str) -> float:
        box = forward.locator(f"#right tr[data-path='{path}'] .name").bounding_box()
        assert box
        return box["x"]

    assert edge("layers") < edge("layers.0") == edge("layers.2")


def test_a_histogram_says_what_it_shows(forward: Page) -> None:
    first = forward.locator("#left .histogram").first
    expect(first).to_have_attribute("role", "img")
    assert re.match(
        r"Histogram from −[\d.]+ to [\d.]+", first.locator("title").text_content() or ""
    )
    counts = re.findall(r"\d+", (first.locator("desc").text_content() or "").partition(":")[2])
    assert sum(map(int, counts)) == 20  # 4×5


def test_a_shape_can_be_typed_and_taken_back(forward: Page) -> None:
    forward.locator("#left-input summary").click()
    forward.locator("#left-x").fill("7,10")
    forward.locator("#left-x").press("Enter")
    expect(forward.locator("#left .count strong")).to_have_text("7×10 → 7×5")
    expect(forward).to_have_url(re.compile("x=7(,|%2C)10"))
    assert forward.evaluate("window.sameDocument === true")
    expect(forward.locator("#right-input summary")).to_contain_text("7×10")
    expect(forward.locator("#right-input")).to_contain_text("It was typed.")
    forward.locator("#left-own-input").click()
    expect(forward.locator("#left .count strong")).to_have_text("4×10 → 4×5")
    expect(forward.locator("#left-input summary")).to_contain_text("4×10")
    expect(forward.locator("#left-input")).to_contain_text("It was declared in course.toml.")
    forward.go_back()
    expect(forward.locator("#left .count strong")).to_have_text("7×10 → 7×5")


def test_a_shape_that_does_not_fit_shows_where_and_why(page: Page) -> None:
    page.goto(BROKEN)
    expect(page.locator("#left .count strong")).to_have_text("stops")
    expect(page.locator("#left .count")).to_contain_text("layers[0]")
    expect(page.locator("#left .raised")).to_contain_text(
        "mat1 and mat2 shapes cannot be multiplied (4x11 and 10x20)"
    )
    expect(page.locator("#left tr.failed")).to_have_count(2)
    expect(page.locator("#right .count strong")).to_have_text("4×11 → 4×11")
    expect(page.locator(".narration")).to_contain_text("stops in layers[0]")
    page.get_by_label("left model").select_option("activations.MyTanh")
    expect(page.locator("#left .count strong")).to_have_text("4×11 → 4×11")
    expect(page.locator("#left-x")).to_have_value("4,11")


def test_a_shape_out_of_bounds_is_refused_in_words(page: Page) -> None:
    page.goto("/forward?shape=5000,5000")
    expect(page.locator(".raised")).to_contain_text("1,000,000 numbers")
    page.get_by_role("link", name="Go to the nearest experiment").click()
    expect(page.locator("#left .count strong")).to_have_text("4×10 → 4×5")


def test_pointing_at_a_container_marks_what_it_calls(forward: Page) -> None:
    forward.locator("#right tr[data-path='layers'] .name").hover()
    expect(forward.locator("#right tr.pointed")).to_have_count(4)
    expect(forward.locator("#left tr.pointed")).to_have_count(0)


STORY = ("#left .calls table", "#right .calls table", ".narration", "#left-input")


@pytest.mark.parametrize(("path", "first"), [("/forward", STORY), (STACKS, ()), (BROKEN, STORY)])
def test_all_can_be_read_and_the_story_stands_on_the_first_screen(
    page: Page, path: str, first: tuple[str, ...]
) -> None:
    for size in at_each_size(page, path):
        assert cut(page, "tbody th") == []
        if size == (1280, 720):
            assert off_the_first_screen(page, *first) == []
            assert too_small(page) == []


def test_it_works_without_javascript(scriptless: Page) -> None:
    page = scriptless
    page.goto("/forward")
    page.locator("#right-input summary").click()
    page.locator("#right-x").fill("2,10")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#left .count strong")).to_have_text("2×10 → 2×5")
    page.locator("#swap").click()
    expect(page.locator("#left .count strong")).to_have_text("2×10 → 2×5")
    expect(page.get_by_label("left model")).to_have_value("containers.SequentialNet")
    page.locator("#right-own-input").click()
    expect(page.locator("#left .count strong")).to_have_text("4×10 → 4×5")
    page.go_back()
    expect(page.locator("#left-x")).to_have_value("2,10")
