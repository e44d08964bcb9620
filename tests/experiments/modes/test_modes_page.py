"""The modes page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen, too_small, uneven

pytestmark = pytest.mark.browser

LISTS = "/modes?left=dropout.BatchNormListNet&right=dropout.BatchNormModuleListNet&mode=eval"


@pytest.fixture
def modes(page: Page) -> Page:
    page.goto("/modes")
    page.evaluate("window.sameDocument = true")
    return page


def cells(page: Page, side: str, path: str) -> list[str]:
    """What the row of one module says: before, after, in train(), in eval()."""
    return page.locator(f"#{side} .flags tr[data-path='{path}'] td").all_inner_texts()


def test_a_bare_path_shows_a_dropout_that_did_not_hear(modes: Page) -> None:
    expect(modes.locator("#left .count strong")).to_have_text("differ")
    expect(modes.locator("#right .count strong")).to_have_text("equal")
    expect(modes.locator("#left .mode.unheard")).to_have_text([re.compile("still train")] * 2)
    expect(modes.locator("#right .mode.unheard")).to_have_count(0)
    expect(modes.locator(".narration")).to_contain_text("dropouts[0] and dropouts[1] still drop")
    assert re.search(r"drops\s+\d+ of 80", cells(modes, "left", "dropouts[1]")[3])
    assert re.search(r"passes\s+all 80", cells(modes, "right", "dropouts.1")[3])


def test_train_on_the_whole_model_ends_the_difference(modes: Page) -> None:
    modes.locator("#mode-train").click()
    expect(modes.locator("#left .count strong")).to_have_text("differ")
    expect(modes.locator("#right .count strong")).to_have_text("differ")
    expect(modes.locator(".mode.unheard")).to_have_count(0)
    expect(modes.locator(".narration")).to_contain_text("in training mode")
    expect(modes).to_have_url(re.compile("mode=train"))
    assert modes.evaluate("window.sameDocument === true")


def test_a_ghost_hears_when_it_is_called_itself(modes: Page) -> None:
    modes.locator("[id='left-mode-dropouts[0]']").click()
    expect(modes.locator("#left .mode.unheard")).to_have_count(1)
    modes.locator("[id='left-mode-dropouts[1]']").click()
    expect(modes.locator("#left .mode.unheard")).to_have_count(0)
    expect(modes.locator("#left .count strong")).to_have_text("equal")
    modes.go_back()
    expect(modes.locator("#left .mode.unheard")).to_have_count(1)
    expect(modes.locator("#left .count strong")).to_have_text("differ")


def test_a_function_has_a_row_and_no_flag(page: Page) -> None:
    page.goto("/modes?left=dropout.ForgetfulDropoutNet&right=dropout.AttentiveDropoutNet")
    step = page.locator("#left .step")
    expect(step).to_contain_text("F.dropout")
    expect(step).to_contain_text("has no flag")
    expect(step.locator("td.no")).to_contain_text("drops")
    expect(page.locator("#right .step td.yes")).to_contain_text("passes")
    expect(page.locator("#left .mode.unheard")).to_have_count(0)


def test_running_statistics_before_and_after(page: Page) -> None:
    page.goto(LISTS)
    expect(page.locator("#left .count strong")).to_have_text("changed")
    batches = [
        page.locator(f"#{side} .statistics tr", has_text="num_batches")
        for side in ("left", "right")
    ]
    expect(batches[0].first.locator("td")).to_have_text(
        [re.compile(t) for t in ("^0", r"^\s*1", r"^\s*1")]
    )
    expect(batches[1].first.locator("td")).to_have_text(
        [re.compile(t) for t in ("^0", r"^\s*1", r"^\s*0")]
    )


STORY = ("#left .flags", "#right .flags", "#left .count", ".narration")


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/modes", STORY),
        (LISTS, STORY),
        ("/modes?left=dropout.DropoutNet&right=dropout.MyDropout&mode=train", ()),
    ],
)
def test_all_can_be_read_and_the_story_stands_on_the_first_screen(
    page: Page, path: str, first: tuple[str, ...]
) -> None:
    for size in at_each_size(page, path):
        assert cut(page, ".flags, .statistics") == []
        if first and size[0] >= 640:
            assert uneven(page) == []
        if size == (1280, 720):
            assert off_the_first_screen(page, *first) == []
            assert too_small(page) == []


def test_it_works_without_javascript(scriptless: Page) -> None:
    page = scriptless
    page.goto("/modes")
    page.locator("[id='left-mode-dropouts[0]']").click()
    expect(page.locator("#left .mode.unheard")).to_have_count(1)
    page.locator("#mode-train").click()
    expect(page.locator("#right .count strong")).to_have_text("differ")
    page.get_by_label("left model").select_option("dropout.BatchNormListNet")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#left .statistics")).to_contain_text("running_mean")
    page.go_back()
    expect(page.get_by_label("left model")).to_have_value("dropout.DropoutListNet")


def test_a_lesson_about_modes_opens_here_after_eval(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="F.dropout without training=").click()
    expect(page).to_have_url(re.compile(r"/modes\?left=dropout\.ForgetfulDropoutNet.*mode=eval"))
    expect(page.locator("#report.covered")).to_be_visible()
    page.locator("#uncover").click()
    expect(page.locator("#left .count strong")).to_have_text("differ")
    expect(page.locator("#right .count strong")).to_have_text("equal")
