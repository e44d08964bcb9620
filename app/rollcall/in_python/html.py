"""Reports as HTML that stands by itself in a notebook."""

import re
from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rollcall.folders import TEMPLATES
from rollcall.in_python.table import Table
from rollcall.web.templates import FILTERS


def html(tables: Sequence[Table]) -> str:
    """One table, or two side by side."""
    folds = next((table.folds for table in tables if table.folds), "")
    template = _environment().get_template("notebook/report.html")
    text = template.render(tables=tables, folds=folds, style=_style())
    return re.sub(r"\n\s*", "\n", text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    return environment


@cache
def _style() -> Markup:
    sheet = (TEMPLATES / "notebook/report.css").read_text("utf-8")
    without_comments = re.sub(r"/\*.*?\*/\s*", "", sheet, flags=re.DOTALL)
    return Markup(re.sub(r"\n\s*", "\n", without_comments))
