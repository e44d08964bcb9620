"""What is asked of any module, also of one that hides or overrides what is asked for."""

from collections.abc import Collection
from contextlib import suppress
from typing import Literal

import torch
from torch import nn

from rollcall.core.model_code import going_on_after, model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.walk.raw_read import module_dict


def is_training(module: nn.Module) -> bool:
    """Its flag; True where it has none, as without nn.Module's constructor.

    That of a scripted module is the compiler's, and a frozen one has lost it.
    """
    if issubclass(type(module), torch.jit.ScriptModule):
        return getattr(module, "training", False)
    return training_flag(module)


def training_flag(module: nn.Module) -> bool:
    """The same of one that is not scripted."""
    return module_dict(module).get("training", True) is not False


def mode_of(module: nn.Module) -> Literal["train", "eval"]:
    """The call after which its flag is as it is now."""
    if is_training(module):
        return "train"
    return "eval"


def extra_repr(module: nn.Module) -> str:
    """What print() says of a layer in brackets; nothing where that raises or is no text."""
    text: object = ""
    with suppress(ModelRaised), going_on_after(f"{type(module).__name__}.extra_repr()"):
        text = module.extra_repr()
    return _words(text)


def extra_reprs(modules: Collection[nn.Module]) -> list[str]:
    """That of each: asked in one go, and each on its own only where one raises."""
    try:
        with model_code("extra_repr()"):
            return [_words(module.extra_repr()) for module in modules]
    except ModelRaised:
        return [extra_repr(module) for module in modules]


def _words(text: object) -> str:
    if isinstance(text, str):
        return text
    return ""


def holds_tensors(module: nn.Module) -> bool:
    """Whether a registry of it, or of a module below, holds a tensor."""
    seen: set[int] = set()
    stack: list[nn.Module | None] = [module]
    while stack:
        at = stack.pop()
        if at is None or id(at) in seen:
            continue
        seen.add(id(at))
        attributes = vars(at)
        for registry in ("_parameters", "_buffers"):
            for tensor in attributes.get(registry, {}).values():
                if tensor is not None:
                    return True
        stack.extend(attributes.get("_modules", {}).values())
    return False
