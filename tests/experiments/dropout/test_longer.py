"""A recording that goes on where a shorter one ended is the one that begins at its beginning."""

import textwrap
from pathlib import Path

import pytest

from rollcall.core.kept.fingerprint import fingerprint
from rollcall.experiments.dropout.checkpoint import LONG
from rollcall.experiments.dropout.experiment import RECORDER, DropoutQuery
from rollcall.experiments.dropout.longer import checkpoint_of, counted, starts_of
from rollcall.experiments.in_turns import made_by
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

MODELS = """
    import random

    import numpy as np
    import torch
    from torch import nn

    calls = 0


    class Dropping(nn.Module):
        def forward(self, x):
            return x * (torch.rand(x.shape) > 0.5)


    class OfThreeKinds(nn.Module):
        def forward(self, x):
            noise = x * (torch.rand(x.shape) > random.random() * np.random.rand())
            return noise * (torch.randn(x.shape) > random.gauss(0, 1))


    class WithStatistics(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(10)
            self.dropout = nn.Dropout(0.3)

        def forward(self, x):
            return self.dropout(self.norm(torch.rand(x.shape) + x))


    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.calls = 0

        def forward(self, x):
            self.calls += 1
            return nn.functional.dropout(x, 1 / self.calls)


    class CountingInItsClass(nn.Module):
        calls = 0

        def forward(self, x):
            type(self).calls += 1
            return nn.functional.dropout(x, 1 / self.calls)


    class CountingInItsFile(nn.Module):
        def forward(self, x):
            global calls
            calls += 1
            return nn.functional.dropout(x, 1 / calls)


    class WithClosure(nn.Module):
        def __init__(self):
            super().__init__()
            p = 0.0

            def drop(x):
                nonlocal p
                p = min(0.9, p + 0.01)
                return nn.functional.dropout(x, p)

            self.drop = drop

        def forward(self, x):
            return self.drop(x)
"""


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("longer")
    (folder / "own.py").write_text(textwrap.dedent(MODELS))
    (folder / "course.toml").write_text('[[chapter]]\nfile = "own"\ninput = [4, 10]\n')
    return load(folder)


def query_of(left: str, right: str) -> DropoutQuery:
    return DropoutQuery(left=f"own.{left}", right=f"own.{right}", draw=LONG, input="own")


@pytest.mark.parametrize(
    ("left", "right"), [("Dropping", "OfThreeKinds"), ("WithStatistics", "Dropping")]
)
def test_bit_for_bit(catalog: Catalog, left: str, right: str) -> None:
    shorter = list(RECORDER.record(query_of(left, right), catalog))
    longer = query_of(left, right).at(LONG + 6)
    whole = list(RECORDER.record(longer, catalog))
    starts = starts_of(checkpoint_of(shorter))
    rest = list(RECORDER.record(longer, catalog, starts))
    assert len(rest) == 6
    resumed = [*counted(shorter), *rest]
    for side in (0, 1):
        assert made_by(resumed, side) == made_by(whole, side)
    assert RECORDER.frame(resumed, longer) == RECORDER.frame(whole, longer)


@pytest.mark.parametrize(
    "name", ["Counting", "CountingInItsClass", "CountingInItsFile", "WithClosure"]
)
def test_what_draws_change_beside_tensors_has_no_checkpoint(catalog: Catalog, name: str) -> None:
    increments = list(RECORDER.record(query_of("Dropping", name), catalog))
    assert len(increments) == LONG
    assert checkpoint_of(increments) == ""


def test_a_fingerprint_is_of_everything_but_the_tensors_apart(catalog: Catalog) -> None:
    model = catalog.build("own.WithStatistics", 0)
    file = str(Path(catalog.file("own.WithStatistics")))
    tensors = dict(model.named_buffers())
    before = fingerprint(model, file, tensors)
    assert before is not None
    tensors["norm.running_mean"] += 1
    assert fingerprint(model, file, tensors) == before
    assert fingerprint(model, file, {}) != fingerprint(model, file, tensors)
    model.eval()
    assert fingerprint(model, file, tensors) != before
