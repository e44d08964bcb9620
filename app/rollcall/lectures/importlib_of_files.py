"""`importlib` as a lecture file gets it: its import_module() finds the user's files, too."""

import importlib
import sys
from collections.abc import Callable, Mapping
from importlib.util import resolve_name
from types import ModuleType
from typing import Any

OURS = "lecture_"  # the names under which the user's files are run begin so
ALL = ("__name__",)  # wanted of a module: then an import gives it, and not the first of `a.b.c`


def importlib_of(import_: Callable[..., Any]) -> ModuleType:
    """The module, with another import_module().

    Args:
        import_: what an import statement of the file calls; it takes what `__import__` takes.
    """

    def import_module(name: str, package: str | None = None) -> Any:
        asking = sys._getframe(1).f_globals
        dots = len(name) - len(name.lstrip("."))
        if dots and (not package or package.startswith(OURS)):
            return import_(name[dots:], _names_of(package) or asking, None, ALL, dots)
        if dots:
            name = resolve_name(name, package)
        first, _, rest = name.partition(".")
        around = _names_of(first)
        if around and rest:  # f"{__name__}.part", in a package
            return import_(rest, around, None, ALL, 1)
        return import_(name, asking, None, ALL, 0)

    module = ModuleType(importlib.__name__, importlib.__doc__)
    vars(module).update(vars(importlib))
    vars(module).update(import_module=import_module, __getattr__=_later)
    return module


def _names_of(package: str | None) -> Mapping[str, Any]:
    """What a package of the user's defines, by the name that we gave it."""
    if not package or not package.startswith(OURS) or package not in sys.modules:
        return {}
    return vars(sys.modules[package])


def _later(name: str) -> Any:
    """What importlib got since then: its util, say."""
    return getattr(importlib, name)
