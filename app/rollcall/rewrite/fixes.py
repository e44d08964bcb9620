"""All mechanical fixes of a file, and the file after them."""

from collections.abc import Collection, Iterable

from rollcall.rewrite.containers import containers
from rollcall.rewrite.fix import Fix, Refusal, Subject, subject_of
from rollcall.rewrite.made_of import assigned_anew, made_of
from rollcall.rewrite.mode_methods import mode_methods
from rollcall.rewrite.own_layers import own_layers
from rollcall.rewrite.tensors import tensors
from rollcall.rewrite.text import SourceText, edited
from rollcall.rewrite.training_flag import training_flag

KINDS = (containers, tensors, training_flag, own_layers, mode_methods)


def fixes(source: str, known: Collection[str] = ()) -> list[Fix]:
    """What can be mended in a file by rule, in the order of its lines.

    Only what the text itself shows to be a mistake: a list of layers that it makes, and not one of
    layers that it was given. Each fix says what it changes (`sentence`), where (`line`,
    `class_name`, `name`) and has the file after it alone (`source`); `fixed` makes several at once.
    No comment, no blank and no other line changes.

    Args:
        source: the text of a Python file. Text that is no Python has no fixes.
        known: names in it that stand for module classes and come from elsewhere, where a run of the
            file has shown that they do: `Block` of `from blocks import Block`.
    """
    return FixesOfFile(source, known).all()


def refusals(source: str, known: Collection[str] = ()) -> list[Refusal]:
    """What looks like one of these mistakes and has no mechanical fix, with the reason."""
    return FixesOfFile(source, known).refused()


def fixed(source: str, chosen: Iterable[Fix]) -> str:
    """The file after several of its own fixes."""
    return edited(source, [edit for fix in chosen for edit in fix.edits])


class FixesOfFile:
    """What can be mended in one file, looked for class by class. Arguments as of `fixes`."""

    def __init__(self, source: str, known: Collection[str] = ()) -> None:
        self._found: dict[str, list[Fix | Refusal]] = {}
        self._subject: Subject | None = None
        try:
            self._subject = subject_of(SourceText(source), frozenset(known))
        except (SyntaxError, ValueError, RecursionError):
            return

    def all(self) -> list[Fix]:
        """Of all classes, in the order of their lines."""
        return [each for each in self._all() if isinstance(each, Fix)]

    def refused(self) -> list[Refusal]:
        """What cannot be mended by rule."""
        return [each for each in self._all() if isinstance(each, Refusal)]

    def of_model(self, model: str) -> list[Fix]:
        """Of a class, or of the function that makes it, and of its parts."""
        if self._subject is None:
            return []
        tree = self._subject.text.tree
        parts = made_of(tree, model)
        found = [each for name in self._subject.classes if name in parts for each in self._of(name)]
        mended = sorted((each for each in found if isinstance(each, Fix)), key=_line)
        if not mended:
            return []
        anew = assigned_anew(tree, model)
        return [each for each in mended if (each.class_name, each.name) not in anew]

    def _all(self) -> list[Fix | Refusal]:
        if self._subject is None:
            return []
        return sorted(
            (each for name in self._subject.classes for each in self._of(name)), key=_line
        )

    def _of(self, name: str) -> list[Fix | Refusal]:
        assert self._subject is not None
        if name not in self._found:
            module = self._subject.classes[name]
            self._found[name] = [each for look in KINDS for each in look(self._subject, module)]
        return self._found[name]


def _line(found: Fix | Refusal) -> int:
    return found.line
