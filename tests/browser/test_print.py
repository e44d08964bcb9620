"""A lesson on paper: what was said, asked and found, the source, the link, and nothing to press."""

import re

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from rollcall.lectures.contents import Contents
from rollcall.lectures.course_path import Stop, path_of
from rollcall.web.view.lesson.strip import step_query

pytestmark = pytest.mark.browser

SHEET_OF_PAPER = re.compile(rb"/Type\s*/Page\b")
PRESSED = ".masthead, .controls, .settings, .swap, .steps, .twin, .player a, .finder, footer .ways"


@pytest.fixture(scope="session")
def stops(app_client: TestClient) -> tuple[Stop, ...]:
    contents = app_client.get("/catalog.json").json()["contents"]
    return path_of(Contents.model_validate(contents))


def first_on(stops: tuple[Stop, ...], page: str) -> Stop:
    return next(stop for stop in stops if stop.step.page == page)


@pytest.mark.parametrize("name", ["training", "dropout", "modes", "saving", "preflight", "device"])
def test_a_lesson_is_one_sheet(page: Page, stops: tuple[Stop, ...], name: str) -> None:
    query = step_query(first_on(stops, name)).replace(answer="0")
    page.goto(query.url)
    assert len(SHEET_OF_PAPER.findall(page.pdf(prefer_css_page_size=True))) == 1


@pytest.mark.parametrize("name", ["training", "registry", "layers"])
@pytest.mark.parametrize("code", ["on", "off"])
def test_what_is_on_it(page: Page, stops: tuple[Stop, ...], name: str, code: str) -> None:
    stop = first_on(stops, name)
    query = step_query(stop).replace(answer="0", code=code)
    page.goto(query.url)
    page.emulate_media(media="print")
    expect(page.locator("h1:visible")).to_have_text(stop.lesson.title)
    expect(page.locator(".strip")).to_contain_text(stop.step.text)
    for side in ("left", "right"):
        class_name = getattr(stop.step, side).partition(".")[2]
        shown = page.locator(f".source:visible >> text=class {class_name}")
        assert shown.count() == 1, "the source stands there once"
    expect(page.locator("footer .address")).to_have_text(query.url)
    assert page.locator(PRESSED).and_(page.locator(":visible")).count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("footer .address")).to_have_text(page.url)


def test_a_question_that_is_not_answered_is_printed_without_its_answer(
    page: Page, stops: tuple[Stop, ...]
) -> None:
    stop = next(stop for stop in stops if stop.step.question)
    question = stop.step.question
    assert question
    page.goto(step_query(stop).url)
    page.emulate_media(media="print")
    shown = page.get_by_role("region", name="Question")
    expect(shown).to_contain_text(question.text)
    for answer in question.answers:
        expect(shown).to_contain_text(answer.text)
    expect(shown).not_to_contain_text("right:")
    expect(page.locator("#report.covered .source").first).to_be_visible()


def test_on_a_screen_nothing_of_it_is_seen(page: Page, stops: tuple[Stop, ...]) -> None:
    page.goto(step_query(first_on(stops, "training")).replace(answer="0").url)
    expect(page.locator(".on-paper")).to_have_count(2)
    expect(page.locator(".on-paper:visible")).to_have_count(0)
