"""Records of modules and tensors, with as little to write as a test needs."""

from typing import Any

from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.core.walk.object_walk import HidingPlace
from rollcall.lectures.contents import ModelCard


def card(class_name: str, twin: str | None = None) -> ModelCard:
    return ModelCard(name=f"net.{class_name}", class_name=class_name, twin=twin, needs=())


def module(path: str, owner: str | None = "", **given: Any) -> ModuleEntry:
    """A registered module in training mode; the model itself has the path ""."""
    known: dict[str, Any] = {
        "path": path,
        "aliases": (),
        "owner": owner if path else None,
        "status": "registered",
        "unregistered_at": None,
        "class_name": "Linear",
        "training": True,
        "extra_repr": "in_features=2, out_features=3, bias=True",
        "stateful": True,
        "found_by": None,
        "rank": None,
    }
    entry = ModuleEntry(**known | given)
    if entry.status == "unregistered" and not entry.stateful:
        entry.rank = "stateless"
    return entry


def tensor(path: str, owner: str = "", **given: Any) -> TensorEntry:
    """A registered parameter of 3 × 2 numbers."""
    known: dict[str, Any] = {
        "path": path,
        "aliases": (),
        "owner": owner,
        "status": "registered",
        "unregistered_at": None,
        "kind": "parameter",
        "shape": (3, 2),
        "dtype": "float32",
        "device": "cpu",
        "requires_grad": True,
        "is_leaf": True,
        "numel": 6,
        "found_by": None,
        "rank": None,
    }
    entry = TensorEntry(**known | given)
    if entry.status == "unregistered" and not entry.is_leaf:
        entry.rank = "derived"
    return entry


def hidden(attribute: str, holds: str = "list") -> dict[str, Any]:
    """What makes a record one of unregistered state."""
    place = HidingPlace(attribute, holds)
    return {
        "status": "unregistered",
        "unregistered_at": place,
        "found_by": "attribute",
        "rank": "trainable",
    }
