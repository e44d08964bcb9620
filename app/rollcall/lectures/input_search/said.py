"""What to try next by what an exception says, where no layer tells more."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from torch import Tensor

from rollcall.core.input.input_spec import (
    BOOL,
    FLOAT,
    HIGH,
    INT,
    ArraySpec,
    ConstantSpec,
    GroupSpec,
    Path,
    Spec,
    TensorSpec,
)
from rollcall.core.report import message_of
from rollcall.lectures.input_search.attempt import Attempt
from rollcall.lectures.input_search.resizing import resized
from rollcall.lectures.input_search.said_by_functions import bags, columns, equations, products
from rollcall.lectures.input_search.signature import keys_of_layers
from rollcall.lectures.input_search.wants import BATCH, TIME, WIDTH

Rule = Callable[[Attempt], Iterator[GroupSpec]]
TOO_SMALL = re.compile(
    "kernel size can't be greater|output size is too small|padding size should be less"
    "|more than 1 (value per channel|spatial element)|non-empty|is too small|non-zero size",
    re.IGNORECASE,
)
TOO_FEW_DIMS = re.compile(
    r"dimension out of range|too many indices|tuple index out of range|not enough values to unpack"
    r"|must be at least|expected \d+D|dimension specified as|list index out of range",
    re.IGNORECASE,
)
NUMBER_OF_DIMS = re.compile(
    r"must be a (\d)D tensor|subscripts in the equation \((\d)\)|Only (\d)D|len\(dims\) = (\d)"
)
WANTS_INTEGERS = re.compile(
    r"type(s)? Long|indices must be|int64|int32 or int64|index tensor of type LongTensor"
    r"|only applicable to index tensor|used as indices|expected index|Long but found",
    re.IGNORECASE,
)
WANTS_BOOLEANS = re.compile("only supports boolean|integer and Boolean|expects? a bool", re.I)
WANTS_FLOATS = re.compile(
    r"Long|expected .*(float|same dtype)|floating|not implemented for '\w+'|Can only calculate the "
    r"mean|'Int'|Bool",
)
OUT_OF_RANGE = re.compile("index out of range|out of bounds|Class values must be smaller")
WANTS_ARRAYS = re.compile(r"expected np\.ndarray|has no attribute 'astype'")
WANTS_PROBABILITIES = re.compile("between 0 and 1")
EXPECTED_SIZE = re.compile(r"expected hidden(?:\[\d\])? size \(([\d, ]+)\)", re.IGNORECASE)
SPELLED_SHAPE = re.compile(r"[(\[](\w+(?:\s*[,x×]\s*\w+)+)[)\]]")
MASK_SIZE = re.compile(r"should be (?:torch\.Size\()?[(\[]([\d, ]+)[)\]]")


def _said(attempt: Attempt) -> str:
    assert attempt.error
    return message_of(attempt.error)


def _concerned(attempt: Attempt) -> list[tuple[Path, TensorSpec]]:
    """The tensors that may be to blame: of the line that raised, of the call, else all."""
    paths = {suspect.path for suspect in attempt.suspects}
    if attempt.failed is not None:
        for given in attempt.failed.given:
            paths |= given.sources
    tensors = list(attempt.call.tensors)
    named = [each for each in tensors if each[0] in paths]
    return named or tensors


def _too_small(attempt: Attempt) -> Iterator[GroupSpec]:
    """Pictures twice as large, and longer sequences."""
    if not TOO_SMALL.search(_said(attempt)):
        return
    for path, tensor in _concerned(attempt):
        first = 2 if len(tensor.shape) > 3 else len(tensor.shape) - 1
        if len(tensor.shape) > 2:
            larger = tuple(2 * size for size in tensor.shape[first:])
            yield resized(attempt.call, path, (*tensor.shape[:first], *larger))


def _other_number_of_dims(attempt: Attempt) -> Iterator[GroupSpec]:
    """As many as the line takes apart or the message names, or one more."""
    wanted = _unpacked(attempt) or _named_dims(attempt)
    if wanted is None and not TOO_FEW_DIMS.search(_said(attempt)):
        return
    for path, tensor in _concerned(attempt):
        dims = wanted or len(tensor.shape) + 1
        if dims == len(tensor.shape) or dims > 6:
            continue
        shape = tensor.shape
        if dims == 4:  # most often a picture
            shape = (shape[0], 3, TIME, TIME)
        elif dims > len(shape):
            shape = (*shape[:1], *[TIME] * (dims - len(shape)), *shape[1:])
        else:
            shape = (*shape[:1], *shape[1 + len(shape) - dims :])
        yield resized(attempt.call, path, shape)


def _named_dims(attempt: Attempt) -> int | None:
    """`batch1 must be a 3D tensor`: the number that PyTorch names."""
    found = NUMBER_OF_DIMS.search(_said(attempt))
    if found is None:
        return None
    return int(next(filter(None, found.groups())))


def _unpacked(attempt: Attempt) -> int | None:
    """How many sizes `b, t, c = x.shape` takes a shape apart into."""
    match attempt.statement:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=value):
            if "unpack" in _said(attempt) and (
                "shape" in ast.dump(value) or "size" in ast.dump(value)
            ):
                return len(names)
    return None


def _several_values(attempt: Attempt) -> Iterator[GroupSpec]:
    """`a, b = pair`: a tuple of as many tensors."""
    match attempt.statement:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Name(id=name)):
            for path, tensor in _named(attempt, name):
                yield attempt.call.with_value(path, several(tensor, len(names)))
                yield resized(attempt.call, path, (len(names), *tensor.shape[1:]))


def _named(attempt: Attempt, name: str) -> list[tuple[Path, TensorSpec]]:
    paths = {suspect.path for suspect in attempt.suspects if suspect.name == name}
    return [each for each in attempt.call.tensors if each[0] in paths]


def several(tensor: Spec, number: int) -> GroupSpec:
    """A tuple of tensors that are alike."""
    return GroupSpec("tuple", tuple((place, tensor) for place in range(number)))


def _types(attempt: Attempt) -> Iterator[GroupSpec]:
    """Integers, booleans or floats, whichever the message names."""
    said = _said(attempt)
    for path, tensor in _concerned(attempt):
        if WANTS_BOOLEANS.search(said) and tensor.dtype != BOOL:
            yield attempt.call.with_value(path, TensorSpec(tensor.shape, BOOL))
        if WANTS_INTEGERS.search(said) and tensor.is_float:
            yield attempt.call.with_value(
                path, TensorSpec(tensor.shape, INT, high=_fewest(attempt))
            )
        if WANTS_FLOATS.search(said) and not tensor.is_float:
            yield attempt.call.with_value(path, TensorSpec(tensor.shape, FLOAT))
        if WANTS_PROBABILITIES.search(said):
            yield attempt.call.with_value(path, replace(tensor, low=0, high=1))


def _fewest(attempt: Attempt) -> int:
    """The smallest size of the tensors around: an index below it is in none too large."""
    sizes = [BATCH]
    if attempt.failed is not None:
        for given in attempt.failed.given:
            sizes += [size for size in given.shape if size > 1]
    return min(sizes)


def _smaller_indices(attempt: Attempt) -> Iterator[GroupSpec]:
    if not OUT_OF_RANGE.search(_said(attempt)):
        return
    if attempt.failed is not None and not any(each.sources for each in attempt.failed.given):
        yield from _shorter(attempt)  # a table of positions is too short
    for path, tensor in _concerned(attempt):
        if tensor.is_float or (tensor.dtype != BOOL and (tensor.high or HIGH) > 2):
            yield attempt.call.with_value(path, replace(tensor, low=0, high=2))
    yield from _shorter(attempt)


def _shorter(attempt: Attempt) -> Iterator[GroupSpec]:
    for path, tensor in _concerned(attempt):
        if len(tensor.shape) > 1 and tensor.shape[1] > 1:
            shape = (tensor.shape[0], tensor.shape[1] // 2, *tensor.shape[2:])
            yield resized(attempt.call, path, shape)


def _said_sizes(attempt: Attempt) -> Iterator[GroupSpec]:
    """Some messages spell the shape out."""
    found = EXPECTED_SIZE.search(_said(attempt)) or MASK_SIZE.search(_said(attempt))
    if found is None:
        return
    shape = tuple(int(size) for size in found[1].split(",") if size.strip())
    for path, tensor in reversed(_concerned(attempt)):
        yield attempt.call.with_value(path, replace(tensor, shape=shape))
        yield attempt.call.with_value(path, several(replace(tensor, shape=shape), 2))


def _spelled_shapes(attempt: Attempt) -> Iterator[GroupSpec]:
    """`expected (B, 24, 7)`: a model's own check may name what it wants. The batch is first."""
    for found in SPELLED_SHAPE.finditer(_said(attempt)):
        sizes = re.split(r"\s*[,x×]\s*", found[1])
        if not any(size.isdecimal() for size in sizes):
            continue
        first, *rest = (int(size) if size.isdecimal() else None for size in sizes)
        shape = (first or BATCH, *(size or TIME for size in rest))
        for path, tensor in _concerned(attempt):
            if shape != tensor.shape:
                yield resized(attempt.call, path, shape)


