"""What is said of two outputs that nobody can compare, or that have other shapes."""

from pathlib import Path

import pytest

from lectures.lectures import catalog_of
from rollcall.experiments.forward.experiment import ForwardQuery, forward
from rollcall.experiments.modes.experiment import ModesQuery, modes
from rollcall.experiments.modes.measures import random_in_eval
from rollcall.experiments.preflight.experiment import PreflightQuery, preflight
from rollcall.experiments.saving.experiment import SavingQuery, saving
from rollcall.experiments.saving.measures import comes_back
from rollcall.web.view.forward.narration import forward_narration
from rollcall.web.view.modes.narration import modes_narration
from rollcall.web.view.preflight.evidence import evidence
from rollcall.web.view.saving.narration import saving_narration
from rollcall.web.view.sentence import read
from web.course import Course

COMPARING = ("round_trip", "agreeing", "compiled")


def net(last: str) -> str:
    return f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        y = self.out(x)
        {last}
"""


@pytest.mark.parametrize("last", ["print", "return None", "return y.mean().item()", "return {}"])
def test_two_answers_without_a_tensor_are_not_called_equal(last: str, tmp_path: Path) -> None:
    catalog, asked = catalog_of(tmp_path, net(last)), {"left": "own.Net", "right": "own.Net"}
    for mode in ("eval", "train"):
        report = modes(ModesQuery.model_validate({**asked, "mode": mode}), catalog)
        assert report.left.eval
        assert (report.left.eval.apart, report.left.eval.unlike) == (None, False)
        text = "The forward of Net returns no tensor with numbers: there is nothing to compare."
        assert read(modes_narration(report)) == text
    both = forward(ForwardQuery.model_validate(asked), catalog)
    text = "The forwards return no tensor: there is nothing to compare."
    assert read(forward_narration(both)) == text
    back = saving(SavingQuery.model_validate(asked), catalog)
    assert "holds both tensors; its forward returns no tensor" in read(saving_narration(back))
    assert not comes_back(back.left)
    assert back.left.pretraining
    assert back.left.pretraining.raised is None  # we raise nothing in the name of the model
    assert back.left.pretraining.returns_nothing
    lines = preflight(PreflightQuery.model_validate(asked), catalog).left.lines
    told = {line.name: (line.outcome.verdict, read(evidence(line))) for line in lines}
    nothing = ("na", "forward returns no tensor to compare")
    assert {name: told[name] for name in COMPARING} == dict.fromkeys(COMPARING, nothing)


def test_the_steps_before_nothing_is_returned_are_counted(course: Course) -> None:
    last = "self.n = getattr(self, 'n', 0) + 1; return y if self.n < 3 else None"
    course.write("own.py", f"from torch import nn\n{net(last)}")
    page = course.open().get("/saving?left=own.Net&right=own.Net&x=3,4&steps=5").text
    assert " 2 steps</span>: forward returns no tensor of floats" in page


def test_why_a_training_has_no_loss_stands_on_its_page(course: Course) -> None:
    course.write("own.py", f"from torch import nn\n{net('return None')}")
    page = course.open().get("/training?left=own.Net&right=own.Net&x=3,4").text
    assert "Forward <strong>returned no tensor</strong>: there is no loss." in page
    assert "TypeError" not in page


def test_outputs_of_other_shapes_differ(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, net("self.n = getattr(self, 'n', 0) + 1; return y[: self.n]"))
    asked = {"left": "own.Net", "right": "own.Net", "mode": "eval"}
    report = modes(ModesQuery.model_validate(asked), catalog)
    assert report.left.eval
    assert report.left.eval.unlike
    assert random_in_eval(report.left)
