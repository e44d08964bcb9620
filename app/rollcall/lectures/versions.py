"""Versions of a lecture file that are made from its text, such as one that is mended by rule."""

from functools import lru_cache

from torch import nn

from rollcall.lectures.lecture_file import LoadedFile
from rollcall.rewrite.fixes import FixesOfFile, fixed

FIXED = "fixed"
FILES_KEPT = 128  # whose fixes are remembered, for when another file of the course is saved


def version_name(model: str, word: str) -> str:
    """The name of a version of a model: "containers.BadListNet.fixed"."""
    return f"{model}.{word}"


def version_of(name: str) -> tuple[str, str]:
    """The model that a name is a version of, and which; two empty words where it is of none."""
    model, _, word = name.rpartition(".")
    if word == FIXED and "." in model.replace(":", "."):
        return model, word
    return "", ""


def made_version(file: LoadedFile, word: str) -> LoadedFile:
    """A version of a file, run.

    Raises:
        Exception: whatever its code raises, and SystemExit.
    """
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


def _known(file: LoadedFile) -> frozenset[str]:
    """The names in a file that stand for classes of modules."""
    names = vars(file.shared_state.module).items()
    return frozenset(
        name for name, value in names if isinstance(value, type) and issubclass(value, nn.Module)
    )
