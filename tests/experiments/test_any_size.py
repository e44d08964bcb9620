"""What is run for a page is run as often for a large model as for a small one."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rollcall.core.walk import object_walk
from rollcall.experiments import Experiment
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from web.course import RUNNING

FILE = """
from torch import nn

class Block(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(4, 4), nn.Dropout(0.1))

    def train(self, mode=True):
        return super().train(mode)

class Small(nn.Module):
    blocks = 3

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(Block() for _ in range(self.blocks))

    def forward(self, x):
        for layer in self.layers:
            x = x + layer(x)
        return x

class Large(Small):
    blocks = 20
"""


@pytest.mark.parametrize("experiment", RUNNING, ids=lambda each: each.name)
def test_a_large_model_is_built_and_walked_over_as_often_as_a_small_one(
    experiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.py").write_text(FILE)
    counts: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            counts[name] += 1
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)

    count(Catalog, "build")
    count(object_walk, "walk_with_holders")

    def counted(name: str) -> Counter[str]:
        counts.clear()
        catalog = load(tmp_path).leaving_out("right")  # which has found no input yet
        asked: dict[str, Any] = {"left": name, "right": name}
        if "steps" in experiment.query.model_fields:
            asked["steps"] = 2
        experiment.run(experiment.query.model_validate(asked), catalog)
        return counts.copy()

    small = counted("net.Small")
    assert small["build"]
    assert counted("net.Large") == small
