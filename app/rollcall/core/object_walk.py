"""Everything that Python reaches from a module, and whether PyTorch's registries know it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import filterfalse
from typing import Any, Literal, NamedTuple

from torch import Tensor, nn

from rollcall.core.container_items import DEAD_ENDS, container_items, is_dead_end
from rollcall.core.instance_attributes import has_state, instance_attributes, outline

Kind = Literal["module", "parameter", "persistent buffer", "non-persistent buffer", "tensor"]
Registration = Literal["registered", "unregistered"]

MAX_NAMES = 32  # a module shared at every level has exponentially many names
_OWN = frozenset(vars(nn.Module()))  # nn.Module's own bookkeeping


class HidingPlace(NamedTuple):
    """The attribute behind which PyTorch's registries end."""

    attribute: str  # path of the attribute: "layers"
    holds: str  # class of its value: "list"


class Trail(NamedTuple):
    """How PyTorch's registries were left on the way to something."""

    unregistered_at: HidingPlace
    # (class, attribute) of every assignment that PyTorch did not record
    via: tuple[tuple[type, str], ...]


# Not a tuple: a walk makes thousands, and a tuple with names takes half as long again.
@dataclass(slots=True, eq=False)
class Found:
    """One tensor or module, met for the first time at `path`."""

    value: Any
    kind: Kind
    path: str
    owner: "Found | None"  # the module that holds it; None for the model itself
    trail: Trail | None  # None: it is registered

    @property
    def registered(self) -> bool:
        """Whether the model's own registries lead to it."""
        return self.trail is None

    @property
    def status(self) -> Registration:
        """The same as a word, for reports."""
        if self.trail is None:
            return "registered"
        return "unregistered"

    @property
    def unregistered_at(self) -> HidingPlace | None:
        """Where the registries were left; None: they were not."""
        if self.trail is None:
            return None
        return self.trail.unregistered_at


Aliases = dict[int, list[str]]  # by id of the value: every path after the first


class Walk(NamedTuple):
    """Everything that was found, in order."""

    modules: list[Found]
    tensors: list[Found]
    aliases: Aliases


def walk(model: nn.Module) -> Walk:
    """Find every module and tensor that is reachable from `model`.

    Each is listed once, and the registered ones come first. Registries are followed as
    `named_modules()` follows them. Attributes are then followed through list, tuple, dict (keys and
    values), set, frozenset, deque and the instance attributes of plain Python objects. Nothing of
    the model's is called: no property, `__getattr__`, `__iter__`, `__eq__` or `__hash__`.
    """
    walker = _Walker()
    walker.enter_registries(Found(model, "module", "", None, None))
    walker.follow_attributes()
    return Walk(walker.modules, walker.tensors, walker.aliases)


