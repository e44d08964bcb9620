"""The registry page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.looks import (
    at_each_size,
    cut,
    off_the_first_screen,
    overlapping,
    too_small,
    uneven,
)

pytestmark = pytest.mark.browser

QUESTION = 60  # pixels that one of a single line takes
BAD = (
    "/registry?left=containers.BadListNet&right=containers.ModuleListNet"
    "&seed=0&mode=train&device=cpu"
)


@pytest.fixture
def registry(page: Page) -> Page:
    page.goto("/registry")
    page.evaluate("window.sameDocument = true")
    return page


def expect_same_document(page: Page) -> None:
    assert page.evaluate("window.sameDocument === true"), "the browser loaded a whole page"


def flags(page: Page, side: str) -> dict[str, str]:
    """What every module's badge says, by path."""
    badges = page.locator(f"#{side} .mode").all()
    return {badge.get_attribute("id") or "": badge.inner_text().split(":")[0] for badge in badges}


def test_a_bare_path_shows_the_telling_pair(registry: Page) -> None:
    expect(registry.locator("#left .count strong")).to_have_text("0 of 325")
    expect(registry.locator("#right .count strong")).to_have_text("325 of 325")
    expect(registry.locator("#left .node .lost")).to_have_count(2)
    expect(registry.locator("#right .lost")).to_have_count(0)
    expect(registry.locator("#left .line.hides")).to_contain_text("self.layers = []")
    expect(registry.locator("#left .raised")).to_contain_text(
        "optimizer got an empty parameter list"
    )
    expect(registry.locator(".narration")).to_contain_text("none of BadListNet’s")


def test_the_story_of_the_pair_stands_on_the_first_screen(registry: Page) -> None:
    parts = (
        "#left .count",
        "#left table",
        "#right table",
        ".changes .line >> nth=1",
    )
    assert off_the_first_screen(registry, *parts) == []


def test_a_lesson_stands_on_the_first_screen(page: Page) -> None:
    """A strip, a larger model and what its twin changes; a question above them has room, too."""
    page.goto(
        "/registry?left=containers.HalfListNet&right=containers.FullListNet&lesson=1.3&quiz=off"
    )
    expect(page.locator(".strip")).to_be_visible()
    parts = ("#left table", "#right table", ".changes .line >> nth=1")
    assert off_the_first_screen(page, *parts, height=720 - QUESTION) == []


def test_layers_that_are_alike_share_a_line_until_it_is_opened(page: Page) -> None:
    page.goto("/registry?left=containers.HalfListNet&right=containers.FullListNet")
    hidden = page.locator("#left .module .name", has_text="hidden")
    expect(hidden).to_have_text(["hidden[0-2]"])
    page.locator("#left").get_by_role("link", name="3 × Linear(10, 10)").click()
    expect(hidden).to_have_text(["hidden[0]", "hidden[1]", "hidden[2]"])
    page.locator("#left").get_by_role("link", name="close of hidden[0]").click()
    expect(hidden).to_have_text(["hidden[0-2]"])


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("parameters.TableNet", "parameters.BufferNet", True),
        ("dropout.BatchNormListNet", "dropout.BatchNormModuleListNet", True),
        ("dropout.DropoutListNet", "parameters.BadLayer", False),
    ],
)
def test_nothing_is_cut_or_overlaps_and_equals_stand_side_by_side(
    page: Page, left: str, right: str, alike: bool
) -> None:
    for width, _ in at_each_size(page, f"/registry?left={left}&right={right}&mode=eval"):
        texts = ".count, .node, .chip, .narration, .pick select, .controls, .masthead"
        assert cut(page, f"{texts}, .line") == []
        parts = ".controls > *, .narration, .headline, table, .pick, .changes, .source"
        assert overlapping(page, ".twin, .swap") == []
        assert overlapping(page, parts) == []
        if alike and width >= 640:
            assert uneven(page) == []


def test_in_a_narrow_column_the_marks_answer_alone(registry: Page) -> None:
    words = registry.locator("#left .tensor .word")
    expect(words).to_have_text(["yes", "no", "no", "no"] * 4)
    wide = words.evaluate_all("all => all.map((word) => word.getBoundingClientRect().width)")
    assert min(wide) > 10
    registry.set_viewport_size({"width": 853, "height": 480})
    narrow = words.evaluate_all("all => all.map((word) => word.getBoundingClientRect().width)")
    assert max(narrow) <= 1
    marks = registry.locator("#left .tensor td [aria-hidden]")
    expect(marks).to_have_text(["●", "○", "○", "○"] * 4)
    assert cut(registry, ".node, .chip") == []


