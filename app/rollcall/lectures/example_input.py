"""An input that a model can be called with, when nobody has said which."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.object_walk import walk

BATCH = 4
SIDE = 16  # pixels, or time steps, for convolutions
WIDTH = 10  # of what takes any width: a lazy layer, or a model without a layer


def example_input(
    model: nn.Module, shape: Sequence[int] | None, generator: torch.Generator
) -> Tensor:
    """Draw an input of float32 from N(0, 1).

    A model that starts with an Embedding gets int64 token ids of shape (4, 16).

    Args:
        model: what will be called with it.
        shape: of the input; None: one that suits the first layer that is reached from `model`.
        generator: what the elements are drawn from.
    """
    if shape is not None:
        return torch.randn(*shape, generator=generator)
    walked = walk(model)
    for found in walked.modules:
        value = found.value
        if isinstance(value, nn.Embedding):
            return torch.randint(value.num_embeddings, (BATCH, SIDE), generator=generator)
        if isinstance(value, nn.modules.conv._ConvNd):
            sides = [SIDE] * len(value.kernel_size)
            channels = value.in_channels or WIDTH
            return torch.randn(BATCH, channels, *sides, generator=generator)
        if isinstance(vars(value).get("in_features"), int):
            return torch.randn(BATCH, value.in_features or WIDTH, generator=generator)
    tensors = (found.value for found in walked.tensors if not is_lazy(found.value))
    matrices = (tensor.shape for tensor in tensors if tensor.dim() == 2)
    return torch.randn(BATCH, next(matrices, (WIDTH, WIDTH))[0], generator=generator)
