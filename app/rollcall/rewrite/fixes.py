"""All mechanical fixes of a file, and the file after them."""

from collections.abc import Collection, Iterable, Iterator

from rollcall.rewrite.containers import containers
from rollcall.rewrite.fix import Fix, Refusal, subject_of
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
    return [each for each in _found(source, known) if isinstance(each, Fix)]


def refusals(source: str, known: Collection[str] = ()) -> list[Refusal]:
    """What looks like one of these mistakes and has no mechanical fix, with the reason."""
    return [each for each in _found(source, known) if isinstance(each, Refusal)]


def fixed(source: str, chosen: Iterable[Fix]) -> str:
    """The file after several of its own fixes."""
    return edited(source, [edit for fix in chosen for edit in fix.edits])


def _found(source: str, known: Collection[str]) -> list[Fix | Refusal]:
    try:
        text = SourceText(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    return sorted(_all(text, frozenset(known)), key=lambda each: each.line)


def _all(text: SourceText, known: frozenset[str]) -> Iterator[Fix | Refusal]:
    subject = subject_of(text, known)
    for module in subject.classes.values():
        for look in KINDS:
            yield from look(subject, module)
