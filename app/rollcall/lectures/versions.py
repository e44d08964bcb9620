"""Versions of a lecture file that are made from its text: mended by rule, or broken by rule."""

import re
from functools import lru_cache

from torch import nn

from rollcall.lectures.lecture_file import LoadedFile
from rollcall.rewrite.breaks import Break, breaks
from rollcall.rewrite.fixes import FixesOfFile, fixed

FIXED = "fixed"
BROKEN = re.compile(r"broken([1-9]\d?)")  # with the number of the way in which it is broken
FILES_KEPT = 128  # whose fixes are remembered, for when another file of the course is saved


def version_name(model: str, word: str) -> str:
    """The name of a version of a model: "containers.BadListNet.fixed"."""
    return f"{model}.{word}"


def version_of(name: str) -> tuple[str, str]:
    """The model that a name is a version of, and which; two empty words where it is of none."""
    model, _, word = name.rpartition(".")
    is_version = word == FIXED or BROKEN.fullmatch(word)
    if is_version and "." in model.replace(":", "."):
        return model, word
    return "", ""


def broken_name(model: str, number: int) -> str:
    """The name of a model that is broken in one of its ways, counted from 1."""
    return version_name(model, f"broken{number}")


def break_of(file: LoadedFile, model: str, word: str) -> Break | None:
    """How a version is broken; None where there is no such way."""
    match = BROKEN.fullmatch(word)
    if match is None:
        return None
    ways = breaks_of(file, model)
    number = int(match[1])
    if number > len(ways):
        return None
    return ways[number - 1]


def breaks_of(file: LoadedFile, model: str) -> list[Break]:
    """Every way in which a model can be broken by rule."""
    if not file.can_be_changed:
        return []
    return _breaks(file.text, model, _known(file))


def made_version(file: LoadedFile, model: str, word: str) -> LoadedFile:
    """A version of the file of a model, run.

    Raises:
        Exception: whatever its code raises, and SystemExit.
    """
    way = break_of(file, model, word)
    if way is not None:
        return file.version(word, way.source)
    return file.version(word, fixed(file.text, _fixes(file.text, _known(file)).all()))


def what_a_fix_changes(file: LoadedFile, model: str) -> tuple[str, ...]:
    """A sentence for each change of the fixed version of a model; none: there is no such version.

    Args:
        file: the model's.
        model: its class, or the function that makes it.
    """
    if not file.can_be_changed:
        return ()
    found = _fixes(file.text, _known(file)).of_model(model)
    return tuple(dict.fromkeys(each.sentence for each in found))


@lru_cache(maxsize=FILES_KEPT)
def _fixes(text: str, known: frozenset[str]) -> FixesOfFile:
    return FixesOfFile(text, known)


@lru_cache(maxsize=FILES_KEPT)
def _breaks(text: str, model: str, known: frozenset[str]) -> list[Break]:
    return breaks(text, model, known)


def _known(file: LoadedFile) -> frozenset[str]:
    """The names in a file that stand for classes of modules."""
    names = vars(file.shared_state.module).items()
    return frozenset(
        name for name, value in names if isinstance(value, type) and issubclass(value, nn.Module)
    )
