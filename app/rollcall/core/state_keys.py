"""What a model's state_dict() lists, also where a lecture writes one of its own."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from rollcall.core.model_code import model_code


def listed(model: nn.Module) -> dict[str, Any]:
    """What its state_dict() lists."""
    with model_code("model.state_dict()"):
        state = model.state_dict()
    return with_keys(state)


def with_keys(state: Any) -> dict[str, Any]:
    """Empty where a model's own state_dict() gives something without keys."""
    if not isinstance(state, Mapping):
        return {}
    # PyTorch keeps the versions of the modules beside the keys of the dict itself.
    if isinstance(state, dict):
        return state
    return dict(state)
