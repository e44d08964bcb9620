"""Where a model stands after some draws, so that another process makes the next ones."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rollcall.core.kept.fingerprint import fingerprint
from rollcall.core.rng.stream_state import StreamState
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.dropout.draws import Draws

LONG = 64  # draws: to make so many again takes longer than to keep where they ended
MOST_ELEMENTS = 200_000  # of a model whose numbers are kept


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that the next draw depends on, if the model holds nothing else that draws change."""

    draws: int
    every_draw_has_mask: bool
    random: StreamState
    tensors: tuple[bytes, ...]  # parameters and buffers, in their order


class Standing:
    """A model after its first draw. If draws change its tensors only, it has checkpoints.

    Args:
        draws: of it, of which one was made.
        filename: of its file.
    """

    def __init__(self, draws: Draws, filename: str) -> None:
        self._draws = draws
        self._filename = filename
        self._after_one = self._fingerprint()

    def checkpoint(self, number: int, every_draw_has_mask: bool) -> Checkpoint | None:
        """After so many draws; None where they changed more than tensors."""
        random = self._draws.random_state
        if random is None or self._after_one is None or self._fingerprint() != self._after_one:
            return None
        tensors = tuple(map(_bytes_of, _tensors(self._draws.model).values()))
        return Checkpoint(number, every_draw_has_mask, random, tensors)

    def _fingerprint(self) -> bytes | None:
        model = self._draws.model
        if sum(found.value.numel() for found in walk(model).tensors) > MOST_ELEMENTS:
            return None
        return fingerprint(model, self._filename, _tensors(model))


def go_on(draws: Draws, checkpoint: Checkpoint) -> None:
    """Let a fresh model stand where another one stood.

    Raises:
        ValueError: the checkpoint is of another model.
    """
    draws.next()  # what is known from the first forward on, and what it puts in its place
    tensors = _tensors(draws.model).values()
    with torch.no_grad():
        for tensor, content in zip(tensors, checkpoint.tensors, strict=True):
            if tensor.numel():
                numbers = torch.frombuffer(bytearray(content), dtype=tensor.dtype)
                tensor.copy_(numbers.reshape(tensor.shape))
    draws.go_on_from(checkpoint.random)


def _tensors(model: nn.Module) -> Mapping[str, Tensor]:
    """By their names, whatever a model of its own makes of these methods."""
    parameters = dict(nn.Module.named_parameters(model))
    return parameters | dict(nn.Module.named_buffers(model))


def _bytes_of(tensor: Tensor) -> bytes:
    content = tensor.detach().cpu().contiguous().reshape(-1)
    return content.view(torch.uint8).numpy().tobytes()
