"""`rollcall.scan` and `rollcall.compare`, whose answers show themselves in a notebook."""

import sys
from collections.abc import Sequence
from typing import Any

from pydantic import Field
from torch import nn

from rollcall import core
from rollcall.core.report import Report
from rollcall.core.roll_call import RollCall
from rollcall.core.unwrapped import unwrapped
from rollcall.in_python.asked import ask
from rollcall.in_python.differences import differences

LINES = 40  # of a text that shows itself; print() gives all


class Scan(core.Scan):
    """The roll of one model: a table in a notebook, and text elsewhere."""

    asked: RollCall | None = Field(None, exclude=True)  # None where nobody looks at a table

    def show(self, *lines: str, find: str = "") -> "Shown":
        """The same in a notebook, with lines open that are closed in a large model.

        Args:
            lines: names of lines, as the table has them: "blocks.0-11".
            find: words of a path, a class or a status. Only these are shown.
        """
        return Shown((self,), lines, find)

    def __repr__(self) -> str:
        return _short(str(self))

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


class Comparison(Report):
    """Two models side by side in a notebook, and what differs as text elsewhere."""

    left: Scan
    right: Scan

    def show(self, *lines: str, find: str = "") -> "Shown":
        """As `Scan.show`, for both."""
        return Shown((self.left, self.right), lines, find)

    def __str__(self) -> str:
        """Both headlines, and the rows that differ."""
        return "\n".join(differences(self.left, self.right))

    def __repr__(self) -> str:
        return _short(str(self))

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


class Shown:
    """Reports as a notebook shows them."""

    def __init__(self, scans: Sequence[Scan], lines: Sequence[str], find: str) -> None:
        known = {module.path for scan in scans for module in scan.modules}
        for line in lines:
            if line not in known and not any(line.startswith(path) for path in known - {""}):
                raise ValueError(f"show() found no line {line!r}; the table has the names of all")
        self._scans, self._lines, self._find = scans, lines, find

    def __str__(self) -> str:
        """All of them as text, where a line is never closed."""
        return "\n".join(map(str, self._scans))

    def __repr__(self) -> str:
        return _short(str(self))

    def _repr_html_(self) -> str:
        from rollcall.in_python.html import html
        from rollcall.in_python.table import table

        return html(
            [
                table(scan, scan.asked, scan.headline, opposite, self._lines, self._find)
                for scan, opposite in zip(self._scans, reversed(self._scans), strict=True)
            ]
        )


def scan(model: nn.Module, *inputs: Any) -> Scan:
    found = core.scan(model, *inputs)
    asked = None
    if _is_in_a_notebook():
        asked = ask(unwrapped(model), found)
    return _with(found, asked)


scan.__doc__ = core.scan.__doc__


def compare(left: nn.Module, right: nn.Module, *inputs: Any) -> Comparison:
    """Take the roll of two models, each as `scan` does, without changing them.

    Args:
        left: any module.
        right: another one, such as the first one mended.
        inputs: positional arguments for one forward of each.

    Raises:
        TypeError: one of both is not an nn.Module.
        Exception: whatever a forward raises on `inputs`.
    """
    sides = []
    for model in (left, right):
        if not isinstance(model, nn.Module):
            raise TypeError(f"compare() takes two torch.nn.Modules, not {type(model).__name__}")
        found = core.scan(model, *inputs)
        sides.append(_with(found, ask(unwrapped(model), found)))
    return Comparison.model_construct(left=sides[0], right=sides[1])


def _with(found: core.Scan, asked: RollCall | None) -> Scan:
    return Scan.model_construct(
        class_name=found.class_name,
        modules=found.modules,
        tensors=found.tensors,
        used=found.used,
        asked=asked,
    )


def _is_in_a_notebook() -> bool:
    """Whether a table may be looked at. To ask the callers takes as long as the scan itself."""
    if "marimo" in sys.modules:
        return True
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _short(text: str) -> str:
    lines = text.splitlines()
    if len(lines) <= LINES:
        return text
    left_out = len(lines) - LINES
    return "\n".join([*lines[:LINES], f"... {left_out:,} more lines: print() gives all"])