def test_text_can_be_read_from_the_back_row(registry: Page) -> None:
    assert too_small(registry) == []
    assert (
        registry.locator("#left .count strong").evaluate(
            "e => parseFloat(getComputedStyle(e).fontSize)"
        )
        >= 48
    )


def test_choosing_a_model_runs_it_and_writes_the_url(registry: Page) -> None:
    registry.get_by_label("left model").select_option("containers.HalfListNet")
    expect(registry.locator("#left .count strong")).to_have_text("55 of 385")
    expect(registry).to_have_url(
        re.compile(r"left=containers\.HalfListNet&right=containers\.ModuleListNet")
    )
    expect(registry).to_have_title(re.compile("HalfListNet and ModuleListNet"))
    expect_same_document(registry)


def test_eval_on_the_whole_model_is_heard_by_what_is_registered(registry: Page) -> None:
    registry.locator("#mode-eval").click()
    expect(registry.locator("#left .mode.unheard")).to_have_text([re.compile("still train")] * 2)
    expect(registry.locator("#right .mode.eval")).to_have_count(4)
    expect(registry.locator("#right .mode.unheard")).to_have_count(0)
    expect(registry.locator(".narration")).to_contain_text(
        "layers[0] and layers[1] of BadListNet stay in training mode"
    )
    expect(registry).to_have_url(re.compile("mode=eval"))
    expect_same_document(registry)


def test_eval_on_one_node_recurses_below_it_only(registry: Page) -> None:
    registry.locator("[id='right-mode-layers']").click()
    expect(registry).to_have_url(re.compile("eval=layers$"))
    expect(registry.locator("#right .mode")).to_have_text(
        [re.compile(w) for w in ("train", "eval", "eval", "eval")]
    )
    registry.locator("[id='right-mode-layers.1']").click()
    expect(registry.locator("#right .mode")).to_have_text(
        [re.compile(w) for w in ("train", "eval", "eval", "train")]
    )
    expect(registry).to_have_url(re.compile(r"eval=layers&train=layers\.1$"))
    registry.locator("[id='right-mode-model']").click()
    expect(registry.locator("#right .mode.eval")).to_have_count(4)
    expect(registry).to_have_url(re.compile("mode=eval(?!.*(&eval|&train))"))


def test_a_ghost_hears_when_it_is_called_itself(registry: Page) -> None:
    registry.locator("#mode-eval").click()
    expect(registry.locator("#left .mode.unheard")).to_have_count(2)
    registry.locator("[id='left-mode-layers[0]']").click()
    expect(registry.locator("#left .mode.unheard")).to_have_count(1)
    expect(registry.locator("[id='left-mode-layers[0]']")).to_contain_text("eval")


def test_swap_exchanges_the_columns(registry: Page) -> None:
    registry.locator("#swap").click()
    expect(registry.locator("#left .count strong")).to_have_text("325 of 325")
    expect(registry.locator("#right .count strong")).to_have_text("0 of 325")
    expect(registry.locator(".changes .broken .line")).to_contain_text("self.layers = []")


def test_the_way_to_the_twin(page: Page) -> None:
    page.goto("/registry?left=parameters.BadLayer&right=containers.SequentialNet")
    page.get_by_role("link", name="compare with its twin").click()
    expect(page.get_by_label("right model")).to_have_value("parameters.GoodLayer")
    expect(page.locator("#right .count strong")).to_have_text("100 of 100")
    expect(page.locator(".changes .mended .line")).to_contain_text("nn.Parameter")
    expect(page.get_by_role("link", name="compare with its twin")).to_have_count(0)


def test_a_seed_can_be_typed(registry: Page) -> None:
    registry.get_by_label("seed").fill("7")
    registry.get_by_label("seed").press("Enter")
    expect(registry).to_have_url(re.compile("seed=7"))
    expect(registry.get_by_label("seed")).to_have_value("7")
    registry.go_back()  # Enter is a change and a submit, and still one step of the history
    expect(registry.get_by_label("seed")).to_have_value("0")


def test_back_and_forward_restore_everything(registry: Page) -> None:
    registry.get_by_label("left model").select_option("containers.HalfListNet")
    expect(registry.locator("#left .count strong")).to_have_text("55 of 385")
    registry.locator("#mode-eval").click()
    # hidden[0-2] is a line
    expect(registry.locator("#left .mode.unheard")).to_have_count(1)
    registry.go_back()
    expect(registry.locator("#left .mode.unheard")).to_have_count(0)
    expect(registry.get_by_label("left model")).to_have_value("containers.HalfListNet")
    registry.go_back()
    expect(registry.locator("#left .count strong")).to_have_text("0 of 325")
    expect(registry.get_by_label("left model")).to_have_value("containers.BadListNet")
    registry.go_forward()
    expect(registry.locator("#left .count strong")).to_have_text("55 of 385")


