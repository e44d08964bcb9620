"""One move to float64, and what it pulls apart."""

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn

from rollcall.core.findings.kinds import Finding, SplitByMove, TiedByData
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.model_code import model_code
from rollcall.core.pytorch_names import short_name
from rollcall.core.walk.object_walk import Found, Walk, walk


class MoveRun:
    """`model.double()` on a fresh model.

    Raises:
        ModelRaised: from whatever the move raises.
    """

    def __init__(self, subject: ModelUnderTest) -> None:
        model = subject.build()
        before = walk(model)
        self._aliases = [
            (found, alias)
            for found in before.tensors
            for alias in before.aliases.get(id(found.value), ())
        ]
        self._tied = list(_tied_by_data(before.tensors))
        with model_code("model.double()"):
            model.double()
        self._after = _by_name(walk(model))

    def findings(self) -> Iterator[Finding]:
        """Whose two names lead to two tensors now, and whose memory was shared."""
        for found, alias in self._aliases:
            moved, left = self._after.get(found.path), self._after.get(alias)
            if moved is not None and left is not None and moved is not left:
                yield SplitByMove(
                    path=found.path,
                    alias=alias,
                    moved_to=short_name(moved.dtype),
                    left_at=short_name(left.dtype),
                )
        for one, other in self._tied:
            memory = _memory(self._after.get(one.path))
            shared = memory is not None and memory == _memory(self._after.get(other.path))
            yield TiedByData(
                path=one.path,
                other=other.path,
                tied_after_move=shared,
                alike=one.value.shape == other.value.shape,
            )


def _by_name(walked: Walk) -> dict[str, Tensor]:
    """Every tensor, by each of its names."""
    tensors: dict[str, Tensor] = {}
    for found in walked.tensors:
        for name in (found.path, *walked.aliases.get(id(found.value), ())):
            tensors[name] = found.value
    return tensors


def _tied_by_data(tensors: list[Found]) -> Iterator[tuple[Found, Found]]:
    """Pairs of registered Parameters that begin at one address and are equally large."""
    shared: dict[tuple[int, int], list[Found]] = {}
    for found in tensors:
        memory = _memory(found.value)
        if found.registered and found.kind == "parameter" and memory is not None:
            shared.setdefault(memory, []).append(found)
    for group in shared.values():
        yield from pairwise(group)


def _memory(tensor: Tensor | None) -> tuple[int, int] | None:
    """Where a dense tensor begins, and how many elements it has; None where that says nothing."""
    # A subclass, such as the stand-ins inside an exported program, may have no memory at all.
    if tensor is None or type(tensor) not in (Tensor, nn.Parameter):
        return None
    if tensor.layout != torch.strided or tensor.is_nested:
        return None
    if tensor.device.type == "meta" or not tensor.numel():
        return None
    return tensor.data_ptr(), tensor.numel()
