"""Which lines of a file belong to one statement, and which are shown around it."""

import ast
from functools import lru_cache
from typing import NamedTuple

from rollcall.lectures.source_lines import SourceLine

FILES_KEPT = 8
AROUND = 4  # lines before and after one, in a long function


class Place(NamedTuple):
    """A statement: that of an `if` or a `for` is its head alone."""

    first: int
    last: int


class Block(NamedTuple):
    """A class or a function."""

    first: int
    last: int
    is_class: bool


class Statements:
    """The statements of a lecture file by their lines."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._lines = lines
        self._places: dict[int, Place] = {}
        self._blocks: list[Block] = []  # classes and functions, the outer ones first
        self._shown: dict[tuple[int, ...], tuple[SourceLine, ...]] = {}
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.stmt):
                self._enter(node)

    def at(self, line: int) -> Place:
        """The statement that a line belongs to."""
        return self._places.get(line, Place(line, line))

    def text(self, line: int) -> str:
        """What a statement says, on one line."""
        place = self.at(line)
        return " ".join(each.strip() for each in self._lines[place.first - 1 : place.last])

    def around(self, line: int) -> tuple[SourceLine, ...]:
        """The function that a line is in, or what can be read at once of a long one.

        Before it stands the head of its class.
        """
        outer = [block for block in self._blocks if block.first <= line <= block.last]
        first, last = max(1, line - AROUND), min(line + AROUND, len(self._lines))
        if outer:
            first, last = _window(outer[-1], line)
        heads = [block.first for block in outer if block.is_class and block.first < first]
        key = (*heads[-1:], first, last)
        if key not in self._shown:
            numbers = (*heads[-1:], *range(first, last + 1))
            self._shown[key] = tuple(map(self._line, numbers))
        return self._shown[key]

    def _line(self, number: int) -> SourceLine:
        return SourceLine(number=number, text=self._lines[number - 1])

    def _enter(self, node: ast.stmt) -> None:
        first, last = node.lineno, node.end_lineno or node.lineno
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            start = min([first, *(d.lineno for d in node.decorator_list)])
            self._blocks.append(Block(start, last, isinstance(node, ast.ClassDef)))
        body = _body(node)
        if body:
            last = max(first, min(body) - 1)
        place = Place(first, last)
        for line in range(first, last + 1):  # the outer ones come first
            self._places[line] = place


@lru_cache(maxsize=FILES_KEPT)
def statements_of(lines: tuple[str, ...]) -> Statements:
    """Those of a file with these lines."""
    return Statements(lines)


def _window(block: Block, line: int) -> tuple[int, int]:
    """The first and the last line of a block that are shown around one of them."""
    room = 2 * AROUND
    if block.last - block.first <= room:
        return block.first, block.last
    first = max(block.first, min(line - AROUND, block.last - room))
    return first, first + room


def _body(node: ast.stmt) -> list[int]:
    """Where the statements inside of one begin."""
    inner: list[int] = []
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        inner.extend(_first_line(each) for each in getattr(node, name, ()))
    return inner


def _first_line(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return int(node.pattern.lineno)
    first: list[int] = [getattr(node, "lineno", 1)]
    first.extend(each.lineno for each in getattr(node, "decorator_list", ()))
    return min(first)
