"""Where the rows of a column stand, so that what both models have stands side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rollcall.web.view.in_order_of import plain
from rollcall.web.view.registry.module_row import ModuleRow
from rollcall.web.view.registry.tensor_row import TensorRow

MOST_BLANK = 6  # rows of a column: models that differ in more have little to compare

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A module or a tensor of a column."""

    path: str
    key: Key
    module: ModuleRow  # or the one that the tensor is of
    tensor: TensorRow | None
    lines: int  # below its name


@dataclass(frozen=True, slots=True)
class Placed:
    """A row beside the one of the same name in the other column."""

    blank: tuple[Row, ...] = ()  # before it: what the other column alone has there
    lines: int = 0  # that its counterpart has more


def side_by_side(own: Sequence[ModuleRow], other: Sequence[ModuleRow]) -> dict[str, Placed]:
    """The place of each module and tensor of one column, by its path.

    Args:
        own: rows of that column.
        other: those of the other one; none where nothing is to be placed.
    """
    rows, others = list(_rows(own)), list(_rows(other))
    placed = {row.path: Placed() for row in rows}
    blank = beside = at = other_at = 0
    for start, other_start, count in _alike(rows, others):
        missing = others[other_at + start - at : other_start]
        for place in range(count):
            row, like = rows[start + place], others[other_start + place]
            placed[row.path] = Placed(tuple(missing), max(like.lines - row.lines, 0))
            blank += len(missing)
            missing = []
        if count:
            beside += max((start - at) - (other_start - other_at), 0)
        at, other_at = start + count, other_start + count
    if max(blank, beside) > MOST_BLANK:
        return {row.path: Placed() for row in rows}
    return placed


def _alike(rows: list[Row], others: list[Row]) -> list[tuple[int, int, int]]:
    """Runs of rows that both have: where each begins here and there, and how long it is.

    The same runs, whichever column asks.
    """
    keys, other_keys = [row.key for row in rows], [row.key for row in others]
    if keys > other_keys:
        runs = SequenceMatcher(None, other_keys, keys, autojunk=False).get_matching_blocks()
        return [(run.b, run.a, run.size) for run in runs]
    runs = SequenceMatcher(None, keys, other_keys, autojunk=False).get_matching_blocks()
    return [(run.a, run.b, run.size) for run in runs]


def _rows(modules: Sequence[ModuleRow]) -> Iterator[Row]:
    for module in modules:
        path = module.module.path
        yield Row(path, plain(path), module, None, 0)
        for tensor in module.tensors:
            lines = bool(tensor.mark) + bool(tensor.aliases)
            yield Row(tensor.path, plain(tensor.path), module, tensor, lines)
