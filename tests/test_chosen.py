"""The rows that `make test` runs: no kind is left out, and `make exhaustive` leaves out none."""

from itertools import product

import pytest

import chosen
from chosen import combined, of_each_kind, some

MODELS = ["a.Net", "a.Other", "b.Net", "b.Odd", "c.Net"]


def file(name: str) -> str:
    return name[0]


def is_net(name: str) -> bool:
    return name.endswith("Net")


@pytest.fixture
def _not_exhaustive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "_all_rows", False)


@pytest.mark.usefixtures("_not_exhaustive")
def test_each_kind_is_chosen() -> None:
    assert of_each_kind(MODELS, file) == ["a.Net", "b.Net", "c.Net"]
    assert of_each_kind(MODELS, file, is_net) == ["a.Net", "a.Other", "b.Net", "c.Net"]
    assert of_each_kind(MODELS, file, times=2) == MODELS


@pytest.mark.usefixtures("_not_exhaustive")
@pytest.mark.parametrize("columns", [("abcdef", "xy"), ("ab", "stuvw", "xyz"), ("a", "b")])
def test_each_value_of_each_column_is_chosen(columns: tuple[str, ...]) -> None:
    rows = combined(*columns)
    assert len(rows) == len(set(rows)) == max(map(len, columns))
    for place, column in enumerate(columns):
        assert {row[place] for row in rows} == set(column)


@pytest.mark.usefixtures("_not_exhaustive")
def test_a_short_column_meets_other_values_at_each_round() -> None:
    assert len(set(combined("abcd", "xy"))) == 4
    assert combined("abcd", "xy")[2] == ("c", "y")


@pytest.mark.usefixtures("_not_exhaustive")
def test_all_firsts_together_choose_every_row() -> None:
    assert sorted(row for first in range(3) for row in some(MODELS, 3, first)) == MODELS
    assert some(MODELS, 3, first=4) == some(MODELS, 3, first=1)


def test_exhaustive_chooses_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "_all_rows", False)  # so that it is put back
    chosen.choose_all_rows()
    assert of_each_kind(MODELS, file) == some(MODELS, 3) == MODELS
    assert combined("ab", "xyz") == list(product("ab", "xyz"))
