"""The text of a lecture file's classes, and the lines in it that made an attribute."""

import ast
import difflib
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from rollcall.core.code_place import statements_making
from rollcall.core.report import Report
from rollcall.lectures.latest import Latest

FILES_KEPT = 32  # of which the syntax trees are remembered
CALLED = ("forward", "__call__")
AROUND = 2  # lines before and after the one that a file could not be loaded for


class SourceLine(Report):
    """One line of a lecture file."""

    number: int
    text: str
    # paths of the unregistered state that this line's assignment led to
    hides: tuple[str, ...] = ()


def lines_around(path: Path, line: int | None) -> tuple[SourceLine, ...]:
    """A line of a file with two lines before and after it; the file need not be valid Python."""
    if line is None:
        return ()
    try:
        lines = path.read_text("utf-8", errors="replace").removesuffix("\n").split("\n")
    except OSError:
        return ()
    first = max(1, line - AROUND)
    return tuple(
        SourceLine(number=number, text=text)
        for number, text in enumerate(lines[first - 1 : line + AROUND], first)
    )


Definition = ast.ClassDef | ast.FunctionDef


class Source(Report):
    """The classes that make up one subject, its own first.

    A plain class that computes stands before the module that adapts it.
    """

    file: str
    classes: tuple[tuple[SourceLine, ...], ...]


class Change(Report):
    """Neighbouring lines that a model and its twin have different."""

    left: tuple[SourceLine, ...]
    right: tuple[SourceLine, ...]


@dataclass(frozen=True)
class LectureFile:
    """One lecture file, parsed."""

    name: str
    lines: tuple[str, ...]
    classes: dict[str, ast.ClassDef]
    functions: dict[str, ast.FunctionDef]

    @classmethod
    def read(cls, path: Path) -> "LectureFile":
        """Parse the file at `path`."""
        # It is read as Python reads it: past a byte order mark, in the declared encoding.
        with tokenize.open(path) as file:
            text = file.read()
        return _parsed(path, text)

    @classmethod
    def of_text(cls, path: Path, text: str, name: str) -> "LectureFile":
        """Parse a text that goes for a file at `path`, under the name that is shown."""
        return replace(_parsed(path, text), name=name)

    def source(
        self,
        own: type,
        others: Iterable[str],
        made: Iterable[tuple[type, str, str]],
        maker: str = "",
    ) -> Source:
        """The text of the class `own` and of the `others`, each line with the state that it hides.

        Args:
            own: the subject's class.
            others: names of further classes; those that this file does not define are left out.
            made: (class, attribute, path of what became unregistered by it), as a walk reports them
                in `Trail.via`.
            maker: name of a function that makes the subject; it stands first.
        """
        hides = self._hides(own, made)
        first = own.__name__
        leading = [first]
        if adapted := self._adapted(own):
            leading = [adapted, first]
        further = [name for name in self.classes if name in set(others) - set(leading)]
        further.sort(key=lambda name: self.classes[name].lineno)
        nodes: list[Definition] = []
        if maker in self.functions:
            nodes.append(self.functions[maker])
        nodes.extend(self.classes[name] for name in (*leading, *further) if name in self.classes)
        return Source(file=self.name, classes=tuple(self._text(node, hides) for node in nodes))

    def _adapted(self, own: type) -> str:
        """The plain class in this file from which a module has its forward; else ""."""
        for kind in own.__mro__:
            node = self.classes.get(kind.__name__)
            if node is None or kind.__module__ != own.__module__:
                continue
            if any(isinstance(part, ast.FunctionDef) and part.name in CALLED for part in node.body):
                if issubclass(kind, nn.Module):
                    return ""
                return kind.__name__
        return ""

    def source_of_class(self, name: str) -> Source:
        """The text of one class or function; nothing where the file makes it otherwise."""
        node = self.classes.get(name) or self.functions.get(name)
        nodes = [node] if node else []
        return Source(file=self.name, classes=tuple(self._text(node, {}) for node in nodes))

    def source_of_loop(self, name: str) -> Source:
        """The text of a function; behind it, that of the functions and classes that it names."""
        node = self.functions.get(name)
        if node is None:
            return Source(file=self.name, classes=())
        known: dict[str, Definition] = {**self.functions, **self.classes}
        found = [name]
        for each in found:
            names = [part.id for part in ast.walk(known[each]) if isinstance(part, ast.Name)]
            found.extend(other for other in names if other in known and other not in found)
        return Source(file=self.name, classes=tuple(self._text(known[n], {}) for n in found))

    def _hides(self, own: type, made: Iterable[tuple[type, str, str]]) -> dict[int, list[str]]:
        """By the number of a line, the paths of the state that its assignment hides."""
        hides: dict[int, list[str]] = {}
        # Kept, because a list of a thousand layers is one attribute.
        making: dict[tuple[str, str], tuple[int, ...]] = {}
        for kind, attribute, path in made:
            # By name alone, class Linear(nn.Linear) would be taken for its own base.
            bases = [base for base in kind.__mro__ if base.__module__ == own.__module__]
            for name in [base.__name__ for base in bases]:
                if (name, attribute) not in making:
                    making[name, attribute] = tuple(self._making(name, attribute))
                for number in making[name, attribute]:
                    hides.setdefault(number, []).append(path)
        return hides

    def _text(self, node: Definition, hides: dict[int, list[str]]) -> tuple[SourceLine, ...]:
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        numbers = range(first, (node.end_lineno or node.lineno) + 1)
        return tuple(
            SourceLine(number=n, text=self.lines[n - 1], hides=tuple(hides.get(n, ())))
            for n in numbers
        )

    def _making(self, name: str, attribute: str) -> Iterator[int]:
        """Lines of the statements in the class `name` that assign `self.attribute`."""
        if name not in self.classes:
            return
        for statement in statements_making(self.classes[name], attribute):
            yield from range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def _parse(path: Path, text: str) -> LectureFile:
    nodes = ast.parse(text, str(path)).body
    classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}
    functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
    return LectureFile(path.name, tuple(text.split("\n")), classes, functions)


_parsed = Latest(_parse, FILES_KEPT)  # every page of a model's source asks for it


def changes(left: Source, right: Source, left_name: str, right_name: str) -> tuple[Change, ...]:
    """What differs between two subjects' source, apart from blank lines and their own names."""
    left_lines, right_lines = _written(left), _written(right)
    matcher = difflib.SequenceMatcher(
        None,
        [line.text.replace(left_name, "") for line in left_lines],
        [line.text.replace(right_name, "") for line in right_lines],
        autojunk=False,
    )
    return tuple(
        Change(left=tuple(left_lines[a:b]), right=tuple(right_lines[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )


def _written(source: Source) -> list[SourceLine]:
    """The lines of all classes in order, blank ones left out."""
    lines: list[SourceLine] = []
    for of_class in source.classes:
        lines.extend(line for line in of_class if line.text.strip())
    return lines
