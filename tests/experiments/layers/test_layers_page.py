"""The layers page as a lecturer drives it."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.looks import (
    at_each_size,
    cut,
    off_the_first_screen,
    overlapping,
    too_small,
)

pytestmark = pytest.mark.browser

CURVES = "/layers?left=activations.NaiveTanh&right=activations.MyTanh&reach=100"


@pytest.fixture
def layers(page: Page) -> Page:
    page.goto("/layers")
    page.evaluate("window.sameDocument = true")
    return page


def test_a_bare_path_has_a_layer_that_fails_and_one_that_passes(layers: Page) -> None:
    expect(layers.locator("#left .count strong")).to_have_text("6 of 12")
    expect(layers.locator("#right .count strong")).to_have_text("12 of 12")
    expect(layers.locator("#left .check.fail")).to_have_count(6)
    expect(layers.locator("#right .check.pass")).to_have_count(12)
    expect(layers.locator("#left [data-line=output]")).to_contain_text(
        "y[3, 1] is −0.364, not −0.0495"
    )
    expect(layers.locator("#left [data-line=bias_gradient]")).to_contain_text("bias.grad is None")
    expect(layers.locator("#left .recipe")).to_contain_text(
        "AssertionError: Tensor-likes are not close!"
    )
    expect(layers.locator("#right .recipe")).to_contain_text("<All keys matched successfully>")


def test_the_verdicts_stand_on_the_first_screen_side_by_side(layers: Page) -> None:
    names = [line.get_attribute("data-line") for line in layers.locator("#left .check").all()]
    lines = {side: [f"#{side} [data-line={name}]" for name in names] for side in ("left", "right")}
    assert off_the_first_screen(layers, *lines["left"], *lines["right"]) == []
    for left, right in zip(lines["left"], lines["right"], strict=True):
        boxes = [layers.locator(each).bounding_box() for each in (left, right)]
        assert boxes[0]
        assert boxes[1]
        assert boxes[0]["y"] == boxes[1]["y"]


def test_the_curves_stand_on_the_first_screen(page: Page) -> None:
    page.goto(CURVES)
    expect(page.locator(".panel")).to_have_count(4)
    assert off_the_first_screen(page, "#left .curves", "#right .curves") == []


def test_the_matrices_stand_as_an_equation_on_one_screen(page: Page) -> None:
    page.goto("/layers?left=wrong_layers.ForgetfulLinear&right=linear.MyLinear")
    page.locator("#matrix").evaluate("picture => picture.scrollIntoView()")

    def box(part: Locator) -> dict[str, float]:
        found = part.bounding_box()
        assert found
        x, y, width, height = (found[name] for name in ("x", "y", "width", "height"))
        assert y >= 0
        assert y + height <= 720
        return {"left": x, "right": x + width, "top": y, "bottom": y + height}

    row = [box(part) for part in page.locator(".equation > *").all()]
    ys = [box(part) for part in page.locator(".ys table").all()]
    total = box(page.locator(".sum"))
    captions = page.locator(".matrix caption code").all_inner_texts()
    assert captions == ["weight", "x", "weight.T", "bias", "y", "y", "y"]
    assert (
        page.locator(".equation > *").evaluate_all("parts => parts.map((e) => e.tagName)")
        == ["TABLE", "SPAN"] * 4
    )
    assert page.locator(".operator").all_inner_texts() == ["⤳", "@", "+", "="]
    assert all(one["right"] <= next_one["left"] for one, next_one in pairwise(row))
    tables = row[::2]
    assert len({table["top"] for table in tables}) == 1
    assert all(operator["top"] < min(table["bottom"] for table in tables) for operator in row[1::2])
    assert all(row[-1]["right"] <= y["left"] for y in ys)
    assert all(one["bottom"] <= next_one["top"] for one, next_one in pairwise(ys))
    assert total["top"] >= max(table["bottom"] for table in tables)
    assert total["right"] <= min(y["left"] for y in ys)


def test_a_cell_of_y_is_traced_back(layers: Page) -> None:
    layers.locator("#theirs-1-2").click()
    expect(layers).to_have_url(re.compile(r"cell=1%2C2"))
    expect(layers.locator(".sum")).to_contain_text("y[1, 2] = 1.2 · (−1.4) + 0.8 · (−0.9)")
    assert layers.evaluate("window.sameDocument === true")
    expect(layers.locator("#theirs-1-2")).to_have_attribute("aria-current", "true")
    expect(layers.locator("#theirs-1-2")).to_be_focused()
    weights = layers.locator(".equation table").nth(0).locator(".traced").all_inner_texts()
    column = layers.locator(".equation table").nth(2).locator(".traced").all_inner_texts()
    assert weights == column == ["−1.4", "−0.9", "1.0", "1.2"]
    expect(layers.locator(".answers")).to_contain_text("ForgetfulLinear gives −0.88")
    expect(layers.locator(".answers")).to_contain_text("MyLinear gives −1.28")
    layers.go_back()
    expect(layers.locator(".sum")).to_contain_text("y[0, 0] =")


def test_the_range_of_the_curves(page: Page) -> None:
    page.goto(CURVES)
    expect(page.locator("#left .lost-name")).to_have_count(4)
    expect(page.locator("#right .lost-name")).to_have_count(0)
    page.locator("#reach-10").click()
    expect(page).to_have_url(re.compile(r"reach=10\.0"))
    expect(page.locator("#left .lost-name")).to_have_count(0)
    page.locator("#reach").fill("90")
    page.locator("#reach").press("Tab")
    expect(page).to_have_url(re.compile(r"reach=90"))
    expect(page.locator("#left .lost-name")).to_have_count(4)


def test_an_exercise_beside_its_solution(layers: Page) -> None:
    layers.get_by_label("left model").select_option("exercises.YourLinear")
    expect(layers.locator("#left .count")).to_contain_text("12 to do")
    expect(layers.locator("#left .check.todo")).to_have_count(12)
    expect(layers.locator(".narration")).to_contain_text(
        "YourLinear is still to be written: 12 checks wait."
    )
    expect(layers.locator(".answers")).to_contain_text("YourLinear is still to be written")
    layers.locator("#swap").click()
    expect(layers.locator("#right .check.todo")).to_have_count(12)


def test_from_a_model_without_reference_to_one_that_has_one(page: Page) -> None:
    page.goto("/layers?left=containers.BadListNet")
    expect(page.locator("#left")).to_contain_text("BadListNet imitates no layer")
    page.locator("#left").get_by_role("link", name="QuickGELU").click()
    expect(page.locator("#left .count strong")).to_have_text("3 of 7")
    expect(page.locator("#right .count strong")).to_have_text("12 of 12")


def test_the_list_of_what_can_be_checked_stands_off_the_rule(page: Page) -> None:
    page.goto("/layers?left=containers.SequentialNet&right=containers.ModuleListNet")
    listed, rule = (page.locator(each).bounding_box() for each in ("#left .unchecked", ".rule"))
    assert listed
    assert rule
    assert rule["y"] - (listed["y"] + listed["height"]) >= 10


@pytest.mark.parametrize(
    "pair",
    [
        "",
        "left=activations.NaiveTanh&right=activations.QuickGELU&reach=200",
        "left=activations.NaiveSigmoid&right=activations.MySigmoid&reach=100",
        "left=wrong_layers.TransposedLinear&right=exercises.YourLinear",
        "left=dropout.MyDropout&right=containers.BadListNet",
    ],
)
def test_nothing_is_cut_covered_or_too_small(page: Page, pair: str) -> None:
    for _ in at_each_size(page, f"/layers?{pair}"):
        assert cut(page, "main .check > *, main .count, .narration, .sum, main .recipe li") == []
        parts = ".check > *, .panel text, .matrix td, .matrix caption, .sum, .answers"
        assert overlapping(page, f"{parts}, .recipe, .rule") == []
        assert too_small(page, "main") == []


def test_it_works_without_javascript(scriptless: Page) -> None:
    scriptless.goto("/layers")
    scriptless.locator("#own-1-1-1").click()
    expect(scriptless.locator(".sum")).to_contain_text("y[1, 1] = 1.2 · 0.1 + 0.8 · 0.9")
    expect(scriptless.locator("#matrix")).to_be_in_viewport()
    scriptless.get_by_label("left model").select_option("activations.NaiveSigmoid")
    scriptless.get_by_role("button", name="Show").click()
    expect(scriptless.locator("#left .count strong")).to_have_text("6 of 7")
    expect(scriptless.locator(".sum")).to_contain_text("y[1, 1]")  # the right one is linear still
    scriptless.locator("#reach-200").click()
    expect(scriptless.locator("#left .lost-name")).to_have_count(1)
