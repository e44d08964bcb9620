"""The registries of the models in the making, and all that they lead to."""

from typing import Any, Literal, NamedTuple, TypeVar

import torch
from torch import nn

from rollcall.core.report import Report
from rollcall.core.tensors.tensor_shape import Shape
from rollcall.core.walk.found import Found
from rollcall.core.walk.ownership import is_own_class
from rollcall.core.walk.raw_read import module_dict, name_of_class
from rollcall.core.walk.registry_walk import RegistryWalk
from rollcall.experiments.step.thing import Thing, thing

T = TypeVar("T")
Registry = Literal["_parameters", "_buffers", "_modules", "attribute"]
REGISTRIES: tuple[Registry, ...] = ("_parameters", "_buffers", "_modules")
MOST_BOOKS = 8  # modules of one moment whose registries are told
MOST_ENTRIES = 24  # of one registry
MOST_REGISTERED = 48  # tensors of one moment that are named
MOST_WALKED = 60_000  # modules and tensors that all looks of a recording may pass

_OWN = frozenset(vars(nn.Module()))  # nn.Module's own bookkeeping


class BookEntry(Report):
    """One name in a registry, or among the plain attributes."""

    registry: Registry
    name: str
    value: Thing


class Books(Report):
    """What one module has on it."""

    path: str  # from the model
    class_name: str
    runs: bool  # it is the `self` of the code that runs
    attached: bool  # else nothing leads to it yet
    begun: bool  # whether nn.Module's constructor has made its registries
    entries: tuple[BookEntry, ...]
    more: int = 0  # entries beyond those

    @property
    def place(self) -> tuple[str, bool]:
        """What tells it from the other modules of a moment."""
        return self.path, self.attached

    def path_of(self, name: str) -> str:
        """Of one of its entries, from the model, or from itself where nothing leads to it."""
        return f"{self.path}.{name}".removeprefix(".")


class Registered(Report):
    """A tensor that the registries lead to, under its first path."""

    path: str
    kind: Literal["parameter", "buffer"]
    shape: Shape | None


class Look(NamedTuple):
    """What is seen at one moment."""

    books: tuple[Books, ...] = ()
    registered: tuple[Registered, ...] = ()
    total: int = 0  # registered tensors, of which not all may be named


class Bookkeeper:
    """Looks again and again; what has not changed is the same object, which is pickled once."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._last = Look()
        self._walked = 0

    @property
    def is_tired(self) -> bool:
        """Whether the model is so large that it is looked at no more."""
        return self._walked > MOST_WALKED

    def look(self, root: nn.Module | None, current: nn.Module | None) -> Look:
        """At the model in the making, and at the module whose code runs."""
        if root is None or self.is_tired:
            return self._last
        walk = RegistryWalk()
        walk.enter_registries(Found(root, "module", "", None, None))
        self._walked += len(walk.modules) + len(walk.tensors)
        shown = [each for each in walk.modules if _is_told(each) and each.value is not current]
        books = [self._books(each.value, each.path, runs=False) for each in shown[:MOST_BOOKS]]
        if current is not None:
            found = walk.found.get(id(current))
            books.insert(0, self._of_current(current, found))
        registered = tuple(map(self._registered, walk.tensors[:MOST_REGISTERED]))
        self._last = Look(self._same(tuple(books)), self._same(registered), len(walk.tensors))
        return self._last

    def _of_current(self, module: nn.Module, found: Found | None) -> Books:
        if found is None:
            return self._books(module, "", runs=True, attached=False)
        return self._books(module, found.path, runs=True)

    def _books(self, module: nn.Module, path: str, *, runs: bool, attached: bool = True) -> Books:
        attributes = module_dict(module)
        entries: list[BookEntry] = []
        more = 0
        for registry in REGISTRIES:
            held = attributes.get(registry)
            if issubclass(type(held), dict):
                more += self._enter(entries, registry, list(dict.items(held)))
        plain = [(name, value) for name, value in attributes.items() if name not in _OWN]
        if issubclass(type(module), torch.jit.ScriptModule):
            plain = []  # they are the compiler's
        more += self._enter(entries, "attribute", plain)
        return self._same(
            Books(
                path=path,
                class_name=name_of_class(type(module)),
                runs=runs,
                attached=attached,
                begun="_modules" in attributes,
                entries=tuple(entries),
                more=more,
            )
        )

    def _enter(
        self, entries: list[BookEntry], registry: Registry, pairs: list[tuple[str, Any]]
    ) -> int:
        for name, value in pairs[:MOST_ENTRIES]:
            entry = BookEntry(registry=registry, name=str.__str__(name), value=thing(value))
            entries.append(self._same(entry))
        return max(0, len(pairs) - MOST_ENTRIES)

    def _registered(self, found: Found) -> Registered:
        kind: Literal["parameter", "buffer"] = "buffer"
        if found.kind == "parameter":
            kind = "parameter"
        shape = thing(found.value).shape
        return self._same(Registered(path=found.path, kind=kind, shape=shape))

    def _same(self, value: T) -> T:
        """The object that was equal to it before."""
        kept: T = self._known.setdefault(value, value)
        return kept


def _is_told(found: Found) -> bool:
    """The model itself, and its parts whose class a lecture writes."""
    return not found.path or is_own_class(type(found.value))
