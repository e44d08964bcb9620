"""One change that mends a model: where, what it says, and the text after it."""

import ast
from dataclasses import dataclass, field
from typing import Literal

from rollcall.rewrite.attributes import attributes_of
from rollcall.rewrite.classes import ModuleClass, module_classes
from rollcall.rewrite.names import Names
from rollcall.rewrite.scope import scope_of
from rollcall.rewrite.text import Edit, SourceText, edited
from rollcall.rewrite.values import Values

FixKind = Literal[
    "ModuleList", "ModuleDict", "Parameter", "buffer", "training", "own layers", "mode", "self"
]


@dataclass(frozen=True)
class Fix:
    """One mechanical fix."""

    kind: FixKind
    class_name: str  # the class of the file that it mends
    name: str  # attribute or method that it mends: "layers", "train"; of a call, the function
    line: int  # of the file as it is, the first that it changes
    sentence: str  # "self.layers becomes an nn.ModuleList."
    edits: tuple[Edit, ...]
    before: str = field(repr=False)  # the whole file

    @property
    def source(self) -> str:
        """The whole file after this fix alone."""
        return edited(self.before, self.edits)


@dataclass(frozen=True)
class Refusal:
    """What looks like one of these mistakes and cannot be mended by rule."""

    class_name: str
    name: str
    line: int
    why: str  # "self.layers stays a dict: nn.ModuleDict takes no key like 3."


@dataclass(frozen=True)
class Subject:
    """A file that is to be mended, or broken."""

    text: SourceText
    names: Names
    classes: dict[str, ModuleClass]
    values: Values

    def becomes(self, name: str, spelled: str, imports: tuple[Edit, ...]) -> str:
        """The sentence on an attribute that a thing of PyTorch's is put around."""
        article = "an" if spelled.startswith("nn.") else "a"
        more = ", which is imported" if imports else ""
        return f"self.{name} becomes {article} {spelled}{more}."

    def spelled(self, full: str) -> tuple[str, tuple[Edit, ...]]:
        """How the file writes a thing of PyTorch, and the import that this takes, if any."""
        known = self.names.spelled(full)
        if known is not None:
            return known, ()
        head, _, name = full.rpartition(".")
        assert self.names.last_import is not None  # else nothing of PyTorch's has a name here
        offset = self.text.line_end_after(self.text.end(self.names.last_import))
        line = f"{self.text.line_end}from {head} import {name}"
        return name, (Edit(offset, offset, line),)

    def refused_below(self, module: ModuleClass, name: str) -> str:
        """A class that derives from this one and assigns the attribute what is no module.

        PyTorch refuses that where the name is one of a module or a Parameter. "" where none does.
        """
        for other in self.classes.values():
            if module.name not in self._bases(other):
                continue
            attribute = attributes_of(other).get(name)
            for assigned in attribute.assigned if attribute else ():
                scope = scope_of(assigned.method.node)
                if self.values.kind(assigned.value, scope) not in ("module", "parameter"):
                    return other.name
        return ""

    def _bases(self, module: ModuleClass) -> set[str]:
        """The names of the file's classes from which one derives."""
        found: set[str] = set()
        waiting = [module]
        while waiting:
            for base in waiting.pop().node.bases:
                if isinstance(base, ast.Name) and base.id not in found:
                    found.add(base.id)
                    waiting += [self.classes[base.id]] if base.id in self.classes else []
        return found

    def value_span(self, statement: ast.stmt, value: ast.expr) -> tuple[int, int]:
        """Where the right side of an assignment stands, brackets around it included."""
        if getattr(statement, "value", None) is not value:
            return self.text.start(value), self.text.end(value)
        start = self.text.start(value)
        left = self.text.tokens(self.text.start(statement), start)
        equals = [each for each in left if each.text == "="][-1]
        after = [each for each in left if each.start >= equals.end and each.text == "("]
        if after:
            start = after[0].start
        return start, self.text.end(statement)


def subject_of(text: SourceText, known: frozenset[str]) -> Subject:
    """The file with what is known of it. `known` names classes of modules that it imports."""
    names = Names(text.tree)
    classes = module_classes(text.tree, names, known)
    return Subject(text, names, classes, Values(text.tree, names, {*classes, *known}))
