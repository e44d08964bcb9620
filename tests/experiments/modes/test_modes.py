"""The modes page's report agrees with plain torch: who hears the switch, and what it does."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from chosen import combined
from lectures.course import COURSE, FINISHED, SHOWN
from lectures.lectures import catalog_of
from rollcall.core.query import InvalidParameter, Mode
from rollcall.experiments.modes.effects import Effects
from rollcall.experiments.modes.experiment import ModesQuery, ModesReport, modes
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.folders import MODELS
from rollcall.lectures.catalog import Catalog
from rollcall.web.view.modes.narration import modes_narration
from rollcall.web.view.sentence import read

MODES: tuple[Mode, Mode] = ("train", "eval")
DRAWS = "left_on.TrainMethodNet"  # its train() is a training loop


def subject_of(name: str, catalog: Catalog = COURSE, **parameters: Any) -> ModesSubject:
    query = ModesQuery(left=name, right=name, **parameters)
    subject = modes(query, catalog.leaving_out("right")).left
    assert subject.raised is None, subject.raised
    return subject


@cache
def whole(left: str, right: str, mode: Mode) -> ModesReport:
    return modes(ModesQuery(left=left, right=right, mode=mode), COURSE)


def of_course(name: str, mode: Mode) -> ModesSubject:
    """Half of a report on two models of the course, which is not computed twice."""
    at = FINISHED.index(name) // 2 * 2
    left, right = FINISHED[at], FINISHED[min(at + 1, len(FINISHED) - 1)]
    report = whole(left, right, mode)
    subject = report.left if name == left else report.right
    assert subject.raised is None, subject.raised
    return subject


def effects_of(name: str, mode: Mode, catalog: Catalog = COURSE, **parameters: Any) -> Effects:
    subject = subject_of(name, catalog, **parameters)
    effects = subject.train if mode == "train" else subject.eval
    assert effects
    return effects


@pytest.mark.parametrize(("name", "mode"), combined(FINISHED, MODES))
def test_two_forwards_agree_as_plain_torch_says(name: str, mode: Mode) -> None:
    model = COURSE.build(name, 0).train(mode == "train")
    x = COURSE.input(name).draw(0).args[0]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        first, second = model(x), model(x)
    effects = of_course(name, mode).train if mode == "train" else of_course(name, mode).eval
    assert effects
    apart = effects.apart
    assert apart == pytest.approx(float((first - second).detach().abs().max()), abs=1e-6)
    assert (apart == 0) == torch.equal(first, second)


@pytest.mark.parametrize(("name", "mode"), combined(FINISHED, MODES))
def test_flags_are_those_of_the_modules(name: str, mode: Mode) -> None:
    subject = of_course(name, mode)
    model = COURSE.build(name, 0)
    assert all(module.training for module in subject.before)
    model.train(mode == "train")
    flags = {path: module.training for path, module in model.named_modules()}
    assert {
        module.path: module.training for module in subject.modules if module.status == "registered"
    } == flags
    ghosts = [module.path for module in subject.modules if module.status == "unregistered"]
    assert list(subject.unheard) == (ghosts if mode == "eval" else [])


def test_a_dropout_in_a_list_goes_on_dropping_after_eval() -> None:
    bad, good = (
        effects_of("dropout.DropoutListNet", "eval"),
        effects_of("dropout.DropoutModuleListNet", "eval"),
    )
    assert [(drop.path, drop.acts) for drop in bad.drops] == [
        ("dropouts[0]", True),
        ("dropouts[1]", True),
    ]
    assert all(drop.zeroed for drop in bad.drops)
    assert bad.apart
    assert [(drop.path, drop.acts, drop.zeroed) for drop in good.drops] == [
        ("dropouts.0", False, 0),
        ("dropouts.1", False, 0),
    ]
    assert good.apart == 0


def test_zeros_are_counted_as_plain_torch_draws_them() -> None:
    model: Any = COURSE.build("dropout.DropoutListNet", 5)
    x = COURSE.input("dropout.DropoutListNet").draw(5).args[0]
    with torch.random.fork_rng():
        torch.manual_seed(5)
        dropped = model.dropouts[0](x)
    drop = effects_of("dropout.DropoutListNet", "eval", seed=5).drops[0]
    assert (drop.zeroed, drop.of) == (int((dropped == 0).sum()), x.numel())


def test_a_function_without_training_drops_after_eval() -> None:
    bad, good = (
        effects_of("dropout.ForgetfulDropoutNet", "eval"),
        effects_of("dropout.AttentiveDropoutNet", "eval"),
    )
    lines = (MODELS / "dropout.py").read_text().splitlines()
    assert [(drop.path, drop.function, drop.acts) for drop in bad.drops] == [
        ("", "F.dropout", True)
    ]
    assert bad.drops[0].line is not None
    assert lines[bad.drops[0].line - 1].strip() == "x = F.dropout(x, 0.5)"
    assert [(drop.path, drop.function, drop.acts) for drop in good.drops] == [
        ("", "F.dropout", False)
    ]
    assert subject_of("dropout.ForgetfulDropoutNet").unheard == ()


def test_a_batch_norm_in_a_list_keeps_updating_after_eval() -> None:
    bad, good = (
        effects_of("dropout.BatchNormListNet", "eval"),
        effects_of("dropout.BatchNormModuleListNet", "eval"),
    )
    assert len(bad.tensor_changes) == len(good.tensor_changes) == 6
    assert all(change.by > 0 for change in bad.tensor_changes)
    assert all(change.by == 0 and change.before == change.after for change in good.tensor_changes)
    in_train = effects_of("dropout.BatchNormModuleListNet", "train")
    assert all(change.by > 0 for change in in_train.tensor_changes)
    assert bad.apart == 0  # the outputs alone do not tell
    model: Any = COURSE.build("dropout.BatchNormListNet", 0).eval()
    model(COURSE.input("dropout.BatchNormListNet").draw(0).args[0])
    after = {change.path: change.after for change in bad.tensor_changes}
    assert after["norms[0].running_mean"] == pytest.approx(
        tuple(model.norms[0].running_mean[:4].tolist())
    )


def test_a_call_on_one_submodule_is_heard_below_it_only() -> None:
    subject = subject_of("dropout.DropoutModuleListNet", mode="train", eval=("dropouts",))
    assert {module.path for module in subject.modules if not module.training} == {
        "dropouts",
        "dropouts.0",
        "dropouts.1",
    }
    assert subject.train
    assert subject.train.apart == 0
    ghost = subject_of("dropout.DropoutListNet", eval=("dropouts[0]", "dropouts[1]"))
    assert ghost.unheard == ()
    assert ghost.eval
    assert ghost.eval.apart == 0


def test_a_path_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        modes(ModesQuery(eval=("nobody",)), COURSE)


@pytest.mark.parametrize("name", SHOWN)
def test_json_round_trip(name: str) -> None:
    subject = of_course(name, "train")
    text = subject.model_dump_json()
    assert ModesSubject.model_validate_json(text).model_dump_json() == text


OWN = """
    class InPlace(nn.Module):
        def forward(self, x):
            return F.dropout(x + 0, 0.5, True, True)


    class Alpha(nn.Module):
        def forward(self, x):
            return F.alpha_dropout(x, 0.5, True)


    class Noise(nn.Module):
        def forward(self, x):
            return x + torch.randn(x.shape)


    class Fails(nn.Module):
        def forward(self, x):
            raise ValueError("no")


    class Cached(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("calls", torch.zeros(()))

        def forward(self, x):
            self.calls = self.calls + 1
            return (x * float("nan"), {"also": x})


    class Closure(nn.Module):
        def __init__(self):
            super().__init__()
            drop = nn.Dropout(0.5)
            self.act = lambda x: drop(x)

        def forward(self, x):
            return self.act(x)
    """


def test_other_ways_to_drop(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, OWN)
    in_place = effects_of("own.InPlace", "eval", catalog).drops[0]
    assert (in_place.function, in_place.acts) == ("F.dropout", True)
    assert in_place.zeroed > 0
    alpha = effects_of("own.Alpha", "eval", catalog).drops[0]
    assert (alpha.function, alpha.acts, alpha.zeroed) == ("F.alpha_dropout", True, 0)
    noise = effects_of("own.Noise", "eval", catalog)
    assert noise.apart
    assert [(drop.path, drop.acts, drop.drew, drop.of) for drop in noise.drops] == [
        ("", True, True, 0)
    ]
    closure = effects_of("own.Closure", "eval", catalog)
    assert closure.apart
    assert [(drop.path, drop.acts) for drop in closure.drops] == [("act (closure: drop)", True)]


def test_what_a_forward_changes_and_what_it_raises(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, OWN)
    cached = effects_of("own.Cached", "eval", catalog)
    assert [(change.path, change.before, change.after) for change in cached.tensor_changes] == [
        ("calls", (0.0,), (1.0,))
    ]
    assert cached.apart == 0  # nan where nan was
    fails = effects_of("own.Fails", "eval", catalog)
    assert fails.raised
    assert (fails.raised.type, fails.raised.message) == ("ValueError", "no")
    assert fails.apart is None


def test_eval_switches_a_dropout_off_and_train_on_again() -> None:
    layer = nn.Dropout(0.5)
    x = torch.ones(100)
    assert torch.equal(layer.eval()(x), x)
    assert not torch.equal(layer.train()(x), x)


def test_a_forward_that_changes_its_input_in_place_gets_the_same_one_twice(tmp_path: Path) -> None:
    text = (
        "class Net(nn.Linear):\n    def __init__(self): super().__init__(10, 5)\n"
        "    def forward(self, x): return super().forward(x.mul_(2))\n"
    )
    catalog = catalog_of(tmp_path, text)
    assert effects_of("own.Net", "eval", catalog).apart == 0


def test_a_train_method_that_draws_learns_the_same_wherever_it_is_run() -> None:
    """Its loop runs before any forward, and on either side."""
    told = set()
    for seed in (1, 2):
        torch.manual_seed(seed)
        report = modes(ModesQuery(left=DRAWS, right=DRAWS, mode="eval"), COURSE)
        assert report.left.train
        assert report.right.train
        told |= {report.left.train.apart, report.right.train.apart}
    assert len(told) == 1


def test_a_lazy_layer_that_gets_its_weights_still_draws_nothing(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Sequential(nn.LazyLinear(6), nn.ReLU(), nn.LazyBatchNorm1d())

    def forward(self, x):
        return self.out(x)
"""
    catalog = catalog_of(tmp_path, text)
    report = modes(ModesQuery(left="own.Net", right="own.Net", mode="eval"), catalog)
    assert report.left.eval
    assert [drop for drop in report.left.eval.drops if drop.acts] == []
    assert read(modes_narration(report)) == "Net keeps its statistics."
