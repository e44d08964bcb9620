"""What a notebook shows of a scan and of a comparison, in a real kernel and in a browser."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from in_python.notebook import Output, in_a_kernel, in_this_process

SCAN, COMPARISON, LARGE, OPENED = range(4)

# What JupyterLab says of tables in an output, and worse.
HOST = """
<!doctype html><meta charset="utf-8"><title>notebook</title>
<style>
  :root { color-scheme: light dark }
  .jp-RenderedHTMLCommon { font: 13px/1.5 serif }
  .jp-RenderedHTMLCommon table { margin-left: auto; font-size: 40px; border: 5px solid red }
  .jp-RenderedHTMLCommon :is(td, th, tr) { padding: 30px; max-width: none; text-align: right }
  .jp-RenderedHTMLCommon tbody tr:nth-child(odd) { background: rgb(255, 0, 255) }
  .jp-RenderedHTMLCommon p { color: rgb(0, 255, 0); margin: 40px }
  code, b, span { color: rgb(0, 255, 0) }
  .headline, .kind, .mode, .yes, .no, .soft { text-transform: uppercase }
</style>
<body %s>
<div class="jp-RenderedHTMLCommon"><table id="host"><tr><td class="yes">host</td></tr></table></div>
<div class="jp-RenderedHTMLCommon" id="cell">%s</div>
"""
VOID = {"path", "circle", "wbr", "br"}


class Balance(HTMLParser):
    """Whether every tag that opens closes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def outputs() -> list[Output]:
    return in_this_process()


def test_a_kernel_shows_the_same(outputs: list[Output]) -> None:
    first, *shown, imported = in_a_kernel()
    assert first == Output("", "")
    assert shown == outputs
    assert imported.text.strip() == "set()", "no server is imported for it"


@pytest.mark.parametrize("cell", [SCAN, COMPARISON, LARGE, OPENED])
def test_an_output_stands_by_itself(cell: int, outputs: list[Output]) -> None:
    html = outputs[cell].html
    assert html.count("<table>") == {COMPARISON: 2}.get(cell, 1)
    assert not re.search(r"<script|<link|<img|https?:|url\(|@import| on\w+=| id=", html)
    assert len(html.encode()) < 30_000
    balance = Balance()
    balance.feed(html)
    assert balance.open == []


def test_text_is_there_for_whoever_has_no_table(outputs: list[Output]) -> None:
    assert outputs[SCAN].text.startswith("ListNet: 8 of 26 trainable numbers answer\n")
    assert "layers[0].weight" in outputs[SCAN].text
    assert "ListNet (left)" in outputs[COMPARISON].text
    assert outputs[LARGE].text.splitlines()[-1] == "... 4,162 more lines: print() gives all"
    assert len(outputs[LARGE].text) < 5_000


def test_a_large_model_folds_and_what_is_hidden_is_seen(outputs: list[Output]) -> None:
    html = outputs[LARGE].html
    assert 20 < html.count("<tr") < 100
    assert "mask" in html
    assert "unregistered" in html
    assert 'report.show("' in html.replace("&#34;", '"')
    assert "BatchNorm1d" in outputs[OPENED].html


def show(page: Page, outputs: list[Output], theme: str, preferred: Any) -> None:
    """A page like JupyterLab's around both tables."""
    page.emulate_media(color_scheme=preferred)
    page.set_content(HOST % (theme, outputs[SCAN].html + outputs[COMPARISON].html))


DARK, LIGHT = "rgb(28, 31, 37)", "rgb(255, 255, 255)"
THEMES = {
    "light": ("", "light", LIGHT),
    "dark": ("", "dark", DARK),
    "jupyter's light": ('data-jp-theme-light="true"', "dark", LIGHT),
    "jupyter's dark": ('data-jp-theme-light="false"', "light", DARK),
    "vs code's dark": ('class="vscode-dark"', "light", DARK),
}


@pytest.mark.browser
def test_it_looks_the_same_in_every_notebook_and_fits_a_narrow_place(
    page: Page, outputs: list[Output]
) -> None:
    """In one visit: to leave our pages and to come back starts a process of the browser each."""
    page.goto("about:blank")
    for theme, preferred, card in THEMES.values():
        show(page, outputs, theme, preferred)
        looks_the_same(page, card)
    show(page, outputs, "", "light")
    fits_a_narrow_place(page)


def looks_the_same(page: Page, card: str) -> None:
    report = page.locator(".rollcall-report").first
    expect(report).to_have_css("background-color", card)
    table, row = report.locator("table"), report.locator("tbody tr").first
    expect(table).to_have_css("font-size", "13px")
    expect(table).to_have_css("border-top-width", "0px")
    expect(row).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(row.locator("th")).to_have_css("padding-top", "2px")
    expect(report.locator(".headline")).to_have_css("text-transform", "none")
    expect(report.locator(".legend")).to_have_css("margin-top", "0px")
    ghost = report.locator(".ghost-icon").first
    assert ghost.evaluate("icon => icon.getBBox().width") == 10
    host = page.locator("#host")
    expect(host).to_have_css("font-size", "40px")
    expect(host.locator("td")).to_have_css("text-transform", "uppercase")
    expect(host.locator("td")).to_have_css("padding-top", "30px")


def fits_a_narrow_place(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator("#cell").evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    left, right = page.locator(".rollcall-report").last.locator("section").all()
    assert right.bounding_box()["y"] > left.bounding_box()["y"]  # type: ignore[index]
    page.set_viewport_size({"width": 1280, "height": 720})
    assert right.bounding_box()["y"] == left.bounding_box()["y"]  # type: ignore[index]
