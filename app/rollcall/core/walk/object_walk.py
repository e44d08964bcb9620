"""Everything that Python reaches from a module, and whether PyTorch's registries know it."""

from collections import deque
from itertools import filterfalse
from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.walk.container_items import DEAD_END_IDS, is_dead_end
from rollcall.core.walk.found import (
    ATTRIBUTE,
    Aliases,
    Found,
    HidingPlace,
    Kind,
    Registration,
    Trail,
    Walk,
)
from rollcall.core.walk.instance_attributes import Slot, filled, outline, slots
from rollcall.core.walk.object_parts import object_parts
from rollcall.core.walk.raw_read import instance_dict, name_of_class
from rollcall.core.walk.registry_walk import RegistryWalk, prefix_of
from rollcall.core.walk.step import Step

__all__ = [
    "Aliases",
    "Found",
    "HidingPlace",
    "Kind",
    "Registration",
    "Trail",
    "Walk",
    "walk",
    "walk_with_holders",
]

_OWN_NAMES = list(vars(nn.Module()))
_OWN_COUNT = len(_OWN_NAMES)
_OWN = frozenset(_OWN_NAMES)  # nn.Module's own bookkeeping
_FLAT_WEIGHTS = "_flat_weights"  # where an RNN of PyTorch's keeps its weights once more
_HOOKS = tuple(name for name in vars(nn.Module()) if name.endswith("_hooks"))
_FIRST_HOOK = _OWN_NAMES.index(_HOOKS[0])
_LAST_HOOK = _OWN_NAMES.index(_HOOKS[-1]) + 1


def walk(model: nn.Module) -> Walk:
    """Find every module and tensor that is reachable from `model`.

    Each is listed once, and the registered ones come first. Registries are followed as
    `named_modules()` follows them. Attributes are then followed through whatever holds something;
    then the classes, hooks and globals of the user's own files. Nothing of the model's is called:
    no property, `__getattr__`, `__iter__`, `__eq__` or `__hash__`.
    """
    walked, _ = walk_with_holders(model)
    return walked


def walk_with_holders(model: nn.Module) -> tuple[Walk, list[Any]]:
    """The same, and all that it came through: containers, objects, functions, classes."""
    walker = _Walker()
    walker.enter_registries(Found(model, "module", "", None, None))
    walker.follow_attributes()
    return Walk(walker.modules, walker.tensors, walker.aliases), [*walker.entered.values()]


