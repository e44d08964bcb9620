"""Jinja templates, strict about what they are given."""

import re
import textwrap
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from rollcall.lectures.source_lines import SourceLine
from rollcall.web.static_urls import StaticUrls
from rollcall.web.template_globals import GLOBALS
from rollcall.web.view.highlight import highlight
from rollcall.web.view.kept_from import why_kept
from rollcall.web.view.layer_evidence import small
from rollcall.web.view.loops.loop_source import LoopLine
from rollcall.web.view.mode_badge import mode_of
from rollcall.web.view.numerals import significant
from rollcall.web.view.step.code_lines import CodeColumn, CodeLine
from rollcall.web.view.words import first_and_last, number, plural, size

DOTS = re.compile(r"(?=\.)")
PARTS = re.compile(r"(?<=_)(?=[^_])|(?<=[a-z])(?=[A-Z][a-z])")
LONG = 16  # letters between two dots that may need a line of their own


class Templates:
    """The templates of one folder, and the static files that they name."""

    def __init__(self, folder: Path, static: StaticUrls) -> None:
        self.folder = folder
        self.static = static
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals["static"] = static.url
        self._environment.globals["stylesheets"] = static.stylesheets
        self._environment.globals |= GLOBALS
        self._environment.globals["strip"] = None  # on a page that belongs to no lesson
        self._environment.globals["covered"] = False  # nothing waits for an answer
        self._environment.globals["version"] = ""  # no page follows what is saved
        self._environment.globals["trouble"] = None  # what is shown is of the present files
        self._environment.filters |= FILTERS

    def compile_all(self) -> None:
        """Compile every template, which takes longer than all else that a first page needs."""
        for name in self._environment.list_templates(extensions=["html"]):
            self._environment.get_template(name)

    def render(self, page: str, *, partial: bool, **context: Any) -> bytes:
        """Render `<page>/page.html`: whole, or only what htmx puts in the place of the last one."""
        layout = "layouts/page.html"
        if partial:
            layout = "layouts/fragment.html"
        template = self._environment.get_template(f"{page}/page.html")
        return template.render(layout=layout, **context).encode()

    def frame(self, page: str, **context: Any) -> bytes:
        """Render what changes while a page plays: the report, and what htmx puts elsewhere."""
        template = self._environment.get_template(f"{page}/page.html")
        return template.render(layout="layouts/frame.html", **context).strip().encode()


def code(lines: tuple[SourceLine, ...]) -> list[tuple[SourceLine, Markup]]:
    """Pairs of a source line and its HTML, without the indentation that all lines share."""
    if not lines:  # a twin only adds, or only drops: the highlighter makes one line of nothing
        return []
    text = textwrap.dedent("\n".join(line.text for line in lines))
    return list(zip(lines, highlight(text), strict=True))


def loop_code(lines: tuple[LoopLine, ...]) -> list[tuple[LoopLine, Markup]]:
    """The same of a loop, whose lines say more."""
    shown = code(tuple(each.line for each in lines))
    return [(told, html) for told, (_, html) in zip(lines, shown, strict=True)]


def step_lines(shown: CodeColumn) -> list[tuple[CodeLine, Markup]]:
    """Pairs of a line of the step page and its HTML."""
    pairs = code(tuple(each.line for each in shown.lines))
    return [(line, html) for line, (_, html) in zip(shown.lines, pairs, strict=True)]


def broken_well(name: str) -> Markup:
    """A name that may be broken before a dot, and a long part after _ or before a capital."""
    parts: list[str] = []
    for part in DOTS.split(name):
        if len(part) > LONG:
            parts += PARTS.split(part)
        else:
            parts.append(part)
    return Markup("<wbr>").join(escape(part) for part in parts if part)


# Below what this file itself adds to them.
FILTERS: dict[str, Any] = {
    "broken_well": broken_well,
    "code": code,
    "highlight": highlight,
    "loop_code": loop_code,
    "mode": mode_of,
    "first_and_last": first_and_last,
    "why_kept": why_kept,
    "number": number,
    "plural": plural,
    "significant": significant,
    "size": size,
    "step_lines": step_lines,
    "small": small,
}
