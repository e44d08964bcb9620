"""An input that a model can be called with, when nobody has said which."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rollcall.core.walk import walk

BATCH = 4
SIDE = 16  # pixels, or time steps, for convolutions


def example_input(model: nn.Module, shape: Sequence[int] | None, generator: torch.Generator) -> Tensor:
    """Draw from N(0, 1) a float32 tensor of `shape`, or of a shape that suits the first layer reached from `model`.

    A model that starts with an Embedding gets int64 token ids of shape (4, 16).
    """
    if shape is not None:
        return torch.randn(*shape, generator=generator)
    walked = walk(model)
    for found in walked.modules:
        value = found.value
        if isinstance(value, nn.Embedding):
            return torch.randint(value.num_embeddings, (BATCH, SIDE), generator=generator)
        if isinstance(value, nn.modules.conv._ConvNd):
            return torch.randn(BATCH, value.in_channels, *[SIDE] * len(value.kernel_size), generator=generator)
        if isinstance(getattr(value, "in_features", None), int):
            return torch.randn(BATCH, value.in_features, generator=generator)
    matrices = (found.value.shape for found in walked.tensors if found.value.dim() == 2)
    return torch.randn(BATCH, next(matrices, (10, 10))[0], generator=generator)
