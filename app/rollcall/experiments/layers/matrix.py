"""A linear layer small enough for the blackboard: two rows of four numbers become rows of three."""

from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded
from rollcall.experiments.layer_checks.closeness import TOLERANCES
from rollcall.experiments.layer_checks.layer_pair import LayerPair, NotCopied, copy_weights

ROWS, IN, OUT = 2, 4, 3
Rows = tuple[tuple[float, ...], ...]


class MatrixPicture(Report):
    """y = x @ weight.T + bias in numbers with one decimal, as nn.Linear answers."""

    x: Rows  # (2, 4)
    weight: Rows  # (3, 4)
    weight_t: Rows  # (4, 3)
    bias: tuple[float, ...]  # (3,)
    y: Rows  # (2, 3)
    row: int  # the cell of y that is traced back
    column: int


class SmallCase(Report):
    """What a layer of one's own answers to the same numbers."""

    y: Rows = ()
    agrees: tuple[tuple[bool, ...], ...] = ()  # cell by cell with nn.Linear, but for rounding
    raised: Raised | None = None


def matrix_picture(seed: int, row: int, column: int) -> MatrixPicture:
    """Draw the numbers, and let nn.Linear answer."""
    x, linear = _numbers(seed)
    return MatrixPicture(
        x=_rows(x),
        weight=_rows(linear.weight),
        weight_t=_rows(linear.weight.T),
        bias=_rows(linear.bias[None])[0],
        y=_rows(linear(x)),
        row=row,
        column=column,
    )


def small_case(pair: LayerPair) -> SmallCase:
    """The layer at this size, with these weights; what it raises is its answer."""
    x, linear = _numbers(pair.factory.seed)
    try:
        with seeded(pair.factory.seed):
            with model_code(f"{pair.factory.card.class_name}({IN}, {OUT})"):
                layer = pair.own_class(IN, OUT)
            copy_weights(linear, layer)
            with model_code("layer(x)"):
                y = _checked(layer(x.clone()))
        rtol, atol = TOLERANCES[torch.float32]
        agrees = torch.isclose(y, linear(x), rtol=rtol, atol=atol)
        return SmallCase(y=_rows(y), agrees=tuple(tuple(row) for row in agrees.tolist()))
    except NotCopied as error:
        return SmallCase(raised=pair.factory.raised(error.cause))
    except ModelRaised as error:
        return SmallCase(raised=pair.factory.raised(error))


def _checked(y: Any) -> Tensor:
    """The output, if it can stand beside that of the reference."""
    wanted = f"({ROWS}, {OUT}) was wanted"
    if not isinstance(y, Tensor):
        raise ValueError(f"forward returned {type(y).__name__} where {wanted}")
    if y.shape != (ROWS, OUT):
        raise ValueError(f"forward returned {tuple(y.shape)} where {wanted}")
    return y


def _numbers(seed: int) -> tuple[Tensor, nn.Linear]:
    """Tenths from -1.5 to 1.5, so that the sum on the page can be followed."""
    generator = torch.Generator().manual_seed(seed)

    def tenths(*shape: int) -> Tensor:
        return torch.randint(-15, 16, shape, generator=generator) / 10

    x = tenths(ROWS, IN)
    with seeded(seed):
        layer = nn.Linear(IN, OUT)
    layer.load_state_dict({"weight": tenths(OUT, IN), "bias": tenths(OUT)})
    return x, layer


def _rows(matrix: Tensor) -> Rows:
    return tuple(tuple(row) for row in matrix.detach().to("cpu", torch.float64).tolist())
