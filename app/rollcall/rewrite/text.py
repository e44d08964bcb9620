"""A file's text, and spans of it that are replaced while all else stays as it was written."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, order=True)
class Edit:
    """The characters from `start` to `end` become `text`. Both are the same where it inserts."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Token:
    """A word of the file, such as a bracket, a name or a comment."""

    kind: int  # of the module `tokenize`
    text: str
    start: int
    end: int


class SourceText:
    """The text of a Python file, its syntax tree, and where each node of the tree stands in it.

    Raises:
        SyntaxError: it is no Python.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self._starts = [0, *(match.end() for match in LINE_END.finditer(source))]
        self._is_ascii = source.isascii()
        self.line_end = "\n"
        if "\r\n" in source:
            self.line_end = "\r\n"

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Where a node begins."""
        return self._offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Where a node ends. Brackets around an expression are no part of it."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._offset(node.end_lineno, node.end_col_offset)

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The characters of a node."""
        return self.source[self.start(node) : self.end(node)]

    def indent(self, offset: int) -> str:
        """The white space at the beginning of the line of an offset."""
        line = self.source[self.line_start(offset) : offset]
        return line[: len(line) - len(line.lstrip())]

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return max(start for start in self._starts if start <= offset)

    def line_end_after(self, offset: int) -> int:
        """Where the line of an offset ends, comments included."""
        match = LINE_END.search(self.source, offset)
        if match is None:
            return len(self.source)
        return match.start()

    def tokens(self, start: int, end: int) -> list[Token]:
        """The words that stand between two offsets, comments and line ends included."""
        return [each for each in self._tokens if start <= each.start and each.end <= end]

    @cached_property
    def _tokens(self) -> list[Token]:
        # Only at a line end: a form feed or a separator of Unicode is no end of a line here.
        lines = io.StringIO(self.source, newline="")
        return [
            Token(
                each.type,
                each.string,
                self._starts[each.start[0] - 1] + each.start[1],
                self._starts[min(each.end[0], len(self._starts)) - 1] + each.end[1],
            )
            for each in tokenize.generate_tokens(lines.readline)
        ]

    def _offset(self, line: int, column: int) -> int:
        start = self._starts[line - 1]
        if self._is_ascii:
            return start + column
        # The tree counts the bytes of UTF-8.
        in_bytes = self.source[start : start + column].encode()[:column]
        return start + len(in_bytes.decode(errors="ignore"))


def edited(source: str, edits: Iterable[Edit]) -> str:
    """The text after the edits. An edit that is given twice is made once."""
    parts = []
    done = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda each: (each.start, each.end)):
        assert edit.start >= done, "two edits change the same characters"
        parts += [source[done : edit.start], edit.text]
        done = edit.end
    return "".join([*parts, source[done:]])
