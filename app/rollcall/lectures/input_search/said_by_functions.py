"""What to try next by messages that a single function of PyTorch gives."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from rollcall.core.input.input_spec import INT, GroupSpec, TensorSpec
from rollcall.core.pytorch_names import name_of
from rollcall.core.report import message_of
from rollcall.lectures.input_search.attempt import Attempt
from rollcall.lectures.input_search.resizing import resized
from rollcall.lectures.input_search.wants import BATCH, TIME

COLUMNS = re.compile(r"X1: (\d+) X2: (\d+)")

RESHAPED = re.compile(r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)")
PRODUCT = re.compile(r"cannot be multiplied \((\d+)x(\d+) and (\d+)x\d+\)")


def products(attempt: Attempt) -> Iterator[GroupSpec]:
    """`(4x10 and 6x8)` of a matrix that no layer holds: it takes rows of 6 numbers."""
    found = PRODUCT.search(_message(attempt))
    if found is None:
        return
    rows, width, wanted = (int(number) for number in found.groups())
    for path, tensor in attempt.call.tensors:
        if tensor.shape[-1:] == (width,) and math.prod(tensor.shape[:-1]) == rows:
            yield resized(attempt.call, path, (*tensor.shape[:-1], wanted))


def pairs(attempt: Attempt) -> Iterator[GroupSpec]:
    """`x.view(B * 2, *x.shape[2:])`: twice as many numbers are wanted, so each sample is a pair."""
    found = RESHAPED.search(_message(attempt))
    if found is None:
        return
    sizes = [int(size) for size in found[1].split(",")]
    times, rest = divmod(math.prod(sizes), int(found[2]))
    if -1 in sizes or rest or times < 2:
        return
    for path, tensor in attempt.call.tensors:
        if len(tensor.shape) > 1 and math.prod(tensor.shape) == int(found[2]):
            yield resized(attempt.call, path, (tensor.shape[0], times, *tensor.shape[1:]))


def equations(attempt: Attempt) -> Iterator[GroupSpec]:
    """torch.einsum: a letter of what was learnt tells the size where an input has it, too."""
    use = attempt.failed
    if use is None or not name_of(use.target).endswith("einsum"):
        return
    equation = use.arguments[0][0]
    if not isinstance(equation, str) or "." in equation:
        return
    letters = ["", *equation.replace(" ", "").partition("->")[0].split(",")]  # by place
    sizes: dict[str, int] = {}
    given = [each for each in use.given if isinstance(each.place, int)]
    for each in given:
        if not each.sources and len(each.shape) == len(letters[int(each.place)]):
            sizes |= dict(zip(letters[int(each.place)], each.shape, strict=True))
    for each in given:
        if each.direct is not None and sizes:
            wanted = [sizes.get(letter, TIME) for letter in letters[int(each.place)]]
            if letters[int(each.place)][0] not in sizes:
                wanted[0] = BATCH
            yield resized(attempt.call, each.direct, tuple(wanted))


def columns(attempt: Attempt) -> Iterator[GroupSpec]:
    """`X1: 12 X2: 4` of torch.cdist: the rows of one are as long as those of the other."""
    found = COLUMNS.search(_message(attempt))
    if found is None:
        return
    sizes = (int(found[1]), int(found[2]))
    for path, tensor in attempt.call.tensors:
        for here, there in (sizes, sizes[::-1]):
            if tensor.shape[-1:] == (here,):
                yield resized(attempt.call, path, (*tensor.shape[:-1], there))


def bags(attempt: Attempt) -> Iterator[GroupSpec]:
    """nn.EmbeddingBag: a text in one row, and where each bag begins in it, the first one at 0."""
    tensors = list(attempt.call.tensors)
    if "offsets has to be None" not in _message(attempt) or len(tensors) < 2:
        return
    (text, words), (offsets, _), *_ = tensors
    flat = attempt.call.with_value(text, replace(words, shape=(TIME,)))
    yield flat.with_value(offsets, TensorSpec((BATCH,), INT, high=1))


def _message(attempt: Attempt) -> str:
    assert attempt.error
    return message_of(attempt.error)
