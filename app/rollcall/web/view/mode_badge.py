"""The flag of a module, and the link that calls train() or eval() on it."""

from dataclasses import dataclass

from rollcall.core.query import Mode
from rollcall.core.scan import ModuleEntry
from rollcall.experiments.mode_calls import ModeCallsQuery


@dataclass(frozen=True)
class ModeBadge:
    """What one module's badge shows."""

    path: str  # "" is the model
    name: str  # the module's path, or the class of the model
    mode: Mode
    next: Mode  # what the link calls
    url: str | None  # None: no query may hold that call
    unheard: bool  # the flag is not what was called on it


def mode_badge(module: ModuleEntry, model: str, unheard: bool, query: ModeCallsQuery) -> ModeBadge:
    """The badge of one module; `model` is the class of the model, and the name of its root."""
    mode = mode_of(module)
    next_: Mode = "train"
    if mode == "train":
        next_ = "eval"
    return ModeBadge(
        path=module.path,
        name=module.path or model,
        mode=mode,
        next=next_,
        url=query.call_url(module.path, next_),
        unheard=unheard,
    )


def mode_of(module: ModuleEntry) -> Mode:
    """Which of train() and eval() its flag says."""
    if module.training:
        return "train"
    return "eval"
