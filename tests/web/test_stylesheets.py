"""Every page loads every sheet, so a topic's own sheet must style nothing but its own page."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from rollcall.folders import STATIC
from web.page import Page
from web.selectors import first_compound, selectors

SHEETS = sorted(STATIC.glob("*/*.css"))
OTHER_PAGES = {"exam": "/exam", "findings": "/findings"}  # that are no experiment

each_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.stem for sheet in SHEETS])


def unscoped(sheet: str, topic: str) -> list[str]:
    """The selectors that can meet something on the page of another topic."""
    own = re.compile(rf"(main|\.toolbar)\.{topic}(?![\w-])")
    return [selector for selector in selectors(sheet) if not own.match(first_compound(selector))]


@each_sheet
def test_a_topics_sheet_styles_its_own_page_only(sheet: Path) -> None:
    assert sheet.stem in {*EXPERIMENTS, *OTHER_PAGES}
    assert unscoped(sheet.read_text(), sheet.stem) == []


@each_sheet
def test_the_page_has_the_names_that_its_sheet_asks_for(
    app_client: TestClient, sheet: Path
) -> None:
    if sheet.stem in OTHER_PAGES:
        page = Page.of(app_client.get(OTHER_PAGES[sheet.stem]))
        assert [sheet.stem] in [
            each.attributes.get("class", "").split() for each in page.all("main")
        ]
        return
    page = Page.of(app_client.get(EXPERIMENTS[sheet.stem].query.path, follow_redirects=True))
    for tag, name in (("main", "pair"), ("form", "toolbar")):
        classes = [each.attributes.get("class", "").split() for each in page.all(tag)]
        assert [name, sheet.stem] in classes


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        (".x { a: b }", [".x"]),
        (".dropout .x { a: b }", [".dropout .x"]),
        ("main.dropout .x, .y { a: b }", [".y"]),
        ("main.dropout .x { a: b } .y { a: b }", [".y"]),
        (
            "@media (min-width: 1px) { @supports (a: b) { .x { a: b } main.dropout { a: b } } }",
            [".x"],
        ),
        ("main:is(.dropout, .forward) .x { a: b }", ["main.forward .x"]),
        (":is(main.dropout, :is(.x, .y)) p { a: b }", [".x p", ".y p"]),
        ("p:not(main.dropout, .x) { a: b }", ["p:not(main.dropout, .x)"]),
        ("p:has(main.dropout) { a: b }", ["p:has(main.dropout)"]),
        ("main.dropouts .x, main.dropout-x { a: b }", ["main.dropouts .x", "main.dropout-x"]),
        (".x { a: b; main.dropout & { a: b } .y { a: b } }", [".x", ".x .y"]),
        ("main.dropout { a: b; & .x { a: b } > .y { a: b } .z & { a: b } }", [".z main.dropout"]),
        ("main.dropout .x { content: '} .y {' } /* .z { */ .w { a: b }", [".w"]),
        ("@keyframes late { from { opacity: 0 } }", ["@keyframes late"]),
    ],
)
def test_an_unscoped_selector_is_found(sheet: str, found: list[str]) -> None:
    assert unscoped(sheet, "dropout") == found


def test_what_is_scoped_is_let_be() -> None:
    sheet = 'main.dropout:has(.x) [a="b c"] ~ p::after, .toolbar.dropout > :is(#x, .y) { a: b }'
    assert unscoped(sheet, "dropout") == []
    assert len(selectors(sheet)) == 3
