"""Grids of numbers: those that a layer is shown with, and any tensor laid out as one."""

import math
from typing import Literal

import torch
from torch import Tensor

Content = Literal["ones", "random", "picture", "extreme"]


def grid_of(content: Content, rows: int, columns: int, seed: int) -> Tensor:
    """A float32 grid of shape (rows, columns).

    random: from N(0, 1), rounded to tenths, so that the eye can follow what is computed with it.
    picture: a sun over hills, in hundredths from 0 to 1.
    extreme: ones, among them NaN, infinities and the largest numbers.
    """
    if content == "picture":
        return _landscape(rows, columns)
    if content == "random":
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(rows, columns, generator=generator).mul(10).round().div(10)
    grid = torch.ones(rows, columns)
    if content == "extreme":
        largest = torch.finfo(torch.float32).max
        odd = torch.tensor([math.nan, math.inf, -math.inf, largest, -largest])
        grid.view(-1)[: 2 * len(odd) : 2] = odd[: (grid.numel() + 1) // 2]
    return grid


def _landscape(rows: int, columns: int) -> Tensor:
    y = ((torch.arange(rows) + 0.5) / rows).unsqueeze(1)  # 0 at the top, 1 at the bottom
    x = ((torch.arange(columns) + 0.5) / columns).unsqueeze(0)
    wide = min(max(columns / rows, 0.5), 2)  # the sun is round
    sky = 0.35 + 0.3 * y + 0 * x
    sun = ((x - 0.68) * wide) ** 2 + (y - 0.36) ** 2 < 0.25**2
    hills = y > 0.72 + 0.16 * torch.sin(2 * math.pi * (x + 0.1))
    return torch.where(hills, 0.1 * y, torch.where(sun, 1.0, sky)).mul(100).round().div(100)


def in_pictures(grid: Tensor, dimensions: int) -> Tensor:
    """Cut a grid into pictures, the channels of a tensor of shape ([1,] channels, height, width).

    `dimensions` is 3 or 4; 2 leaves the grid as it is. `laid_out` puts the pictures together again.
    """
    if dimensions == 2:
        return grid
    (rows, columns), (height, width) = grid.shape, map(_side, grid.shape)
    tiles = grid.reshape(rows // height, height, columns // width, width).permute(0, 2, 1, 3)
    pictures = tiles.reshape(-1, height, width)
    if dimensions == 3:
        return pictures
    return pictures.unsqueeze(0)


def _side(size: int) -> int:
    """Of one picture, where a grid has `size` numbers on that side."""
    return next((side for side in (2, 3, 5) if size % side == 0), 1)


def laid_out(tensor: Tensor, rows: int, columns: int) -> Tensor:
    """A tensor as a grid of at most rows × columns.

    Its pictures, the last two dimensions, stand side by side, then below. What does not fit is left
    out.
    """
    if tensor.dim() < 2:
        return tensor.reshape(1, -1)[:, :columns]
    height, width = tensor.shape[-2:]
    count = math.prod(tensor.shape[:-2])
    beside = max(
        (n for n in range(1, count + 1) if count % n == 0 and n * width <= columns), default=1
    )
    below = count // beside
    tiles = tensor.reshape(below, beside, height, width).permute(0, 2, 1, 3)
    return tiles.reshape(below * height, beside * width)[:rows, :columns]