def test_a_page_reached_by_clicks_is_the_page_of_its_url(
    registry: Page, browser: Browser, base_url: str
) -> None:
    registry.locator("#mode-eval").click()
    expect(registry.locator("#left .mode.unheard")).to_have_count(2)
    registry.get_by_label("right model").select_option("containers.SequentialNet")
    expect(registry.locator("#right .node").first).to_contain_text("SequentialNet")
    fresh = browser.new_context(
        base_url=base_url, viewport={"width": 1280, "height": 720}
    ).new_page()
    fresh.goto(registry.url)
    assert fresh.locator("#page").inner_text() == registry.locator("#page").inner_text()
    fresh.context.close()


def test_pointing_at_a_path_marks_it_everywhere_in_its_column(registry: Page) -> None:
    registry.locator("#left .node", has_text="layers[0]").hover()
    pointed = registry.locator("#left .pointed")
    expect(pointed).to_have_count(4)  # its row, those of its two tensors, and the line of source
    expect(registry.locator("#left .line.pointed")).to_contain_text("self.layers = []")
    expect(registry.locator("#right .pointed")).to_have_count(0)
    registry.locator("[id='right-mode-layers.1']").focus()
    expect(registry.locator("#right .pointed")).to_have_count(3)
    expect(registry.locator("#left .pointed")).to_have_count(0)


def test_focus_stays_on_what_was_pressed(registry: Page) -> None:
    registry.locator("#mode-eval").focus()
    registry.keyboard.press("Enter")
    expect(registry.locator("#left .mode.unheard")).to_have_count(2)
    expect(registry.locator("#mode-eval")).to_be_focused()


def test_the_keyboard_alone_reaches_everything(registry: Page) -> None:
    wanted = registry.evaluate(
        """() => [...document.querySelectorAll(
            "a[href], select, input:not([type=hidden]), button, summary, [tabindex='0']")]
          .filter((e) => e.checkVisibility())
          .map((e, i) => { e.dataset.stop = i; return String(i); })"""
    )
    reached = set()
    for _ in wanted:
        registry.keyboard.press("Tab")
        focused = registry.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
              const outlined = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
              return [e.dataset.stop, outlined]; }"""
        )
        assert focused[1], "no visible focus"
        reached.add(focused[0])
    assert reached == set(wanted)


def test_a_refused_value_is_explained_and_back_recovers(page: Page) -> None:
    page.goto(BAD)
    page.goto("/registry?left=containers.BadListNett&right=containers.ModuleListNet")
    expect(page.locator("h1")).to_have_text("This experiment cannot be run as asked")
    expect(page.locator(".raised")).to_contain_text("containers.BadListNett")
    page.get_by_role("link", name="Go to the nearest experiment").click()
    expect(page.get_by_label("left model")).to_have_value("containers.BadListNet")
    page.go_back()
    expect(page.locator("h1")).to_have_text("This experiment cannot be run as asked")


def test_a_server_that_is_gone_is_told(registry: Page, expected_complaints: list[str]) -> None:
    expected_complaints.append("Failed to fetch")
    registry.route("**/registry?*", lambda route: route.abort())
    registry.locator("#mode-eval").click()
    expect(registry.get_by_role("status")).to_contain_text("did not answer")


def test_it_all_works_without_javascript(scriptless: Page) -> None:
    page = scriptless
    page.goto("/")
    page.get_by_role("link", name="3.2", exact=True).click()
    page.locator("#uncover").click()
    expect(page.locator("#left .count strong")).to_have_text("0 of 325")
    page.locator("#mode-eval").click()
    expect(page.locator("#left .mode.unheard")).to_have_count(2)
    page.locator("[id='left-mode-layers[1]']").click()
    expect(page.locator("#left .mode.unheard")).to_have_count(1)
    page.get_by_label("left model").select_option("containers.HalfListNet")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#left .count strong")).to_have_text("55 of 385")
    page.locator("#theme").select_option("dark")
    assert (
        page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
        == "rgb(20, 22, 26)"
    )
    page.go_back()
    expect(page.locator("#left .mode.unheard")).to_have_count(1)
