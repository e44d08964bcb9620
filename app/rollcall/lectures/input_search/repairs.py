"""What to try next: inputs that mend what a try has raised, by the layer or line that raised it."""

from collections.abc import Iterator
from dataclasses import replace

from rollcall.core.input.input_spec import FLOAT, GroupSpec, TensorSpec
from rollcall.lectures.input_search.attempt import Attempt, Given, Use
from rollcall.lectures.input_search.disagreements import disagreements
from rollcall.lectures.input_search.resizing import Mismatch, Resizing, resized
from rollcall.lectures.input_search.said import SAID, several
from rollcall.lectures.input_search.said_by_functions import pairs
from rollcall.lectures.input_search.wants import TIME, Want, wants


def repairs(attempt: Attempt, resizing: Resizing) -> Iterator[GroupSpec]:
    """Inputs to try after one that raised, the most promising first."""
    if attempt.failed is not None:
        yield from pairs(attempt)
        yield from _of_wants(attempt, attempt.failed, resizing)
        for mismatch in disagreements(attempt.failed, attempt.label(attempt.failed)):
            yield from resizing.proposals(attempt.call, mismatch)
    for rule in SAID:
        yield from rule(attempt)


def usual(attempt: Attempt) -> Iterator[GroupSpec]:
    """Inputs that suit better what the layers are that were given them first, though it ran."""
    for use in attempt.first_uses:
        for want, given in _asked(use):
            if not _is_unusual(want, given):
                continue
            if given.direct is not None:
                yield attempt.call.with_value(given.direct, _kept_sizes(want, given))
            else:  # a layer before it takes any number of dimensions
                yield from _other_dims(attempt.call, want, given)


def _is_unusual(want: Want, given: Given) -> bool:
    return bool(want.dims) and len(given.shape) not in want.dims


def _asked(use: Use) -> Iterator[tuple[Want, Given]]:
    for want in wants(use.target, use.arguments):
        given = use.at(want.place)
        if given is not None and given.sources:
            yield want, given


def _of_wants(attempt: Attempt, use: Use, resizing: Resizing) -> Iterator[GroupSpec]:
    call = attempt.call
    for want, given in _asked(use):
        if given.direct is not None and want.number > 1 and len(given.direct) == 1:
            yield call.with_value(given.direct, several(want.usual, want.number))
            continue
        if given.direct is not None and not _suits(want, given):
            yield call.with_value(given.direct, _kept_sizes(want, given))
            continue
        if want.below is not None or given.dtype.is_floating_point is False:
            yield from _other_type(call, want, given)
        yield from _other_dims(call, want, given)
        for mismatch in _mismatches(want, given, attempt.label(use)):
            yield from resizing.proposals(call, mismatch)


def _suits(want: Want, given: Given) -> bool:
    if want.exact:
        return False
    if want.dims and len(given.shape) not in want.dims:
        return False
    if given.dtype.is_floating_point == (want.below is not None):
        return False
    # An index may be too large, of which neither shape nor type tells.
    return want.below is None and not any(_mismatches(want, given, ""))


def _kept_sizes(want: Want, given: Given) -> TensorSpec:
    """What is usual, but as many samples and steps as were given where that is possible."""
    usual = want.usual
    if want.exact:
        return usual
    if want.below is not None and given.shape:
        if len(given.shape) <= 2:
            return replace(usual, shape=_indices(given))
        return usual
    if len(given.shape) != len(usual.shape):
        return usual
    shape = list(given.shape)
    for dim, size in want.sizes.items():
        shape[dim] = size
    return replace(usual, shape=tuple(shape))


def _indices(given: Given) -> tuple[int, ...]:
    """A float of 4×10 was only a guess; integers have been meant so."""
    if given.dtype.is_floating_point and len(given.shape) == 2:
        return (given.shape[0], TIME)
    return given.shape


def _other_type(call: GroupSpec, want: Want, given: Given) -> Iterator[GroupSpec]:
    for path in sorted(given.sources, key=str):
        tensor = call.at(path)
        assert isinstance(tensor, TensorSpec)
        high = want.below
        if high is None:
            yield call.with_value(path, TensorSpec(tensor.shape, FLOAT))
        elif tensor.high is None or tensor.high > high:
            low = tensor.low
            if tensor.is_float:
                low = 0
            yield call.with_value(path, replace(tensor, low=low, high=high))
            yield call.with_value(path, TensorSpec(tensor.shape, want.usual.dtype, high=high))


def _other_dims(call: GroupSpec, want: Want, given: Given) -> Iterator[GroupSpec]:
    if not want.dims or len(given.shape) in want.dims:
        return
    more = want.dims[0] - len(given.shape)
    for path in sorted(given.sources, key=str):
        tensor = call.at(path)
        assert isinstance(tensor, TensorSpec)
        yield resized(call, path, with_dims(tensor.shape, len(tensor.shape) + more))


def with_dims(shape: tuple[int, ...], dims: int) -> tuple[int, ...]:
    """A shape with steps of time put in, or with fewer dimensions."""
    if dims < 1:
        return ()
    if dims > len(shape):
        return (*shape[:1], *[TIME] * (dims - len(shape)), *shape[1:])
    return (*shape[:1], *shape[1 + len(shape) - dims :])


def _mismatches(want: Want, given: Given, where: str) -> Iterator[Mismatch]:
    for dim, expected in want.sizes.items():
        if -len(given.shape) <= dim < len(given.shape) and given.shape[dim] != expected:
            yield Mismatch(given.sources, given.shape[dim], expected, f"{where}:{dim}")
