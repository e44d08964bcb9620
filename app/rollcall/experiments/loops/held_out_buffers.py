"""Buffers that held-out batches move, such as the statistics of a batch norm in train mode."""

from typing import NamedTuple

from torch import Tensor

from rollcall.core.tensors.distances import Distances
from rollcall.experiments.loops.rows import Rows


class _Kept(NamedTuple):
    place: int  # of its row
    value: Tensor
    was: Tensor


class HeldOutBuffers:
    """Those of the model, as they were before the held-out batches."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []

    def keep(self, rows: Rows) -> None:
        """The first of those batches is about to be taken."""
        self._kept = [
            _Kept(place, row.value, row.value.detach().clone())
            for place, row in enumerate(rows.all)
            if row.is_buffer and not row.of
        ]

    def moved(self) -> list[int]:
        """The places of the rows that are no longer as they were."""
        distances = Distances([each.was for each in self._kept])
        gaps = distances.of([each.value for each in self._kept])
        return [each.place for each, gap in zip(self._kept, gaps, strict=True) if gap]
