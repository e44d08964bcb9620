"""Whether a dropout keeps the mean: its factor times 1 - p is 1, but for rounding."""

import pytest

from rollcall.experiments.dropout.report import DropoutSubject, Place
from rollcall.lectures.contents import ModelCard

PLACE = Place(
    kind="module",
    path="drop",
    name="Dropout",
    status="registered",
    line=None,
    training=True,
    owner_training=True,
)


def keeps_mean(scale: float | None, p: float | None = 0.3) -> bool | None:
    card = ModelCard(name="own.Net", class_name="Net", needs=())
    return DropoutSubject(card=card, places=(PLACE,), p=p, scale=scale, dropped=(3,)).keeps_mean


def test_only_the_right_factor_keeps_the_mean() -> None:
    assert keeps_mean(1 / 0.7)
    assert keeps_mean(1 / 0.7 * (1 + 1e-7))  # as float32 rounds it
    assert keeps_mean(1.0) is False


@pytest.mark.parametrize("slip", [1e-1, 1e-2, 1e-3, 1e-4, -1e-4])
def test_a_factor_that_is_a_little_off_does_not(slip: float) -> None:
    assert keeps_mean((1 + slip) / 0.7) is False


def test_where_it_is_not_the_question() -> None:
    assert keeps_mean(None) is keeps_mean(1.0, None) is None
