"""Where the rows of a column stand, so that what both models have stands side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rollcall.web.view.gaps import met_rows
from rollcall.web.view.in_order_of import plain
from rollcall.web.view.registry.module_row import ModuleRow
from rollcall.web.view.registry.tensor_row import TensorRow


@dataclass(frozen=True, slots=True)
class Row:
    """A module or a tensor of a column."""

    path: str
    module: ModuleRow  # or the one that the tensor is of
    tensor: TensorRow | None
    lines: int  # below its name


@dataclass(frozen=True, slots=True)
class Placed:
    """A row beside the one of the same name in the other column."""

    blank: tuple[Row, ...] = ()  # before it: what the other column alone has there
    room: int = 0  # lines that the row beside it has more


def side_by_side(own: Sequence[ModuleRow], other: Sequence[ModuleRow]) -> dict[str, Placed]:
    """The place of each module and tensor of one column, by its path.

    Args:
        own: rows of that column.
        other: those of the other one; none where nothing is to be placed.
    """
    rows, others = list(_rows(own)), list(_rows(other))
    placed = {row.path: Placed() for row in rows}
    keys, other_keys = ([plain(row.path) for row in each] for each in (rows, others))
    for met in met_rows(keys, other_keys):
        row, like = rows[met.own], others[met.other]
        blank = tuple(others[place] for place in met.missing)
        placed[row.path] = Placed(blank, max(like.lines - row.lines, 0))
    return placed


def _rows(modules: Sequence[ModuleRow]) -> Iterator[Row]:
    for module in modules:
        yield Row(module.module.path, module, None, 0)
        for tensor in module.tensors:
            lines = bool(tensor.mark) + bool(tensor.aliases)
            yield Row(tensor.path, module, tensor, lines)