class _Walker(RegistryWalk):
    def __init__(self) -> None:
        super().__init__()
        # attributes of modules that are still to be followed: the module, the name, the value
        self.unlisted: deque[tuple[Found, str, Any]] = deque()
        # what is followed after all attributes; without a trail it still is the module's own
        self.later: deque[tuple[Found, Step, Trail | None]] = deque()
        self.entered: dict[int, Any] = {}  # whatever may hold something, by its id
        self.slots: dict[int, tuple[Slot, ...]] = {}  # of the classes of modules, by their id
        self.paths: set[str] = set()  # all that are taken, once something unregistered is found

    def look_at(self, module: Found, attributes: dict[str, Any]) -> None:
        """Note its attributes for later."""
        values = [*attributes.values()]
        hooks, more = values[_FIRST_HOOK:_LAST_HOOK], values[_OWN_COUNT:]
        own = [*attributes][:_OWN_COUNT]
        if own != _OWN_NAMES:  # of an old file, or its class goes its own way
            hooks, more = [*map(attributes.get, _HOOKS)], values
        if more and not DEAD_END_IDS.issuperset(map(id, map(type, more))):
            self._note_attributes(module, attributes)
        if any(hooks):
            self._note_hooks(module, attributes)
        kind = type(module.value)
        own_slots = self.slots.get(id(kind))
        if own_slots is None:
            self.slots[id(kind)] = own_slots = tuple(slots(kind, nn.Module))
            self.later.append((module, Step(kind, module.path), module.trail))
        for slot in own_slots:
            self.unlisted.extend((module, *pair) for pair in filled([slot], module.value))

    def _note_attributes(self, module: Found, attributes: dict[str, Any]) -> None:
        for name in filterfalse(_OWN.__contains__, attributes):
            item = attributes[name]
            if name == _FLAT_WEIGHTS:  # after the attributes that it repeats
                assignment = (type(module.value), name)
                step = Step(item, prefix_of(module.path) + name, None, assignment)
                self.later.append((module, step, module.trail))
            elif id(type(item)) not in DEAD_END_IDS and not is_dead_end(item):
                self.unlisted.append((module, name, item))

    def _note_hooks(self, module: Found, attributes: dict[str, Any]) -> None:
        for registry in _HOOKS:
            kind = registry.removesuffix("s").strip("_").replace("_", " ")
            hooks: Any = attributes.get(registry)
            if not issubclass(type(hooks), dict):
                continue
            for index, hook in enumerate(dict.values(hooks)):
                path = f"{module.path} ({kind} {index})".lstrip()
                self.later.append((module, Step(hook, path, "hook"), module.trail))

    def follow_attributes(self) -> None:
        """Follow the attributes of all modules, also of those that are found on the way."""
        while self.strangers or self.unlisted or self.later:
            self.unlisted.extend(self.strangers)
            self.strangers.clear()
            if self.unlisted:
                owner, name, value = self.unlisted.popleft()
                if issubclass(type(owner.value), torch.jit.ScriptModule):
                    continue  # its attributes are the compiler's
                assignment = (type(owner.value), name)
                step = Step(value, prefix_of(owner.path) + name, None, assignment)
                self._follow(owner, step, owner.trail)
            else:
                self._follow(*self.later.popleft())

    def _follow(self, owner: Found, first: Step, start: Trail | None) -> None:
        stack = [(first, start)]
        while stack:
            step, before = stack.pop()
            trail = _onward(before, step)
            value = step.value
            kind = type(value)
            if (known := self.found.get(id(value))) is not None:
                self._meet_again(known, step.path, trail)
            elif issubclass(kind, nn.Module | Tensor):
                self._find(value, self._unique(step.path), owner, trail)
            elif id(value) not in self.entered:
                self.entered[id(value)] = value
                stack.extend((each, trail) for each in reversed(self._below(owner, step, trail)))

    def _find(self, value: Any, path: str, owner: Found, trail: Trail | None) -> None:
        """Enter something that no registry of its owner leads to."""
        if issubclass(type(value), nn.Module):
            self.enter_registries(Found(value, "module", path, owner, trail))
            return
        self.found[id(value)] = Found(value, _kind_of(value), path, owner, trail)
        self.tensors.append(self.found[id(value)])

    def _below(self, owner: Found, step: Step, trail: Trail | None) -> list[Step]:
        """What is to be followed now; what others hold, too, is left for later."""
        near = []
        for below in object_parts(step.value, step.path, _stable):
            if below.remote:
                self.later.append((owner, below, trail))
            elif not is_dead_end(below.value):
                near.append(below)
        return near

    def _meet_again(self, known: Found, path: str, trail: Trail | None) -> None:
        """A closure or a bound method that holds `self` gives no name to it.

        Nor does the list in which an RNN keeps its weights once more.
        """
        if f"{_FLAT_WEIGHTS}[" in path:
            return
        found_by = ATTRIBUTE if trail is None else trail.found_by
        if found_by == ATTRIBUTE or (known.kind != "module" and found_by != "weak reference"):
            self.also(known, path)

    def _unique(self, path: str) -> str:
        """The path, with a number behind it where another thing has it."""
        if not self.paths:
            self.paths.update(found.path for found in self.found.values())
        free, number = path, 1
        while free in self.paths:
            number += 1
            free = f"{path} ({number})"
        self.paths.add(free)
        return free


def _onward(trail: Trail | None, step: Step) -> Trail | None:
    """How the registries were left after one more step; None: they were not, as in a method."""
    if step.found_by is None and step.assignment is None:
        return trail
    kind = type(step.value)
    found_by = step.found_by or ATTRIBUTE
    is_module = found_by == ATTRIBUTE and issubclass(kind, nn.Module)
    place = HidingPlace(step.path, name_of_class(kind), found_by, is_module)
    if trail is None:
        trail = Trail(place, (), ATTRIBUTE)
    elif step.found_by and _is_passed_on(trail.unregistered_at):
        trail = trail._replace(unregistered_at=place)
    via = trail.via
    if step.assignment is not None:
        via = (*via, step.assignment)
    return Trail(trail.unregistered_at, via, step.found_by or trail.found_by)


def _is_passed_on(place: HidingPlace) -> bool:
    """Whether it is a hook or a global function, of which what it names is the better place."""
    return place.found_by != ATTRIBUTE and place.holds == "function"


def _kind_of(tensor: Tensor) -> Kind:
    """Of one that no registry holds."""
    if issubclass(type(tensor), nn.Parameter) or "_is_param" in instance_dict(tensor):
        return "parameter"
    return "tensor"


def _stable(item: Any) -> str:
    """Orders a set the same way in every process, which its hashes do not."""
    if not issubclass(type(item), nn.Module):
        return outline(item)
    inside = RegistryWalk()
    inside.enter_registries(Found(item, "module", "", None, None))
    everything = (*inside.modules, *inside.tensors)
    return " ".join(f"{found.path} {outline(found.value)}" for found in everything)
