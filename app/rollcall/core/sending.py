"""How a model is sent to a device, or into another float type."""

import torch
from torch import nn

from rollcall.core.model_code import model_code


def send(model: nn.Module, target: torch.device | torch.dtype) -> None:
    """Call to() with a device, or double() or half(), which leave complex numbers alone.

    Raises:
        ModelRaised: from what that raises.
    """
    if target is torch.float64:
        with model_code("model.double()"):
            model.double()
    elif target is torch.float16:
        with model_code("model.half()"):
            model.half()
    else:
        with model_code(f"model.to({target})"):
            model.to(target)
