"""`rollcall.assert_registered` and its fixture: the words of `rollcall check`, in a test."""

import copy
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch
from torch import nn

import rollcall
from lectures.lectures import write

ROOT = Path(__file__).parents[2]
BUGGY = """
class Buggy(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(4, 4)]
        self.teacher = [nn.Linear(4, 4)]  # rollcall: ignore[never trained]

    def forward(self, x):
        return self.teacher[0](self.hidden[0](x))
"""
TEST = """
from buggy import Buggy


def test_it(assert_registered):
    assert_registered(Buggy())
"""


class Closure(nn.Module):
    """No attribute leads to its layer."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = nn.Linear(4, 4)(x)
        return answer


def test_a_healthy_model_passes_and_stays_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
    model(torch.randn(3, 4)).sum().backward()
    before, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    gradient = model[0].weight.grad
    rollcall.assert_registered(model)
    rollcall.assert_registered(model, torch.randn(3, 4, generator=torch.Generator()))
    assert model[0].weight.grad is gradient
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_it_fails_with_the_words_of_check(tmp_path: Path) -> None:
    file = write(tmp_path, "buggy.py", BUGGY)
    names: dict[str, type[nn.Module]] = {"__name__": "buggy"}  # type: ignore[dict-item]
    exec(compile(file.read_text(), file, "exec"), names)
    with pytest.raises(AssertionError) as failed:
        rollcall.assert_registered(names["Buggy"](), torch.randn(2, 4))
    assert str(failed.value) == (
        "Buggy: 0 of 40 trainable numbers answer\n"
        f"  {file}:8: hidden is a plain list, so the optimizer, .to(), state_dict() and eval() "
        "will not reach it.\n"
        "    Write self.hidden = nn.ModuleList(...)."
    ).replace("\\\n", "\n")


def test_inputs_find_what_no_attribute_leads_to() -> None:
    rollcall.assert_registered(Closure())
    with pytest.raises(AssertionError, match="uses 20 numbers that no attribute leads to"):
        rollcall.assert_registered(Closure(), torch.randn(2, 4))


def test_what_is_no_module_is_refused() -> None:
    with pytest.raises(TypeError, match=re.escape("takes a torch.nn.Module, not int")):
        rollcall.assert_registered(3)  # type: ignore[arg-type]


def test_the_fixture_in_a_run_of_pytest(pytester: pytest.Pytester) -> None:
    write(pytester.path, "buggy.py", BUGGY)
    pytester.makepyfile(TEST)
    pytester.syspathinsert()
    pytester.makeconftest("from rollcall.pytest_plugin import assert_registered")
    run = pytester.runpytest_inprocess("-p", "no:playwright")
    run.assert_outcomes(failed=1)
    run.stdout.fnmatch_lines(
        ["E   *buggy.py:8: hidden is a plain list*", "E   *Write self.hidden = nn.ModuleList(...)."]
    )
    run.stdout.no_fnmatch_line("*in_python/assert_registered.py*")


def test_the_plugin_is_found_and_imports_no_torch() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"rollcall": "rollcall.pytest_plugin"}
    asked = "import rollcall.pytest_plugin, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
