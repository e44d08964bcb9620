"""The lecture, given by its keys: step by step, asked and answered, left and found again."""

import re
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from chosen import of_each_kind
from rollcall.core.pair_query import PairQuery
from rollcall.lab.choices import Choices
from rollcall.lectures.course_path import Stop, path_of
from rollcall.web.view.lesson.strip import step_query

pytestmark = pytest.mark.browser


@pytest.fixture
def path(page: Page) -> tuple[Stop, ...]:
    catalog = page.request.get("/catalog.json").body()
    return path_of(Choices.model_validate_json(catalog).contents)


def at(page: Page) -> str:
    """The step that the address names."""
    return parse_qs(urlsplit(page.url).query).get("lesson", [""])[0]


# A <select> may go on with what was chosen on the page before.
CHOSEN_OTHERWISE = """() => [...document.querySelectorAll("#toolbar select")]
  .filter((each) => !each.selectedOptions[0]?.hasAttribute("selected"))
  .map((each) => `${each.id}: ${each.value}`)"""


def expect_step(page: Page, number: str) -> None:
    expect(page.locator(".strip .number")).to_have_text(number)
    expect(page).to_have_url(re.compile(rf"[?&]lesson={re.escape(number)}(&|$)"))


def answered(stop: Stop) -> PairQuery:
    """A step as it is when one goes on from it."""
    query = step_query(stop)
    if stop.step.question is None:
        return query
    return query.replace(answer="0")


def test_space_gives_the_whole_lecture(page: Page, path: tuple[Stop, ...]) -> None:
    """To a step of each page, to some with a question and without, and to the last one."""
    chosen = of_each_kind(
        path,
        lambda stop: stop.step.page,
        lambda stop: stop.step.question is None,
        lambda stop: stop == path[-1],
    )
    page.goto("/")
    for before, stop in pairwise([None, *path]):
        if stop not in chosen:
            continue
        if before and at(page) != before.number:
            page.goto(answered(before).url)
        page.keyboard.press("Space")
        expect_step(page, stop.number)
        assert page.evaluate(CHOSEN_OTHERWISE) == [], stop.number
        if stop.step.question:
            expect(page.locator(".question")).not_to_have_class(re.compile("answered"))
            page.keyboard.press("Space")
            expect(page.locator(".question .right")).to_have_count(1)
            assert at(page) == stop.number
    expect(page.locator("#step-on")).to_have_count(0)
    page.keyboard.press("Space")
    expect(page.locator("main.catalog")).to_be_visible()


def test_page_down_always_goes_on_and_page_up_back(page: Page, path: tuple[Stop, ...]) -> None:
    page.goto("/")
    for stop in path[:6]:
        page.keyboard.press("PageDown")
        expect_step(page, stop.number)
    for stop in reversed(path[:5]):
        page.keyboard.press("PageUp")
        expect_step(page, stop.number)


def test_a_question_is_answered_wrong_and_right(page: Page, path: tuple[Stop, ...]) -> None:
    asking = next(stop for stop in path if stop.step.question)
    question = asking.step.question
    assert question
    page.goto("/?lesson=" + asking.number)
    page.keyboard.press("Space")
    expect_step(page, asking.number)
    code = page.locator("main.covered").bounding_box()
    assert code
    assert code["y"] < 300  # nothing stands above it but names, controls and the question
    told = set()
    for number in range(1, len(question.answers) + 1):
        expect(page.locator("#uncover")).to_be_visible()
        expect(page.locator("main.covered")).to_be_visible()
        page.keyboard.press(str(number))
        told.add(page.locator(".question .verdict strong").inner_text())
        expect(page.locator("main.covered")).to_have_count(0)
        page.go_back()
    assert told == {"No.", "Right."}


def test_who_leaves_the_path_comes_back(page: Page, path: tuple[Stop, ...]) -> None:
    page.goto("/")
    page.keyboard.press("PageDown")
    expect_step(page, path[0].number)
    page.keyboard.press("PageDown")
    expect_step(page, path[1].number)
    page.locator(".masthead nav").get_by_role("link", name="Init").click()
    expect(page.locator("#back-to-step")).to_be_visible()
    page.locator("#back-to-step").click()
    expect_step(page, path[1].number)
    page.locator("#lessons").click()
    page.get_by_role("link", name=f"Continue with {path[1].number}").click()
    expect_step(page, path[1].number)