def _keys(attempt: Attempt) -> Iterator[GroupSpec]:
    """`batch["image"]`: a dict with that key, of such tensors as there were before."""
    for suspect in attempt.suspects:
        for key in _keys_of(suspect.name, attempt.statement):
            spec = attempt.call.at(suspect.path)
            if isinstance(spec, TensorSpec):
                yield attempt.call.with_value(suspect.path, GroupSpec("dict", ((key, spec),)))
            elif isinstance(spec, GroupSpec) and key not in dict(spec.items):
                tensor = next((each for _, each in spec.tensors), TensorSpec((BATCH, WIDTH)))
                yield attempt.call.with_value((*suspect.path, key), tensor)


def _keys_of(name: str, statement: ast.stmt | None) -> Iterator[str]:
    for node in ast.walk(statement or ast.Pass()):
        match node:
            case ast.Subscript(value=ast.Name(id=found), slice=ast.Constant(value=str() as key)):
                if found == name:
                    yield key


def _constants(attempt: Attempt) -> Iterator[GroupSpec]:
    """An input that is no tensor: the key of a dict of layers, or a number."""
    if isinstance(attempt.error, KeyError | TypeError):
        for suspect in attempt.suspects:
            if isinstance(suspect.value, Tensor) and len(suspect.path) == 1:
                for value in (*keys_of_layers(attempt.model), 2):
                    yield attempt.call.with_value(suspect.path, ConstantSpec(value))


def _points(attempt: Attempt) -> Iterator[GroupSpec]:
    """One number for each sample."""
    for path, tensor in attempt.call.tensors:
        if len(tensor.shape) == 2 and path != (0,):
            yield resized(attempt.call, path, tensor.shape[:1])


def _arrays(attempt: Attempt) -> Iterator[GroupSpec]:
    """`torch.from_numpy(x)`: an array of numpy."""
    if WANTS_ARRAYS.search(_said(attempt)):
        for path, tensor in _concerned(attempt):
            yield attempt.call.with_value(path, ArraySpec(tensor))


SAID: tuple[Rule, ...] = (
    bags,
    columns,
    products,
    equations,
    _arrays,
    _keys,
    _several_values,
    _said_sizes,
    _spelled_shapes,
    _too_small,
    _types,
    _smaller_indices,
    _constants,
    _other_number_of_dims,
    _points,
)
