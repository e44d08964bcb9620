"""The line of a class that assigns an attribute, read off its compiled methods.

No source is needed, so it also works for a class of a notebook, and for `self.__name`.
"""

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from rollcall.core.code_place import CodePlace
from rollcall.core.walk.function_parts import WRAPPED
from rollcall.core.walk.raw_read import class_dict, mro

_STORES = ("STORE_ATTR", "STORE_SLOT")


def assigned_at(kind: type, attribute: str) -> CodePlace | None:
    """The first such line; the class's own methods come before those that it inherits.

    None where no method assigns it, as when a script does so from outside.
    """
    for base in mro(kind):
        for value in class_dict(base).values():
            if type(value) is not FunctionType:
                continue
            for place in _stores(_written(value).__code__, attribute):
                return place
    return None


def _written(function: FunctionType) -> FunctionType:
    """What a decorator was given."""
    inner: Any = function
    while type(inner.__dict__.get(WRAPPED)) is FunctionType:
        inner = inner.__dict__[WRAPPED]
    written: FunctionType = inner
    return written


def _stores(code: CodeType, attribute: str) -> Iterator[CodePlace]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in _STORES and instruction.argval == attribute:
            line = instruction.positions and instruction.positions.lineno
            if line:
                yield CodePlace(code.co_filename, line)
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _stores(constant, attribute)
