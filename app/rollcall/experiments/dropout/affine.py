"""What a dropout did to all numbers alike: it scaled and shifted what it kept."""

from typing import NamedTuple

from torch import Tensor


class Affine(NamedTuple):
    """What a dropout did to its input: kept · scale + shift, and one number for what it dropped."""

    scale: float | None  # None: nothing was kept, or not all by the same factor
    shift: float  # only alpha dropout shifts
    dropped_to: float


def affine(given: Tensor, factor: Tensor, answer: Tensor) -> Affine:
    """Read it off the numbers before and after, and the factors of the mask, all in float64."""
    dropped = factor == 0
    kept = factor[~dropped]
    scale = None
    if kept.numel() and bool((kept == kept[0]).all()):
        scale = float(kept[0])
    rest = (answer - given * factor).nan_to_num(0, 0, 0)
    largest = 0.0
    if given.numel():
        largest = float(given.nan_to_num(0, 0, 0).abs().max())
    tolerance = 1e-5 * max(1.0, largest)
    return Affine(scale, _median(rest[~dropped], tolerance), _median(rest[dropped], tolerance))


def _median(values: Tensor, tolerance: float) -> float:
    """The median, or 0 where it is no more than rounding."""
    if not values.numel():
        return 0.0
    median = float(values.median())
    if abs(median) <= tolerance:
        return 0.0
    return median
