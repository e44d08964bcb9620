"""Which way `self.x = ...` went: seen at nn.Module.__setattr__ itself, as it ran."""

from types import CodeType, FrameType
from typing import Any

from torch import nn

from rollcall.core.walk.raw_read import module_dict, name_of_class
from rollcall.experiments.step.books import REGISTRIES, Registry
from rollcall.experiments.step.line_watch import Tracer
from rollcall.experiments.step.moment import Assignment
from rollcall.experiments.step.thing import thing

_METHODS = ("__setattr__", "register_parameter", "register_buffer", "add_module", "register_module")
MOST_ASSIGNMENTS = 12  # by one line


class AssignmentWatch:
    """Follows the methods of nn.Module that put something on a module."""

    def __init__(self) -> None:
        codes: list[CodeType] = [getattr(nn.Module, name).__code__ for name in _METHODS]
        self.known_inside = frozenset(map(id, codes))
        self._open: list[tuple[FrameType, list[str]]] = []
        self._made: list[Assignment] = []

    def take(self) -> tuple[Assignment, ...]:
        """Those since the last time."""
        made = tuple(self._made)
        self._made.clear()
        return made

    def begin(self, frame: FrameType) -> bool:
        """Whether the file called such a method; then it is followed."""
        if id(frame.f_code) not in self.known_inside or len(self._made) >= MOST_ASSIGNMENTS:
            return False
        frame.f_trace_lines = False
        self._open.append((frame, []))
        return True

    def passed_on(self, frame: FrameType) -> None:
        """One of them called another."""
        if self._open and frame.f_back is self._open[-1][0]:
            self._open[-1][1].append(frame.f_code.co_name)

    def follow(self, frame: FrameType, event: str, arg: Any) -> Tracer | None:
        """Until it returns."""
        if event == "return" and self._open:
            _, passed_on = self._open.pop()
            self._note(frame, passed_on)
        return self.follow

    def _note(self, frame: FrameType, passed_on: list[str]) -> None:
        code = frame.f_code
        _, name_of_name, name_of_value, *_ = code.co_varnames
        names = frame.f_locals
        module, name, value = names.get("self"), names.get(name_of_name), names.get(name_of_value)
        if not issubclass(type(module), nn.Module) or not issubclass(type(name), str):
            return
        name = str.__str__(name)  # a subclass may have a hash of its own
        told = Assignment(
            owner=name_of_class(type(module)),
            name=name,
            value=thing(value),
            method=code.co_name,
            passed_on_to=tuple(passed_on),
            landed_in=_place(module, name, value),
        )
        self._made.append(told)


def _place(module: Any, name: Any, value: Any) -> Registry | None:
    """The dict of the module that holds it now."""
    attributes = module_dict(module)
    for registry in REGISTRIES:
        held = attributes.get(registry)
        if issubclass(type(held), dict) and name in held and held[name] is value:
            return registry
    if name in attributes and attributes[name] is value:
        return "attribute"
    return None
