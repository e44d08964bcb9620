"""The numbers of Python's that a model keeps, such as a count or a largest value that was seen."""

from collections.abc import Iterator, Mapping

from torch import nn

from rollcall.core.findings.structure import joined_path
from rollcall.core.walk.object_walk import walk
from rollcall.core.walk.raw_read import module_dict


def python_numbers(model: nn.Module) -> dict[str, float]:
    """Those that are attributes of its modules, by path."""
    return {
        joined_path(found.path, name): value
        for found in walk(model).modules
        for name, value in module_dict(found.value).items()
        if type(value) in (int, float)
    }


def changed_numbers(before: Mapping[str, float], model: nn.Module) -> Iterator[str]:
    """The paths of those that are not as they were."""
    after = python_numbers(model)
    yield from (path for path in before if before[path] != after.get(path))
