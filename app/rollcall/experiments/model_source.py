"""The source of a model: its classes, and the lines that made what PyTorch does not know of."""

from torch import nn

from rollcall.core.walk.object_walk import walk
from rollcall.lectures.source_lines import LectureFile, Source


def source_of(file: LectureFile, model: nn.Module, maker: str = "") -> Source:
    """The class of the model, and those of the same file that it is made of.

    Before them stands the function that makes it, where one does.
    """
    modules, tensors, _ = walk(model)
    made: list[tuple[type, str, str]] = []
    for found in (*modules, *tensors):
        if found.trail:
            made.extend((kind, attribute, found.path) for kind, attribute in found.trail.via)
    classes: set[type] = {kind for kind, _, _ in made}
    classes.update(type(found.value) for found in modules)
    others: set[str] = set()
    for kind in classes:
        bases = [base for base in kind.__mro__ if base.__module__ == type(model).__module__]
        others.update(base.__name__ for base in bases)
    return file.source(type(model), others, made, maker)


def source_of_class(file: LectureFile, name: str) -> Source:
    """The class of a model that cannot be built, or the function that makes none."""
    return file.source_of_class(name)
