"""The device page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen

pytestmark = pytest.mark.browser

BADGE = re.compile("simulated: (no|not the) GPU (in|of) this machine")
# the simulated one is offered where there is no real one
GPU = "#device-simulated, [id='device-cuda:0']"


@pytest.fixture
def moves(page: Page) -> Page:
    page.goto("/device")
    page.evaluate("window.sameDocument = true")
    return page


def test_a_bare_path_shows_the_genuine_error_on_any_machine(moves: Page) -> None:
    expect(moves.locator("#left .count strong")).to_have_text("2 of 8")
    expect(moves.locator("#right .count strong")).to_have_text("8 of 8")
    expect(moves.locator("#left .raised")).to_contain_text("mat1 and mat2 must have the same dtype")
    expect(moves.locator("#right .answered")).to_contain_text("answers float64 on cpu")
    expect(moves.locator("#left td.no")).to_have_count(6)
    expect(moves.locator("#right td.no")).to_have_count(0)
    expect(moves.locator(".narration")).to_contain_text(
        "6 of 8 tensors of HalfListNet behind: hidden is a plain list"
    )
    expect(moves.get_by_text(BADGE)).to_have_count(0)


def test_the_moves_are_one_control_and_back_goes_back(moves: Page) -> None:
    moves.locator(GPU).click()
    expect(moves.locator("#left .raised")).to_contain_text(
        "Expected all tensors to be on the same device"
    )
    expect(moves.locator("#right .answered")).to_contain_text("answers float32 on cuda:0")
    moves.locator("#dtype-float16").click()
    expect(moves.locator("#left .raised")).to_contain_text("Half and Float")
    moves.locator("#device-cpu").click()
    expect(moves.locator("#left .count")).to_contain_text("all were there already")
    expect(moves.locator("[aria-current=true]")).to_have_text(["train()", "cpu"])
    moves.go_back()
    moves.go_back()
    expect(moves.locator("#right .answered")).to_contain_text("answers float32 on cuda:0")
    assert moves.evaluate("window.sameDocument === true"), "the browser loaded a whole page"


def test_a_silent_answer_of_the_wrong_type_is_marked(page: Page) -> None:
    page.goto(
        "/device?left=parameters.DemoModule&right=parameters.TwoParameterModule&dtype=float16"
    )
    expect(page.locator("#left .answered")).to_contain_text(
        "float32 on cpu: not what .half() asked for"
    )
    expect(page.locator("#right .answered")).not_to_contain_text("not what")
    expect(page.locator(".narration")).to_contain_text(
        "nothing is raised, and the output is float32"
    )


def test_the_simulated_gpu_stays_behind_on_other_tabs_and_the_move_stays_when_the_pair_changes(
    page: Page,
) -> None:
    page.goto("/device?device=simulated")
    page.get_by_label("left model").select_option("dropout.DropoutNet")
    expect(page.locator("#left .count strong")).to_have_text("9 of 9")
    expect(page.locator("#left .answered")).to_contain_text("cuda:0")
    expect(page.get_by_text(BADGE)).to_be_visible()
    page.get_by_role("link", name="Registry").click()
    expect(page).to_have_url(re.compile(r"/registry\?.*device=cpu"))
    expect(page.get_by_label("left model")).to_have_value("dropout.DropoutNet")


def test_another_page_says_why_it_cannot_run_there(page: Page) -> None:
    page.goto("/registry?device=simulated")
    expect(page.locator(".raised")).to_contain_text(
        "device=simulated knows no values, and this page runs on values"
    )
    page.get_by_role("link", name="Go to the nearest experiment").click()
    expect(page).to_have_url(re.compile(r"/registry\?.*device=cpu"))


STORY = ("#left .count", "#left .raised", "#right .answered", "#left table", "#right table")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", STORY),
        ("?device=simulated", STORY),
        ("?device=simulated&dtype=float16", ()),
        (
            "?left=dropout.BatchNormListNet&right=dropout.BatchNormModuleListNet&device=simulated",
            (),
        ),
    ],
)
def test_nothing_is_cut_and_the_story_stands_on_the_first_screen(
    page: Page, query: str, first: tuple[str, ...]
) -> None:
    for size in at_each_size(page, "/device" + query):
        assert cut(page, ".count, .narration, .controls, .switch, .simulated, .places") == []
        if size == (1280, 720):
            assert off_the_first_screen(page, *first) == []


def test_it_all_works_without_javascript(scriptless: Page) -> None:
    page = scriptless
    page.goto("/device")
    page.locator("#dtype-float16").click()
    expect(page.locator("#left .raised")).to_contain_text("Half and Float")
    page.goto("/device?device=simulated")
    expect(page.get_by_text(BADGE)).to_be_visible()
    page.get_by_label("right model").select_option("containers.BadDictNet")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#right .count strong")).to_have_text("0 of 4")
    expect(page.get_by_text(BADGE)).to_be_visible()
    page.go_back()
    expect(page.locator("#right .count strong")).to_have_text("8 of 8")
