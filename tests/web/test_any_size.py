"""A page of a large model is as long as that of a small one: what is alike shares a line."""

from pathlib import Path
from typing import cast

import pytest

from event_loop import run
from rollcall.core.query import PairQuery
from rollcall.experiments import Experiment
from rollcall.lectures.loading import load
from web.answering import page, responder
from web.course import RUNNING

FILE = """
from torch import nn

class Net(nn.Module):
    blocks = 30

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Dropout(0.1)) for _ in range(self.blocks)
        )
        self.spare = [nn.Linear(4, 4)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.spare[0](x)

class Large(Net):
    blocks = 300
"""
MOST_BYTES = 150_000


@pytest.mark.parametrize("experiment", RUNNING, ids=lambda each: each.name)
def test_ten_times_the_modules_take_at_most_a_tenth_more_of_page(
    experiment: Experiment, tmp_path: Path
) -> None:
    (tmp_path / "net.py").write_text(FILE)
    catalog = load(tmp_path)

    def size(name: str) -> int:
        asked: dict[str, object] = {"left": name, "right": name}
        if "steps" in experiment.query.model_fields:
            asked["steps"] = 2
        query = cast(PairQuery, experiment.query.model_validate(asked))
        report = experiment.run(query, catalog)
        return len(run(page(responder(report, *catalog.contents.cards.values()), query)))

    few, many = size("net.Net"), size("net.Large")
    assert many <= 1.1 * few
    assert many <= MOST_BYTES
