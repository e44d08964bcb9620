"""What a walk finds: tensors and modules, each with its path and how the walk came by it."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["module", "parameter", "persistent buffer", "non-persistent buffer", "tensor"]
Registration = Literal["registered", "unregistered"]

ATTRIBUTE = "attribute"


class HidingPlace(NamedTuple):
    """The attribute, or another place, behind which PyTorch's registries end."""

    attribute: str  # path of the attribute: "layers"; of a global "forward (global: TABLE)"
    holds: str  # class of its value: "list"
    found_by: str = ATTRIBUTE  # else "closure of block", "global of the file", "hook", ...
    is_module: bool = False  # the attribute itself is one, assigned past nn.Module's __setattr__


class Trail(NamedTuple):
    """How PyTorch's registries were left on the way to something."""

    unregistered_at: HidingPlace
    # (class, attribute) of every assignment that PyTorch did not record
    via: tuple[tuple[type, str], ...]
    found_by: str  # "attribute", "closure of block", "global of the file", ...


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

    @property
    def found_by(self) -> str | None:
        """How the walk came by it; None: the registries led to it."""
        if self.trail is None:
            return None
        return self.trail.found_by


Aliases = dict[int, list[str]]  # by id of the value: every path after the first


class Walk(NamedTuple):
    """Everything that was found, in order."""

    modules: list[Found]
    tensors: list[Found]
    aliases: Aliases


def is_within(path: str, outer: str) -> bool:
    """Whether a path is `outer` or leads through it."""
    return path == outer or path.startswith((outer + ".", outer + "["))
