"""The assignment page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen, too_small

pytestmark = pytest.mark.browser


@pytest.fixture
def assign(page: Page) -> Page:
    page.goto("/assign")
    page.evaluate("window.sameDocument = true")
    return page


def test_a_bare_path_shows_a_parameter_that_a_factor_has_lost(assign: Page) -> None:
    expect(assign.locator("#left .count strong")).to_have_text("plain attribute")
    expect(assign.locator("#right .count strong")).to_have_text("_parameters")
    expect(assign.locator("#left .answers")).to_contain_text("empty")
    expect(assign.locator(".narration")).to_contain_text("becomes a plain attribute: no error")
    expect(assign.locator(".narration")).to_contain_text(
        "The right one is registered in _parameters"
    )


def test_the_two_stand_on_the_first_screen(assign: Page) -> None:
    assert off_the_first_screen(assign, "#left .answers", "#right .answers") == []


def test_there_is_no_model_to_pick_and_the_models_travel_along(page: Page) -> None:
    page.goto("/registry?left=parameters.BadLayer&right=parameters.GoodLayer&seed=5&mode=eval")
    page.get_by_role("link", name="Assign").click()
    expect(page.get_by_label("left model")).to_have_count(0)
    page.get_by_label("left value").select_option("list_of_linear")
    expect(page.locator("#left .answers")).to_contain_text("x[0].weight")
    page.locator("#slot-none").click()
    expect(page.locator("#left .line >> nth=3")).to_contain_text("self.x = None")
    page.get_by_role("link", name="Registry").click()
    expect(page).to_have_url(
        re.compile(
            r"left=parameters\.BadLayer&right=parameters\.GoodLayer&seed=5&mode=eval&device=cpu"
        )
    )


def test_what_x_was_before_decides_and_back_takes_it_back(assign: Page) -> None:
    assign.locator("#slot-parameter").click()
    expect(assign.locator("#left .count strong")).to_have_text("TypeError")
    expect(assign.locator("#left .raised")).to_contain_text(
        "cannot assign 'torch.FloatTensor' as parameter 'x'"
    )
    expect(assign.locator("#left .line.hides")).to_contain_text("* 2")
    assert assign.evaluate("window.sameDocument === true")
    assign.locator("#when-before").click()
    expect(assign.locator("#right .raised")).to_contain_text("before Module.__init__() call")
    assign.go_back()
    expect(assign.locator("#left .count strong")).to_have_text("TypeError")
    assign.go_back()
    expect(assign.locator("#left .count strong")).to_have_text("plain attribute")


def test_the_grid_marks_the_two_and_leads_to_others(assign: Page) -> None:
    expect(assign.locator(".grid tr.chosen")).to_have_count(2)
    expect(assign.locator(".grid td.chosen")).to_have_text(
        [re.compile("_parameters"), re.compile("attribute")]
    )
    assert assign.locator(".grid tbody tr").count() >= 20
    assign.locator(".grid").get_by_role(
        "link", name="nn.ModuleList([nn.Linear(3, 3)])", exact=True
    ).click()
    expect(assign.locator("#left .count strong")).to_have_text("_modules")
    expect(assign.get_by_label("left value")).to_have_value("module_list")


def test_swap_exchanges_the_values(assign: Page) -> None:
    assign.locator("#swap").click()
    expect(assign.locator("#left .count strong")).to_have_text("_parameters")
    expect(assign.locator("#right .count strong")).to_have_text("plain attribute")


@pytest.mark.parametrize("query", ["", "value_left=closure&slot=module&when=before"])
def test_nothing_is_cut_or_too_small(page: Page, query: str) -> None:
    for size in at_each_size(page, f"/assign?{query}"):
        if size[0] >= 1280:
            assert cut(page, ".grid .scroll") == []
            assert too_small(page) == []


def test_the_lines_that_raise_stand_off_the_grid(page: Page) -> None:
    page.goto("/assign?value_left=parameter&value_right=buffer&slot=parameter&when=before")
    lines, grid = (page.locator(each).bounding_box() for each in ("#left pre", ".grid"))
    assert lines
    assert grid
    assert grid["y"] - (lines["y"] + lines["height"]) >= 12


def test_it_works_without_javascript(scriptless: Page) -> None:
    scriptless.goto("/assign?left=parameters.BadLayer")
    scriptless.get_by_label("right value").select_option("closure")
    scriptless.get_by_role("button", name="Show").click()
    expect(scriptless.locator("#right .answers")).to_contain_text("x (closure: f).weight")
    scriptless.locator("#slot-buffer").click()
    expect(scriptless.locator("#right .raised")).to_contain_text("as buffer 'x'")
    expect(scriptless).to_have_url(re.compile(r"left=parameters\.BadLayer"))
