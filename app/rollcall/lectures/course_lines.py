"""In which line of a TOML file a value stands, which `tomllib` does not tell."""

import re
from collections.abc import Sequence

Loc = tuple[str | int, ...]
HEADER = re.compile(r"\s*(\[\[?)([^\]]+)\]")
KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


class CourseLines:
    """The lines of a file that is valid TOML."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Loc, int] = {}
        self._counts: dict[Loc, int] = {}  # how many tables an array has so far
        table: Loc = ()
        for number, line in enumerate(text.splitlines(), 1):
            header = HEADER.match(line)
            if header is not None and "=" not in line.partition("]")[0]:
                table = self._entered(header[1] == "[[", _parts(header[2]))
                self._lines.setdefault(table, number)
                if header[1] == "[[":
                    self._lines.setdefault(table[:-1], number)  # of the first in the array
                continue
            key = KEY.match(line)
            if key is not None:
                self._lines.setdefault((*table, *_parts(key[1])), number)

    def line(self, loc: Sequence[str | int]) -> int | None:
        """Of a value or, where it stands inside of another, of that one."""
        place = tuple(loc)
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place)

    def _entered(self, is_array: bool, names: list[str]) -> Loc:
        """The table that a header opens: names, and the number of each table of an array."""
        table: Loc = ()
        for name in names[:-1]:
            table = self._latest((*table, name))
        table = (*table, names[-1])
        if is_array:
            self._counts[table] = self._counts.get(table, 0) + 1
        return self._latest(table)

    def _latest(self, table: Loc) -> Loc:
        if table not in self._counts:
            return table
        return (*table, self._counts[table] - 1)


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in PART.findall(dotted)]
