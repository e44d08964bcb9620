"""What becomes of a page that has no server behind it."""

import pytest

from rollcall.export.files import Files
from rollcall.export.offline_page import offline_page

STEP = "/registry?left=a.B&right=a.C&lesson=1.1"
FILES = Files(
    {
        "/": "index.html",
        STEP: "1.1.html",
        f"{STEP}&answer=0": "1.1-answer-0.html",
        f"{STEP}&answer=2": "1.1-answer-2.html",
        f"{STEP}&answer=0&code=on": "1.1-answer-0-code.html",
    }
)


def written(inside: str) -> str:
    """What is left of it in the page."""
    html = offline_page(f'<div id="page">{inside}</div>', FILES, "told")
    return html.removeprefix('<div id="page">').split("<footer>")[0]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        (STEP, "1.1.html"),
        (f"{STEP}#left", "1.1.html#left"),
        (f"{STEP}&answer=2", "1.1-answer-2.html"),
        (f"{STEP}&answer=3", "1.1-answer-0.html"),
        (f"{STEP}&answer=2&code=on", "1.1-answer-0-code.html"),
        (f"{STEP}&code=on", "1.1.html"),
        ("/?lesson=1.1", "index.html"),
        ("/device?left=a.B", None),
        (f"{STEP}&seed=1", None),
    ],
)
def test_the_file_of_an_address(address: str, file: str | None) -> None:
    assert FILES.of(address) == file


def test_a_link_leads_to_its_file() -> None:
    address = STEP.replace("&", "&amp;")
    assert written(f'<a href="{address}">1</a>') == '<a href="1.1.html">1</a>'
    for stays in ('<a href="#report">1</a>', '<a href="https://pytorch.org/">1</a>'):
        assert written(stays) == stays


def test_a_link_that_leads_nowhere_is_a_word_in_the_text_and_no_control() -> None:
    link = '<a class="mode" href="/modes" title="call">train<span class="unseen">: call</span></a>'
    assert written(f"<main>{link}</main>") == '<main><a class="mode">train</a></main>'
    assert written(f"<nav>{link}</nav>") == "<nav></nav>"
    assert written(f"<form><p>{link}</p></form>") == "<div><p></p></div>"
    here = '<a href="/modes" aria-current="page">Modes</a>'
    assert written(f"<nav>{here}</nav>") == '<nav><a aria-current="page">Modes</a></nav>'


def test_a_field_becomes_its_value() -> None:
    form = (
        '<form id="toolbar" action="/registry" role="search" hx-get="/registry">'
        '<label>model <select name="left"><option value="a">A</option>'
        '<option value="b" selected>B &amp; C</option></select></label>'
        '<label>seed <input name="seed" type="number" value="7" required></label>'
        '<label>p <input name="p" type="range" value="0.5"><output>0.5</output></label>'
        '<input type="hidden" name="mode" value="train"><button type="submit">Run</button>'
        "<noscript>no script</noscript></form>"
    )
    assert written(form) == (
        '<div id="toolbar"><span>model <b class="chosen">B &amp; C</b></span>'
        '<span>seed <b class="chosen">7</b></span>'
        "<label>p <output>0.5</output></label></div>"
    )


def test_what_needs_no_server_stays() -> None:
    for kept in (
        '<select id="theme"><option>Auto</option></select>',
        '<input id="find-lesson" type="search">',
        '<dialog><form method="dialog"><button>Close</button></form></dialog>',
    ):
        assert written(kept) == kept


def test_what_is_marked_as_live_is_left_out() -> None:
    assert written('<p>1<a data-live href="/">Play</a>2</p>') == "<p>12</p>"


def test_the_last_line_says_what_the_page_is() -> None:
    html = offline_page('<div id="page"><footer>a moment ago</footer></div>', Files({}), "told")
    assert "a moment ago" not in html
    assert "<p>told</p>" in html
