"""The names of PyTorch's modules and classes, and which of them lead to something else now."""

import sys
from collections.abc import Iterator
from functools import cache
from operator import attrgetter, is_
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Literal, NamedTuple, get_args

import torch
import torch.optim
from torch import nn

EVERYTHING = (
    "builtins",
    "copy",
    "functools",
    "itertools",
    "math",
    "numpy",
    "numpy.random",
    "os",
    "random",
    "time",
    "torch",
    "torch._tensor",
    "torch.cuda",
    "torch.fft",
    "torch.func",
    "torch.functional",
    "torch.linalg",
    "torch.overrides",
    "torch.random",
    "torch.serialization",
    "torch.special",
)
PACKAGES = ("torch.nn", "torch.optim", "torch.autograd")
# What Python adds to a namespace by itself, at the first use of something.
ADDED_BY_PYTHON = ("__annotations__", "__slotnames__", "__warningregistry__")
COMPILER = Path(torch.__file__).parent / "_dynamo"
COMPILER_MARKS = ("___needs_generation_tag_patch", "___has_generation_tag_patch")  # since 2.15
PROFILER = "torch.autograd.profiler"
FOLLOWS_DEFAULT_DTYPE = "torch.Storage"

MISSING = object()
_inside = attrgetter("__code__", "__defaults__", "__kwdefaults__")

Owner = ModuleType | type
# To look at everything takes 2 ms in the middle of other work; at what models use, a fifth of it.
Extent = Literal["most used", "everything"]


class Rename(NamedTuple):
    """A name that leads to something else than before."""

    owner: Owner
    name: str
    before: Any  # MISSING: there was no such name
    after: Any  # MISSING: there is none any more

    @property
    def path(self) -> str:
        """As one would write it."""
        if isinstance(self.owner, ModuleType):
            return f"{self.owner.__name__}.{self.name}"
        return f"{self.owner.__module__}.{self.owner.__qualname__}.{self.name}"

    def write(self, value: Any) -> None:
        """Let the name lead to `value`."""
        if isinstance(self.owner, type) and value is MISSING:
            type.__delattr__(self.owner, self.name)
        elif isinstance(self.owner, type):
            type.__setattr__(self.owner, self.name, value)
        elif value is MISSING:
            vars(self.owner).pop(self.name, None)
        else:
            vars(self.owner)[self.name] = value


class Rewritten(NamedTuple):
    """A function that has other code or other defaults than before."""

    function: FunctionType
    before: tuple[Any, ...]
    after: tuple[Any, ...]

    @property
    def path(self) -> str:
        """As one would write it."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def write(self, value: tuple[Any, ...]) -> None:
        """Give the function other code and defaults."""
        function: Any = self.function
        function.__code__, function.__defaults__, function.__kwdefaults__ = value


class Namespaces:
    """What the names lead to when this is made."""

    def __init__(self, extent: Extent = "everything") -> None:
        self._watched = _watched(extent)
        self._names = [vars(owner).copy() for owner in self._watched.owners]
        self._inside = list(map(_inside, self._watched.functions))

    def differences(self) -> Iterator[Rename | Rewritten]:
        """What has changed since."""
        for place, (owner, before) in enumerate(
            zip(self._watched.owners, self._names, strict=True)
        ):
            now = vars(owner)
            if len(now) != len(before) or not all(map(is_, now.values(), before.values())):
                seen = dict(now)
                found = list(_renamed(owner, before, seen))
                if not found:  # what is usual stays, and is not looked at name by name again
                    self._names[place] = seen
                yield from found
        functions = self._watched.functions
        for function, inside in zip(functions, self._inside, strict=True):
            if _inside(function) != inside:
                yield Rewritten(function, inside, _inside(function))


def _renamed(owner: Owner, before: dict[str, Any], now: dict[str, Any]) -> Iterator[Rename]:
    for name in sorted(before.keys() | now.keys()):
        found = Rename(owner, name, before.get(name, MISSING), now.get(name, MISSING))
        if found.before is not found.after and not _is_usual(found):
            yield found


def _is_usual(found: Rename) -> bool:
    """Whether it comes about by itself, as a submodule is there from its first import on."""
    if found.before is MISSING and isinstance(found.after, ModuleType):
        return True
    if found.name == "step" and getattr(found.after, "hooked", False):
        return True  # the first optimizer of a class wraps it for the profiler
    if found.name in COMPILER_MARKS or _is_of_compiler(found.after):
        return True
    return found.name in ADDED_BY_PYTHON or found.path == FOLLOWS_DEFAULT_DTYPE


def _is_of_compiler(value: Any) -> bool:
    """Whether the first torch.compile put it there, around what it must not look into."""
    code = getattr(value, "__code__", None)
    return code is not None and COMPILER in Path(code.co_filename).parents


def list_watched() -> None:
    """Find out what is watched, for all processes that are forked from this one."""
    for extent in get_args(Extent):
        _watched(extent)


class _Watched(NamedTuple):
    owners: list[Owner]
    functions: list[FunctionType]  # whose code and defaults are looked at, too


@cache
def _watched(extent: Extent) -> _Watched:
    """Those that are imported at the first call: what a file imports later is its own affair."""
    if extent == "most used":
        modules = [torch, nn.functional, nn.init]
        classes: list[type] = [torch.Tensor, nn.Module, nn.Parameter]
        for package in (nn, torch.optim):
            classes.extend(_classes_of(package))
        return _Watched([*modules, *dict.fromkeys(classes)], [])
    modules = [module for name, module in sorted(sys.modules.items()) if _is_watched(name)]
    owners: dict[Owner, None] = dict.fromkeys(modules)
    owners[torch.Tensor] = None
    for module in modules:
        owners.update(dict.fromkeys(_classes_of(module)))
    functions = [each for owner in owners for each in _functions_of(owner)]
    return _Watched(list(owners), list(dict.fromkeys(functions)))


def _is_watched(name: str) -> bool:
    if name.startswith(PROFILER):  # it notes in its names what it found
        return False
    below = tuple(f"{package}." for package in PACKAGES)
    return name in EVERYTHING or name in PACKAGES or name.startswith(below)


def _classes_of(module: ModuleType) -> Iterator[type]:
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__.startswith(PACKAGES):
            yield value


def _functions_of(owner: Owner) -> Iterator[FunctionType]:
    for value in vars(owner).values():
        if isinstance(value, FunctionType) and value.__module__.startswith(PACKAGES):
            yield value
