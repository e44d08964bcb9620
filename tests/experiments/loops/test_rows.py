"""Whatever a loop does to its model is seen at the end of the step, and nothing else is."""

from collections.abc import Callable

import pytest
from torch import nn

from rollcall.experiments.loops.rows import Rows


def rename(model: nn.Module) -> None:
    model.renamed = model.third
    del model.third


CHANGES: dict[str, Callable[[nn.Module], object]] = {
    "added": lambda model: model.register_module("fourth", nn.Linear(2, 2)),
    "replaced": lambda model: setattr(model, "first", nn.Linear(2, 2)),
    "swapped": lambda m: vars(m)["_modules"].update(first=m.second, second=m.first),
    "renamed": rename,
    "removed": lambda model: delattr(model, "third"),
    "none": lambda model: setattr(model, "third", None),
    "deep": lambda model: setattr(model.first, "bias", None),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_seen_once(kind: str) -> None:
    model = nn.Module()
    model.first, model.second = nn.Linear(2, 2), nn.Linear(2, 2)
    model.third = nn.BatchNorm1d(2)
    rows = Rows(model)
    seen: list[None] = []
    rows.before_change = lambda: seen.append(None)
    rows.refresh(1)
    assert (rows.version, len(rows.all), seen) == (1, 8, [])
    CHANGES[kind](model)
    for _ in range(2):
        rows.refresh(2)
        assert (rows.version, seen) == (2, [None])


def test_a_model_without_anything_may_get_something() -> None:
    rows = Rows(nn.Module())
    assert (rows.version, rows.all) == (1, [])
    rows.add("criterion", nn.Module(), 1)
    assert rows.version == 2
    rows.add("criterion", nn.Linear(2, 2), 1)
    assert [row.path for row in rows.all] == ["criterion_.weight", "criterion_.bias"]
