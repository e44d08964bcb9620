"""Modules that are several, and have one registry of parameters: copy.copy() makes such."""

from collections.abc import Iterator

from rollcall.core.findings.kinds import SharedModule
from rollcall.core.walk.object_walk import Found
from rollcall.core.walk.raw_read import module_dict


def shallow_copies(modules: list[Found]) -> Iterator[SharedModule]:
    """One for each module that was copied so, with all its copies."""
    by_registry: dict[int, list[Found]] = {}
    for found in modules:
        parameters = module_dict(found.value).get("_parameters")
        if found.registered and parameters:
            by_registry.setdefault(id(parameters), []).append(found)
    for first, *others in by_registry.values():
        if others:
            parameters = module_dict(first.value)["_parameters"].values()
            yield SharedModule(
                path=first.path,
                aliases=tuple(found.path for found in others),
                class_name=type(first.value).__name__,
                numel=sum(each.numel() for each in parameters if each is not None),
                shallow=True,
            )
