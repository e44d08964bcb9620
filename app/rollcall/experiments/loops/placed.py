"""Tensors of many steps as the rows of one, each at its place.

What is computed of a row may depend, in its last bit, on how many rows there are and on where it
stands. So a step has the same place whenever it is looked at, among as many rows.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def placed(tensors: Sequence[Tensor], places: Sequence[int], room: int) -> Tensor:
    """A row for each place; the first tensor fills those that are free."""
    rows = [tensors[0]] * room
    for tensor, place in zip(tensors, places, strict=True):
        rows[place] = tensor
    return torch.stack(rows)
