"""Jinja templates, strict about what they are given."""

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rollcall.experiments.opening import opening
from rollcall.lectures.source_lines import SourceLine
from rollcall.web.static import StaticFiles
from rollcall.web.view.cells import masked, shaded
from rollcall.web.view.chart import sparkline
from rollcall.web.view.curve_chart import curve_chart
from rollcall.web.view.depth_chart import depth_charts
from rollcall.web.view.draws_chart import bars, means
from rollcall.web.view.equations import equations
from rollcall.web.view.highlight import highlight
from rollcall.web.view.in_order_of import beside
from rollcall.web.view.mask_link import mask_query
from rollcall.web.view.mode_badge import mode_badge
from rollcall.web.view.mode_flags import flag_rows
from rollcall.web.view.registry.changes import twin_changes
from rollcall.web.view.registry.column import registry_column
from rollcall.web.view.registry.narration import registry_narration
from rollcall.web.view.training_charts import answers, loss_curves
from rollcall.web.view.words import all_of, brief, number, plural, what


class Templates:
    """The templates of one folder, and the static files that they name."""

    def __init__(self, folder: Path, static: StaticFiles) -> None:
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
        self._environment.globals["curve_chart"] = curve_chart
        self._environment.globals["loss_curves"] = loss_curves
        self._environment.globals["answers"] = answers
        self._environment.globals["depth_charts"] = depth_charts
        self._environment.globals |= {"means": means, "bars": bars, "equations": equations}
        self._environment.globals |= {"shaded": shaded, "masked": masked}
        self._environment.globals["opening"] = opening
        self._environment.globals["mask_query"] = mask_query
        self._environment.globals["mode_badge"] = mode_badge
        self._environment.globals["flag_rows"] = flag_rows
        self._environment.globals["registry_column"] = registry_column
        self._environment.globals["registry_narration"] = registry_narration
        self._environment.globals["twin_changes"] = twin_changes
        self._environment.filters["beside"] = beside
        self._environment.filters |= {"number": number, "plural": plural}
        self._environment.filters |= {"all_of": all_of, "what": what}
        self._environment.filters["brief"] = brief
        self._environment.filters["by_path"] = by_path
        self._environment.filters["code"] = code
        self._environment.filters["frozenset"] = frozenset  # to look in it for many things
        self._environment.filters["highlight"] = highlight
        self._environment.filters["significant"] = significant
        self._environment.filters["sparkline"] = sparkline
        self._environment.filters["told_apart"] = told_apart

    def render(self, page: str, *, partial: bool, **context: Any) -> bytes:
        """Render `<page>/page.html`: whole, or only what htmx puts in the place of the last one."""
        layout = "layouts/fragment.html" if partial else "layouts/page.html"
        return (
            self._environment.get_template(f"{page}/page.html")
            .render(layout=layout, **context)
            .encode()
        )

    def macros(self, path: str) -> Any:
        """The macros of a template, to be called by name."""
        return self._environment.get_template(path).module

    def frame(self, page: str, **context: Any) -> bytes:
        """Render of `<page>/page.html` what changes while it plays: the report, and what htmx puts elsewhere."""
        template = self._environment.get_template(f"{page}/page.html")
        return template.render(layout="layouts/frame.html", **context).strip().encode()


def significant(number: float) -> str:
    """Three digits that count: 0.0120, 12.3, 123, 1.23e+04, NaN, inf."""
    return f"{number:#.3g}".removesuffix(".").replace("nan", "NaN")


def told_apart(number: float, other: float) -> str:
    """As `significant`, with as many digits more as it takes to see that it is not the other."""
    shown = (f"{{:#.{digits}g}}" for digits in range(3, 18))
    form = next((each for each in shown if each.format(number) != each.format(other)), "{:#.3g}")
    told = form.format(number).removesuffix(".").replace("nan", "NaN").replace("-", "−")
    return told.replace("e−0", "e−").replace("e+0", "e+")


def by_path(entries: Iterable[Any]) -> dict[str, Any]:
    """Records that have a path, looked up by it."""
    return {entry.path: entry for entry in entries}


def code(lines: tuple[SourceLine, ...]) -> list[tuple[SourceLine, Markup]]:
    """Pairs of a source line and its highlighted HTML, without the indentation that all lines share."""
    if (
        not lines
    ):  # where a twin only adds, or only drops: the highlighter makes one line of nothing
        return []
    text = textwrap.dedent("\n".join(line.text for line in lines))
    return list(zip(lines, highlight(text), strict=True))
