"""Which sizes of an input to change so that a size somewhere inside a forward becomes another."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rollcall.core.input.input_spec import GroupSpec, Path, TensorSpec

MOST_ELEMENTS = 1_000_000
ROUND = 4  # a side that people choose is a multiple of it
Dims = tuple[int, ...]


class Mismatch(NamedTuple):
    """A size that a call was given, and the one that it needs."""

    sources: frozenset[Path]  # the inputs on which the size may depend
    got: int
    expected: int
    where: str  # of which call, so that two tries can be compared


@dataclass
class Resizing:
    """Finds sizes, and learns from every try how a size inside depends on one of the input."""

    # (where, wanted, input, its dimensions): by the size that these had, what came of it
    _seen: dict[tuple[str, int, Path, Dims], dict[int, int]] = field(default_factory=dict)

    def proposals(self, call: GroupSpec, mismatch: Mismatch) -> Iterator[GroupSpec]:
        """Inputs of other sizes, the most promising first."""
        tensors = [each for each in call.tensors if each[0] in mismatch.sources]
        for path, tensor in tensors:
            for shape in (*_flattened(tensor.shape, mismatch), *_rows(tensor.shape, mismatch)):
                yield from _resized_alike(call, path, shape)
        for path, tensor in tensors:
            for shape in self._estimated(path, tensor.shape, mismatch):
                yield from _resized_alike(call, path, shape)
        for path, tensor in tensors:
            for shape in _of_same_size(tensor.shape, mismatch):
                yield resized(call, path, shape)

    def _estimated(
        self, path: Path, shape: tuple[int, ...], mismatch: Mismatch
    ) -> Iterator[tuple[int, ...]]:
        if mismatch.got < 1 or mismatch.expected < 1:
            return
        for dims in _adjustable(len(shape)):
            key = (mismatch.where, mismatch.expected, path, dims)
            seen = self._seen.setdefault(key, {})
            seen[shape[dims[0]]] = mismatch.got
            for size in _sizes(seen, mismatch.expected, len(dims)):
                if size not in seen:
                    yield _with(shape, dims, size)


def _resized_alike(call: GroupSpec, path: Path, shape: tuple[int, ...]) -> Iterator[GroupSpec]:
    """Two pictures that were alike stay alike; else the one alone."""
    before = call.at(path)
    changed = resized(call, path, shape)
    if len(shape) > 2:
        for other, tensor in call.tensors:
            if tensor == before:
                changed = resized(changed, other, shape)
        yield changed
    yield resized(call, path, shape)


def resized(call: GroupSpec, path: Path, shape: tuple[int, ...]) -> GroupSpec:
    """The call with a tensor of another shape, as far as that is not too large."""
    tensor = call.at(path)
    assert isinstance(tensor, TensorSpec)
    if math.prod(shape) > MOST_ELEMENTS:
        shape = (min(2, shape[0]), *shape[1:])  # a smaller batch
    if math.prod(shape) > MOST_ELEMENTS:
        return call
    return call.with_value(path, replace(tensor, shape=shape))


def rounded(call: GroupSpec) -> Iterator[GroupSpec]:
    """Pictures with sides as people choose them, if any have others."""
    changed = call
    for path, tensor in call.tensors:
        if len(tensor.shape) > 3 and tensor.shape[2] > ROUND:
            side = tensor.shape[2] // ROUND * ROUND
            changed = resized(changed, path, (*tensor.shape[:2], *[side] * (len(tensor.shape) - 2)))
    if changed != call:
        yield changed


def _adjustable(dims: int) -> list[Dims]:
    """Sizes that are changed together: the sides of a picture, or else one after another."""
    if dims >= 4:
        return [tuple(range(2, dims)), (1,)]
    return [(dim,) for dim in reversed(range(1, dims))]


def _with(shape: tuple[int, ...], dims: Dims, size: int) -> tuple[int, ...]:
    return tuple(size if dim in dims else each for dim, each in enumerate(shape))


def _rows(shape: tuple[int, ...], mismatch: Mismatch) -> Iterator[tuple[int, ...]]:
    """Of what is no picture, the size that was wrong."""
    if len(shape) < 4:
        yield from _of_same_size(shape, mismatch)


def _of_same_size(shape: tuple[int, ...], mismatch: Mismatch) -> Iterator[tuple[int, ...]]:
    """Shapes in which the very size that was wrong is right, the batch last."""
    for dim in reversed(range(len(shape))):
        if shape[dim] == mismatch.got:
            yield _with(shape, (dim,), mismatch.expected)


def _flattened(shape: tuple[int, ...], mismatch: Mismatch) -> Iterator[tuple[int, ...]]:
    """A picture of another size, where all its pixels were put into a row."""
    if len(shape) < 3 or math.prod(shape[1:]) != mismatch.got:
        return
    for channels in dict.fromkeys((shape[1], 1, 3)):
        side = round((mismatch.expected / channels) ** (1 / (len(shape) - 2)))
        if channels * side ** (len(shape) - 2) == mismatch.expected:
            yield (shape[0], channels, *[side] * (len(shape) - 2))


def _sizes(seen: dict[int, int], expected: int, power: int) -> Iterator[int]:
    """Where a size inside is to become the expected one, by what is known of it.

    It grows with the size of the input, and its root nearly on a line: convolutions and poolings
    make it so.
    """
    points = sorted((size, got ** (1 / power)) for size, got in seen.items())
    goal = expected ** (1 / power)
    guess = _on_line(points, goal)
    low = max([size for size, got in points if got < goal], default=0)
    high = min([size for size, got in points if got > goal], default=10**6)
    near = [_round_to(guess, ROUND), round(guess), round(guess) + 1, round(guess) - 1]
    if power == 1:  # or something else was joined to it
        size, got = min(points, key=lambda point: abs(point[1] - goal))
        near.insert(1, size + expected - round(got))
    if high < 10**6:
        near.append((low + high) // 2)
    for size in dict.fromkeys(near):
        if low < size < high:
            yield size


def _on_line(points: list[tuple[int, float]], goal: float) -> float:
    """Through the two points next to the goal; through the origin where there is only one."""
    nearest = sorted(points, key=lambda point: abs(point[1] - goal))
    size, got = nearest[0]
    for other_size, other in nearest[1:]:
        if other != got:
            return size + (goal - got) * (other_size - size) / (other - got)
    return size * goal / got


def _round_to(guess: float, unit: int) -> int:
    """To a size that people choose, if there is one near by."""
    rounded = round(guess / unit) * unit
    if abs(rounded - guess) <= unit / 2 and rounded:
        return rounded
    return round(guess)