def test_a_key_keeps_its_meaning_in_a_field(page: Page, path: tuple[Stop, ...]) -> None:
    page.goto("/")
    page.keyboard.press("PageDown")
    seed = page.locator("#seed")
    seed.focus()
    for key in ("Space", "PageDown", "g", "?"):
        page.keyboard.press(key)
    expect_step(page, path[0].number)
    expect(page.locator("dialog")).not_to_be_visible()


def test_a_lesson_is_found_by_typing(page: Page, path: tuple[Stop, ...]) -> None:
    page.goto("/registry")
    page.keyboard.press("g")
    expect(page.locator("#find-lesson")).to_be_focused()
    wanted = path[-1]
    page.keyboard.type(wanted.lesson.title)
    expect(page.locator(".lessons > li:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".strip h1")).to_have_text(wanted.lesson.title)
    page.keyboard.press("g")
    expect(page.locator("#find-lesson")).to_be_focused()
    page.keyboard.type(path[2].number)
    page.keyboard.press("Enter")
    expect_step(page, path[2].number)


def test_a_lesson_is_looked_for_before_htmx_has_begun(page: Page) -> None:
    page.route("**/htmx-*.js*", lambda route: route.abort())
    page.goto("/registry")
    page.keyboard.press("g")
    expect(page.locator("#find-lesson")).to_be_focused()


def test_the_keys_are_told(page: Page) -> None:
    page.goto("/registry")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_code_opens_at_a_line(page: Page) -> None:
    page.goto("/training?left=branches.FunctionInSequential&right=containers.FullListNet")
    page.locator("#left .at-line").first.click()
    line = page.locator(".drawer .line.pointed")
    expect(line).to_be_in_viewport()
    expect(line).to_contain_text("nn.Sequential(")
    page.keyboard.press("c")
    expect(page.locator(".drawer")).to_have_count(0)


def test_a_line_that_is_in_view_does_not_scroll_the_name_of_its_file_away(page: Page) -> None:
    page.goto("/registry?left=containers.HalfListNet&right=containers.FullListNet&code=on")
    expect(page.locator(".drawer .line.hides").first).to_be_in_viewport()
    scrolled = "all => all.map((column) => column.scrollTop)"
    assert page.locator(".drawer .subject").evaluate_all(scrolled) == [0, 0]


def test_the_line_that_a_lesson_of_loops_is_about_is_on_its_first_screen(
    page: Page, path: tuple[Stop, ...]
) -> None:
    lines = {
        "The best state, kept": page.locator("#left .line.guilty").first,
        "An average without buffers": page.locator("#right .line.mended").last,
    }
    for title, line in lines.items():
        (stop,) = (each for each in path if each.lesson.title == title)
        step = stop.step
        page.goto(f"/{step.page}?left={step.left}&right={step.right}&lesson={stop.number}&answer=0")
        expect(line).to_be_in_viewport(ratio=1)
        expect(page.locator(".strip")).to_be_in_viewport(ratio=1)


POINTING = "/registry?lesson=4.1&answer=0&left=parameters.BadLayer&right=parameters.GoodLayer"


def test_what_a_step_points_at_is_marked_while_nothing_else_is(page: Page) -> None:
    page.goto(POINTING)
    pointed = page.locator("#left tr.pointed")
    expect(pointed).to_have_attribute("data-path", "weight")
    page.locator("#left .module").hover()
    expect(pointed).to_have_attribute("data-path", "")  # the model itself
    page.locator("#left .headline").hover()
    expect(pointed).to_have_attribute("data-path", "weight")


def test_on_a_phone_a_step_and_its_question_are_not_scrolled_away(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(POINTING)
    expect(page.locator("#left tr.pointed")).to_have_attribute("data-path", "weight")
    expect(page.locator(".strip")).to_be_in_viewport(ratio=1)
    expect(page.locator(".question")).to_be_in_viewport(ratio=1)


def test_back_brings_the_focus_back(page: Page) -> None:
    page.goto("/registry")
    page.locator("#mode-eval").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#mode-eval")).to_have_attribute("aria-current", "true")
    page.locator("#swap").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pick-left")).to_have_value("containers.ModuleListNet")
    page.go_back()
    expect(page.locator("#pick-left")).to_have_value("containers.BadListNet")
    expect(page.locator("#swap")).to_be_focused()
