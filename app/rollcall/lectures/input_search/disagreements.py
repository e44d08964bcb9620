"""Where the tensors that one function was given do not fit together."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise, zip_longest
from typing import Any

from torch import Tensor

from rollcall.lectures.input_search.attempt import Given, Use
from rollcall.lectures.input_search.resizing import Mismatch

PRODUCTS = ("matmul", "mm", "addmm", "rmatmul")
BATCHED = ("bmm", "baddbmm")
ELEMENTWISE = (
    *("add", "radd", "iadd", "sub", "rsub", "isub", "mul", "rmul", "imul", "div", "truediv"),
    *(
        "rtruediv",
        "where",
        "maximum",
        "minimum",
        "pow",
        "eq",
        "lt",
        "gt",
        "le",
        "ge",
        "masked_fill",
    ),
    *("masked_fill_", "add_", "mul_", "sub_", "lerp", "addcmul", "atan2", "cosine_similarity"),
    *("pairwise_distance", "mse_loss", "l1_loss", "binary_cross_entropy"),
)
JOINING = ("cat", "concat", "concatenate", "stack", "hstack", "vstack")
RESHAPING = ("view", "reshape")


def disagreements(use: Use, where: str) -> list[Mismatch]:
    """Sizes that would have to be others for a function to take its tensors."""
    name = where.rpartition(".")[2]
    ask = _ASK.get(name)
    if ask is None:
        return []
    return [each for each in ask(use, where) if each.sources and each.got != each.expected]


def _both(a: Given, i: int, b: Given, j: int, where: str) -> Iterator[Mismatch]:
    """Either of two sizes may become the other."""
    if len(a.shape) < abs(i) or len(b.shape) < abs(j):
        return
    yield Mismatch(a.sources - b.sources, a.shape[i], b.shape[j], f"{where}:a")
    yield Mismatch(b.sources - a.sources, b.shape[j], a.shape[i], f"{where}:b")
    # They come from the same inputs, and each may have grown differently.
    yield Mismatch(a.sources & b.sources, a.shape[i], b.shape[j], f"{where}:a")
    yield Mismatch(a.sources & b.sources, b.shape[j], a.shape[i], f"{where}:b")


def _product(use: Use, where: str) -> Iterator[Mismatch]:
    a, b = use.given[-2:]
    if where.endswith("rmatmul"):
        a, b = b, a
    yield from _both(a, -1, b, -min(2, len(b.shape) or 1), where)
    for dim in range(3, min(len(a.shape), len(b.shape)) + 1):
        yield from _both(a, -dim, b, -dim, f"{where}{dim}")


def _batched(use: Use, where: str) -> Iterator[Mismatch]:
    a, b = use.given[-2:]
    if len(a.shape) == len(b.shape) == 3:
        yield from _both(b, -2, a, -1, where)  # a layer has set the last size more often
        yield from _both(a, -3, b, -3, f"{where}0")


def _elementwise(use: Use, where: str) -> Iterator[Mismatch]:
    tensors = [each for each in use.given if each.shape]
    for a, b in pairwise(tensors):
        for dim in range(1, min(len(a.shape), len(b.shape)) + 1):
            if 1 not in (a.shape[-dim], b.shape[-dim]):
                yield from _both(a, -dim, b, -dim, f"{where}{dim}")


def _joining(use: Use, where: str) -> Iterator[Mismatch]:
    dim = _dimension(use)
    first = use.given[0]
    for other in use.given[1:]:
        pairs = zip_longest(first.shape, other.shape)
        for place, (size, its) in enumerate(pairs):
            along = place == dim % max(1, len(first.shape)) and not where.endswith("stack")
            if size is not None and its is not None and size != its and not along:
                yield from _both(first, place, other, place, f"{where}{place}")


def _dimension(use: Use) -> int:
    args, kwargs = use.arguments
    dim = kwargs.get("dim", kwargs.get("axis", (*args, 0, 0)[1]))
    if isinstance(dim, int):
        return dim
    return 0


def _reshaping(use: Use, where: str) -> Iterator[Mismatch]:
    """As many elements as the new shape asks for, of each sample where -1 leaves that open."""
    given = use.given[0]
    sizes = list(_sizes(use.arguments[0][1:]))
    known = math.prod(size for size in sizes if size > 0)
    elements = math.prod(given.shape)
    if not sizes or not given.shape or not known or not elements:
        return
    if -1 not in sizes:
        yield Mismatch(given.sources, elements, known, where)
        return
    samples = given.shape[0]
    each, unit = elements // samples, known
    if sizes[0] == samples:
        unit = known // samples
    if sizes[0] == -1:
        yield Mismatch(given.sources, each, unit, where)
    else:
        yield Mismatch(given.sources, each, math.ceil(each / unit) * unit, where)


def _sizes(args: tuple[Any, ...]) -> Iterator[int]:
    for each in args:
        if isinstance(each, tuple | list):
            yield from _sizes(tuple(each))
        elif isinstance(each, int) and not isinstance(each, Tensor):
            yield each


Ask = Callable[[Use, str], Iterator[Mismatch]]
_ASK: dict[str, Ask] = {
    **dict.fromkeys(PRODUCTS, _product),
    **dict.fromkeys(BATCHED, _batched),
    **dict.fromkeys(ELEMENTWISE, _elementwise),
    **dict.fromkeys(JOINING, _joining),
    **dict.fromkeys(RESHAPING, _reshaping),
}
