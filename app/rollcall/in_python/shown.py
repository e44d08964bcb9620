"""`rollcall.scan` and `rollcall.compare`, whose answers show themselves in a notebook."""

import difflib
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field
from torch import nn

from rollcall.core import scan as core
from rollcall.core.report import Report
from rollcall.core.roll_call import RollCall
from rollcall.core.unwrapped import unwrapped
from rollcall.in_python.asked import ask
from rollcall.in_python.differences import differences

if TYPE_CHECKING:
    from rollcall.in_python.table import Table

LINES = 40  # of a text that shows itself; print() gives all


class Scan(core.Scan):
    """The roll of one model: a table in a notebook, and text elsewhere."""

    asked: RollCall | None = Field(None, exclude=True)  # None where nobody looks at a table

    def show(self, *lines: str, find: str = "") -> "Shown":
        """The same in a notebook, with lines open that are closed in a large model.

        Args:
            lines: names of lines, as the table has them: "blocks.0-11". As text, only the lines of
                the table are shown then.
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
        self._scans, self._find = scans, find
        self._lines = self._known(lines)

    def __str__(self) -> str:
        """All of them as text: every line, or those of the table where some are asked for."""
        if not self._lines and not self._find:
            return "\n".join(map(str, self._scans))
        from rollcall.in_python.text_table import text_table

        return "\n".join(map(text_table, self._tables()))

    def __repr__(self) -> str:
        return _short(str(self))

    def _repr_html_(self) -> str:
        from rollcall.in_python.html import html

        return html(self._tables())

    def _known(self, lines: Sequence[str]) -> list[str]:
        """The lines, of which each is one of a table, or a path of a model.

        Raises:
            ValueError: one is neither.
        """
        if not lines:
            return []
        paths: dict[str, str] = {}
        for scan in self._scans:
            paths |= {tensor.path: tensor.owner or "" for tensor in scan.tensors}
            paths |= {module.path: module.path for module in scan.modules}
        plain = [paths[line] for line in lines if line in paths]
        if len(plain) == len(lines):
            return plain
        names = self._names(lines)
        for line in lines:
            if line not in paths and line not in names:
                raise ValueError(_nowhere(line, {*paths, *names} - {""}))
        return [paths.get(line, line) for line in lines]

    def _names(self, opens: Sequence[str]) -> set[str]:
        from rollcall.in_python.table import names_of_table

        names: set[str] = set()
        for scan, opposite in self._sides():
            names |= names_of_table(scan, scan.asked, opposite, opens, self._find)
        return names

    def _tables(self) -> list["Table"]:
        from rollcall.in_python.table import table

        return [
            table(scan, scan.asked, scan.headline, opposite, self._lines, self._find)
            for scan, opposite in self._sides()
        ]

    def _sides(self) -> Iterator[tuple[Scan, Scan]]:
        """Each with the one that it stands beside; a single one with itself."""
        return zip(self._scans, reversed(self._scans), strict=True)


def _nowhere(line: str, names: Collection[str]) -> str:
    """That no line is called so, and the names that are most alike."""
    close = difflib.get_close_matches(line, names, n=3, cutoff=0.5)
    if close:
        return f"show() found no line {line!r}; the nearest are {', '.join(close)}"
    return f"show() found no line {line!r}; a line's name is a path, such as {min(names)}"


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
