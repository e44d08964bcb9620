"""What PyTorch's registries lead to, from a module down, in PyTorch's own order."""

from collections import OrderedDict
from collections.abc import Collection, Reversible, Sequence
from typing import Any

from torch import Tensor, nn

from rollcall.core.walk.found import Aliases, Found, Kind
from rollcall.core.walk.object_parts import proxied
from rollcall.core.walk.raw_read import home_of_class, module_dict

MAX_NAMES = 32  # a module shared at every level has exponentially many names


class RegistryWalk:
    """Modules and tensors in the order in which they were entered, each once."""

    def __init__(self) -> None:
        self.found: dict[int, Found] = {}
        self.modules: list[Found] = []
        self.tensors: list[Found] = []
        self.aliases: Aliases = {}
        # what stands in a registry and is neither: the module, the name, the value
        self.strangers: list[tuple[Found, str, Any]] = []

    def enter_registries(self, start: Found) -> None:
        """Enter a module and, in PyTorch's own order, all that is registered below it."""
        stack = [start]
        while stack:
            met = stack.pop()
            known = self.found.setdefault(id(met.value), met)
            attributes: dict[str, Any] = module_dict(met.value)
            if known is met:
                self.modules.append(met)
                self.look_at(met, attributes)
            elif _is_ancestor(known, met.owner) or not self.also(known, met.path):
                continue
            stack += self._contents(known, met.path, attributes)

    def look_at(self, module: Found, attributes: dict[str, Any]) -> None:
        """What else is to be done with a module that was entered."""

    def also(self, known: Found, name: str) -> bool:
        """Note one more name; False when it is known or there are too many."""
        names = self.aliases.setdefault(id(known.value), [])
        if name == known.path or name in names or len(names) >= MAX_NAMES:
            return False
        names.append(name)
        return True

    def _contents(self, module: Found, path: str, attributes: dict[str, Any]) -> Sequence[Found]:
        """Enter the tensors of a module and list its children, the last one first."""
        prefix = path and path + "."
        if parameters := attributes.get("_parameters"):
            self._tensors(parameters, prefix, module)
        if buffers := attributes.get("_buffers"):
            transient = attributes.get("_non_persistent_buffers_set") or ()
            self._tensors(buffers, prefix, module, transient)
        registry = attributes.get("_modules")
        if not registry:
            return ()
        children = []
        for name, child in reversed(_items(registry)):
            value = child
            if not issubclass(type(child), nn.Module):
                value = proxied(child)
            if issubclass(type(value), nn.Module):
                children.append(Found(value, "module", prefix + name, module, module.trail))
            elif value is not None:
                self.strangers.append((module, name, value))
        return children

    def _tensors(
        self,
        registry: Any,
        prefix: str,
        owner: Found,
        transient: Collection[str] | None = None,
    ) -> None:
        """Enter one registry: the parameters, or the buffers.

        `transient` names the buffers that are not persistent; for parameters it is None.
        """
        kind: Kind = "parameter"
        found, trail = self.found, owner.trail
        for name, value in _items(registry):
            if value is None:
                continue
            if type(value) is not nn.Parameter and not issubclass(type(value), Tensor):
                self.strangers.append((owner, name, value))
                continue
            if transient is not None:
                kind = "non-persistent buffer" if name in transient else "persistent buffer"
            key = id(value)
            if key in found:
                self.also(found[key], prefix + name)
            else:
                found[key] = here = Found(value, kind, prefix + name, owner, trail)
                self.tensors.append(here)


def prefix_of(path: str) -> str:
    """What stands before the name of an attribute."""
    if not path:
        return ""
    return path + "."


def _items(registry: Any) -> Reversible[tuple[str, Any]]:
    """The pairs of a registry, past the methods of a user's subclass."""
    kind = type(registry)
    if kind is not dict and issubclass(kind, OrderedDict):
        return OrderedDict.items(registry)
    if issubclass(kind, dict):
        return dict.items(registry)
    if home_of_class(kind).startswith("torch."):  # that of a scripted module
        pairs: list[tuple[str, Any]] = [*registry.items()]
        return pairs
    return ()


def _is_ancestor(candidate: Found, at: Found | None) -> bool:
    while at is not None:
        if at is candidate:
            return True
        at = at.owner
    return False