class _Walker:
    def __init__(self) -> None:
        self.found: dict[int, Found] = {}
        self.modules: list[Found] = []
        self.tensors: list[Found] = []
        self.aliases: Aliases = {}
        # attributes of modules that are still to be followed: the module, the name, the value
        self.unlisted: deque[tuple[Found, str, Any]] = deque()
        self.entered: set[int] = set()  # containers and plain objects, by id

    def enter_registries(self, start: Found) -> None:
        """Enter a module and, in PyTorch's own order, all that is registered below it."""
        self._enter(start)
        stack = self._contents(start, start.path)
        while stack:
            value, path, owner = stack.pop()
            known = self.found.get(id(value))
            if known is None:
                known = Found(value, "module", path, owner, owner.trail)
                self._enter(known)
            elif _is_ancestor(known, owner) or not self._also(known, path):
                continue
            stack.extend(self._contents(known, path))

    def _contents(self, module: Found, path: str) -> list[tuple[nn.Module, str, Found]]:
        """Enter the tensors of a module and list its children, the last one first."""
        attributes = vars(module.value)
        prefix = _prefix(path)
        if parameters := attributes.get("_parameters"):
            self._tensors(parameters, prefix, module)
        if buffers := attributes.get("_buffers"):
            self._tensors(buffers, prefix, module, attributes["_non_persistent_buffers_set"])
        children = attributes.get("_modules")
        if not children:
            return []
        return [
            (child, prefix + name, module)
            for name, child in reversed(children.items())
            if child is not None
        ]

    def _tensors(
        self,
        registry: dict[str, Tensor | None],
        prefix: str,
        owner: Found,
        transient: set[str] | None = None,
    ) -> None:
        """Enter one registry: the parameters, or the buffers.

        `transient` names the buffers that are not persistent; for parameters it is None.
        """
        kind: Kind = "parameter"
        trail = owner.trail
        for name, value in registry.items():
            if value is None:
                continue
            if transient is not None:
                kind = "non-persistent buffer" if name in transient else "persistent buffer"
            here = Found(value, kind, prefix + name, owner, trail)
            known = self.found.setdefault(id(value), here)
            if known is here:
                self.tensors.append(here)
            else:
                self._also(known, here.path)

    def _also(self, known: Found, name: str) -> bool:
        """Note one more name; False when it is known or there are too many."""
        names = self.aliases.setdefault(id(known.value), [])
        if name == known.path or name in names or len(names) >= MAX_NAMES:
            return False
        names.append(name)
        return True

    def _enter(self, module: Found) -> None:
        """Note a module, and its attributes for later."""
        self.found[id(module.value)] = module
        self.modules.append(module)
        attributes = vars(module.value)
        for name in filterfalse(_OWN.__contains__, attributes):
            value = attributes[name]
            if type(value) not in DEAD_ENDS and not is_dead_end(value):
                self.unlisted.append((module, name, value))

    def follow_attributes(self) -> None:
        """Follow the attributes of all modules, also of those that are found on the way."""
        while self.unlisted:
            owner, name, value = self.unlisted.popleft()
            path = _prefix(owner.path) + name
            assignment = (type(owner.value), name)
            if owner.trail is None:
                start = Trail(HidingPlace(path, type(value).__name__), (assignment,))
            else:
                start = Trail(owner.trail.unregistered_at, (*owner.trail.via, assignment))
            stack = [(value, path, start)]
            while stack:
                value, path, trail = stack.pop()
                kind = type(value)
                if (known := self.found.get(id(value))) is not None:
                    self._also(known, path)
                elif issubclass(kind, nn.Module):
                    self.enter_registries(Found(value, "module", path, owner, trail))
                elif issubclass(kind, Tensor):
                    self.found[id(value)] = Found(value, _kind_of(value), path, owner, trail)
                    self.tensors.append(self.found[id(value)])
                elif id(value) not in self.entered:
                    self.entered.add(id(value))
                    steps = _steps(value, path, trail)
                    inside = [step for step in steps if not is_dead_end(step[0])]
                    stack.extend(reversed(inside))


def _prefix(path: str) -> str:
    """What stands before the name of an attribute."""
    if not path:
        return ""
    return path + "."


def _kind_of(tensor: Tensor) -> Kind:
    """Of one that no registry holds."""
    if isinstance(tensor, nn.Parameter):
        return "parameter"
    return "tensor"


def _is_ancestor(candidate: Found, module: Found) -> bool:
    at: Found | None = module
    while at is not None:
        if at is candidate:
            return True
        at = at.owner
    return False


Step = tuple[Any, str, Trail]


def _steps(value: Any, path: str, trail: Trail) -> Iterator[Step]:
    """What is one level below a container or a plain object: each value, its path, its trail."""
    for item, item_path in container_items(value, path, _stable):
        yield item, item_path, trail
    kind = type(value)
    if has_state(kind):
        for name, item in instance_attributes(value):
            yield item, f"{path}.{name}", Trail(trail.unregistered_at, (*trail.via, (kind, name)))


def _stable(item: Any) -> str:
    """Orders a set the same way in every process, which its hashes do not."""
    if not issubclass(type(item), nn.Module):
        return outline(item)
    inside = _Walker()
    inside.enter_registries(Found(item, "module", "", None, None))
    everything = (*inside.modules, *inside.tensors)
    return " ".join(f"{found.path} {outline(found.value)}" for found in everything)
