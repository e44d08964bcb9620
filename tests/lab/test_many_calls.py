"""A worker keeps nothing of its calls but what is asked for again."""

import gc
import linecache
from pathlib import Path

import pytest
from torch._dynamo.utils import get_compilation_metrics
from torch.fx import graph_module

from rollcall.experiments import EXPERIMENTS
from rollcall.lab import left_memory, worker
from rollcall.lectures.targets import Targets
from web.course import NET


def run(name: str, folder: Path, seed: int = 0) -> bytes:
    query = {"left": "my.Net", "right": "my.Net", "seed": seed}
    answer = worker.run(name, EXPERIMENTS[name].query.model_validate(query), Targets.of(folder))
    left_memory.let_go()  # as the worker does when the answer was sent
    return answer


def test_no_graph_of_a_call_is_kept(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(NET)
    assert b'"verdict":"pass"' in run("preflight", tmp_path)
    assert graph_module._loader.eval_cache == {}
    assert not [each for each in linecache.cache if each.startswith("<eval_with_key>")]
    assert get_compilation_metrics() == []


def test_what_a_call_leaves_is_gone_some_calls_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my.py").write_text(NET)
    monkeypatch.setattr(left_memory, "COLLECTED_EVERY", 4)
    before = gc.get_threshold()
    gc.set_threshold(100_000)  # as in a worker
    try:
        run("forward", tmp_path)
        gc.collect()
        run("forward", tmp_path, seed=1)
        of_one = gc.collect()
        for seed in range(2, 14):
            run("forward", tmp_path, seed)
        of_many = gc.collect()
    finally:
        gc.set_threshold(*before)
    assert 0 < of_many <= 5 * of_one
