"""The saving page's report agrees with a save and a load written out in plain PyTorch."""

import io
from typing import Any, Self

import pytest
import torch
from torch import nn

from lectures.course import COURSE, FINISHED, SHOWN
from rollcall.core.input.model_input import ModelInput
from rollcall.core.round_trip import RoundTrip, call_once, round_trip, saved
from rollcall.experiments.saving.cross_load import cross_load
from rollcall.experiments.saving.experiment import SAVING, SavingQuery, SavingReport, saving
from rollcall.experiments.saving.pretrain import pretrain

GROWING = "init_or_forward.LateLayerNet"  # its first forward adds to its state_dict
STEADY = tuple(name for name in FINISHED if name != GROWING)
MATCHED = "<All keys matched successfully>"


def report(**asked: Any) -> SavingReport:
    return saving(SavingQuery(**asked), COURSE)


def trip(side: Any) -> RoundTrip:
    assert side.raised is None
    found: RoundTrip = side.trip
    return found


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", SHOWN)
def test_every_model_is_saved_and_its_report_survives_json(name: str, mode: str) -> None:
    answer = report(left=name, right="containers.FullListNet", mode=mode, steps=2)
    assert trip(answer.left).comparison is not None
    assert SAVING.report.model_validate_json(answer.model_dump_json()) == answer


def test_a_model_that_grows_cannot_load_its_own_file() -> None:
    found = trip(report(left=GROWING).left)
    assert [key.name for key in found.keys] == ["layer.weight", "layer.bias"]
    assert found.answer is None
    assert found.load_raised is not None
    assert "Unexpected key(s) in state_dict" in found.load_raised.message
    assert [tensor.back for tensor in found.tensors] == [None, None]


@pytest.mark.parametrize("name", STEADY)
def test_the_round_trip_agrees_with_plain_pytorch(name: str) -> None:
    model = COURSE.build(name, 0).eval()
    example = COURSE.input(name).draw(0).args[0]
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    size = len(file.getvalue())
    file.seek(0)
    fresh = COURSE.build(name, 1).eval()
    answer = str(fresh.load_state_dict(torch.load(file, weights_only=True), strict=True))
    with torch.no_grad():
        torch.manual_seed(0)
        before = model(example)
        torch.manual_seed(0)
        after = fresh(example)

    found = trip(report(left=name, steps=0).left)
    assert found.size == size
    assert found.answer == answer == MATCHED
    assert {key.name: key.shape for key in found.keys} == {
        k: tuple(v.shape) for k, v in model.state_dict().items()
    }
    assert found.comparison
    assert found.comparison.equal == torch.equal(before, after)
    assert found.comparison.furthest == pytest.approx(float((before - after).abs().max()))


@pytest.mark.parametrize("name", STEADY)
def test_what_is_in_the_file_comes_back_and_the_rest_is_drawn_anew(name: str) -> None:
    for tensor in trip(report(left=name).left).tensors:
        if tensor.key is not None:
            assert tensor.back
        elif (
            "norm" not in name.lower()
        ):  # a batch norm starts with the same values under every seed
            assert not tensor.back


def test_all_keys_matched_and_the_outputs_differ() -> None:
    answer = report()
    left, right = trip(answer.left), trip(answer.right)
    assert left.answer == right.answer == MATCHED
    assert len(left.missing) == 6
    assert {tensor.status for tensor in left.missing} == {"unregistered"}
    assert left.comparison
    assert not left.comparison.equal
    assert right.comparison
    assert right.comparison.equal
    assert right.missing == ()


def test_a_buffer_that_is_not_persistent_is_missing_too() -> None:
    found = trip(report(left="parameters.TransientBufferNet").left)
    assert [(tensor.path, tensor.status) for tensor in found.missing] == [("table", "registered")]
    assert found.comparison
    assert not found.comparison.equal


def test_where_the_optimizer_raises_nothing_is_trained() -> None:
    fitted = report(left="containers.BadListNet").left.pretraining
    assert fitted
    assert fitted.done == fitted.in_optimizer == 0
    assert fitted.raised
    assert (fitted.raised.type, fitted.raised.message) == (
        "ValueError",
        "optimizer got an empty parameter list",
    )


def test_training_changes_what_is_saved_and_is_the_same_each_time() -> None:
    none, five, again = (trip(report(steps=steps).right) for steps in (0, 5, 5))
    assert five == again
    assert none.size == five.size
    fitted = report(steps=5).left.pretraining
    assert fitted
    assert (fitted.done, fitted.in_optimizer) == (5, 2)


def test_a_model_that_draws_after_eval_is_compared_with_the_same_draws() -> None:
    found = trip(report(left="dropout.ForgetfulDropoutNet").left).comparison
    assert found
    assert not found.repeats
    assert found.draws
    assert found.equal


def test_a_file_that_is_refused_is_shown_with_pytorchs_own_words() -> None:
    answer = report(left="containers.BadListNet", right="containers.ModuleListNet").cross_load
    assert answer
    assert answer.raised
    with pytest.raises(RuntimeError) as expected:
        COURSE.build("containers.ModuleListNet", 0).load_state_dict({}, strict=True)
    assert answer.raised.message == str(expected.value)
    assert {row.verdict for row in answer.differences} == {"missing"}


@pytest.mark.parametrize("left", FINISHED)
@pytest.mark.parametrize(
    "right", ["containers.SequentialNet", "parameters.BufferNet", "dropout.DropoutNet"]
)
def test_the_table_of_differences_names_what_pytorch_names(left: str, right: str) -> None:
    answer = report(left=left, right=right, steps=0).cross_load
    assert answer
    assert (answer.answer == MATCHED) == (answer.differences == ())
    for row in answer.differences:
        assert answer.raised
        line = {
            "missing": "Missing key(s)",
            "unexpected": "Unexpected key(s)",
            "shape": "size mismatch for",
        }
        part = answer.raised.message.split(line[row.verdict], 1)[1]
        assert row.key in part


def test_a_changed_shape_is_told_apart_from_a_missing_key() -> None:
    answer = cross_load(saved(nn.Linear(3, 2)), nn.Linear(4, 2, bias=False), "")
    assert [(row.key, row.verdict) for row in answer.differences] == [
        ("bias", "unexpected"),
        ("weight", "shape"),
    ]
    assert (answer.differences[1].in_file, answer.differences[1].in_model) == ((2, 3), (2, 4))


def test_a_batch_norm_does_without_its_counter_and_the_table_knows() -> None:
    answer = cross_load(saved(nn.Linear(2, 2)), nn.BatchNorm1d(2), "")
    assert answer.raised
    assert "num_batches_tracked" not in answer.raised.message
    missing = [row.key for row in answer.differences if row.verdict == "missing"]
    assert missing == ["running_mean", "running_var"]


def test_what_is_no_tensor_is_told_apart_too() -> None:
    class Extra(nn.Linear):
        def get_extra_state(self) -> dict[str, int]:
            return {"version": 3}

        def set_extra_state(self, state: dict[str, int]) -> None:
            assert state == {"version": 3}

    answer = cross_load(saved(Extra(2, 2)), nn.Linear(2, 2), "")
    assert [(row.key, row.in_file) for row in answer.differences] == [("_extra_state", None)]


class Grows(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not hasattr(self, "layer"):
            self.layer = nn.Linear(3, 2)
        out: torch.Tensor = self.layer(x)
        return out


def test_a_fresh_model_may_refuse_its_own_file() -> None:
    model = Grows()
    model(torch.zeros(1, 3))
    found = round_trip(model, saved(model), Grows, ModelInput.of(torch.zeros(1, 3)), 0, "")
    assert found.answer is None
    assert found.load_raised
    assert "Unexpected key(s)" in found.load_raised.message
    assert [tensor.back for tensor in found.tensors] == [None, None]


class Renews(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.raw = nn.Parameter(torch.randn(3))
        self.weight = self.raw * 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.weight = self.raw * 2
        return x * self.weight


def test_what_every_forward_makes_anew_is_not_missed() -> None:
    model = Renews()
    found = round_trip(model, saved(model), Renews, ModelInput.of(torch.ones(3)), 0, "")
    assert [tensor.path for tensor in found.tensors] == ["raw"]
    assert [tensor.path for tensor in found.remade] == ["weight"]
    assert found.comparison
    assert found.comparison.equal


class FedBack(nn.Module):
    """A forward puts another tensor in the place of the one that it has read."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)
        self.hidden = torch.randn(3)
        self.calls = torch.zeros(())
        self.seen = torch.zeros(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.hidden = torch.tanh(self.layer(x) + self.hidden)
        self.calls = self.calls + 1
        self.seen = x.clone()
        return self.hidden


def test_what_a_forward_has_read_before_it_replaces_it_is_missed() -> None:
    model = FedBack()
    found = round_trip(model, saved(model), FedBack, ModelInput.of(torch.ones(3)), 0, "")
    assert [tensor.path for tensor in found.missing] == ["hidden", "calls"]
    assert [tensor.path for tensor in found.remade] == ["seen"]


def test_a_tensor_under_several_keys_names_them_all() -> None:
    layer = nn.Linear(3, 3)
    model = nn.Sequential(layer, layer)
    found = round_trip(
        model,
        saved(model),
        lambda: nn.Sequential(layer, layer),
        ModelInput.of(torch.ones(3)),
        0,
        "",
    )
    assert [(tensor.key, tensor.also) for tensor in found.tensors] == [
        ("0.weight", ("1.weight",)),
        ("0.bias", ("1.bias",)),
    ]


class Stale(nn.Module):
    """Its own eval() replaces what forward reads."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.randn(3))
        self.table = self.bias.detach() * 2

    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        self.table = self.bias.detach() * 2
        return self

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.table


def test_what_eval_replaces_is_missed_until_then() -> None:
    model = Stale()
    found = round_trip(model, saved(model), Stale, ModelInput.of(torch.ones(3)), 0, "")
    assert [(tensor.path, tensor.back) for tensor in found.missing] == [("table", False)]
    assert found.comparison
    assert found.comparison.equal


def test_outputs_that_are_not_finite_survive_json() -> None:
    class Infinite(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x / 0 + torch.rand(())

    model = Infinite()
    found = round_trip(model, saved(model), Infinite, ModelInput.of(torch.ones(2)), 0, "")
    assert found.comparison
    again = RoundTrip.model_validate_json(found.model_dump_json())
    assert str(again) == str(found)


def test_keys_are_judged_with_the_versions_of_the_modules_in_the_file() -> None:
    """PyTorch fills the counter in for files older than it, and asks for it in today's."""
    source = nn.BatchNorm1d(2)
    source.num_batches_tracked = None
    with pytest.raises(RuntimeError) as refused:
        nn.BatchNorm1d(3).load_state_dict(source.state_dict())
    assert 'Missing key(s) in state_dict: "num_batches_tracked"' in str(refused.value)
    answer = cross_load(saved(source), nn.BatchNorm1d(3), "")
    assert ("num_batches_tracked", "missing") in [
        (row.key, row.verdict) for row in answer.differences
    ]


class Caches(nn.Module):
    """Each forward leaves a tensor on the model, the first one another, the constructor a third."""

    def __init__(self) -> None:
        super().__init__()
        self.raw = nn.Parameter(torch.randn(3))
        self.computed = self.raw * 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.cache = x * self.raw
        if not hasattr(self, "first"):
            self.first = x * self.raw
        return self.cache + self.computed


def test_what_only_a_forward_makes_needs_no_place_in_the_file_and_what_was_built_does() -> None:
    model = Caches()
    model(torch.ones(3))
    found = round_trip(model, saved(model), Caches, ModelInput.of(torch.ones(3)), 0, "")
    assert [(tensor.path, tensor.key, tensor.back) for tensor in found.tensors] == [
        ("raw", "raw", True),
        ("computed", None, False),
    ]
    assert found.comparison
    assert not found.comparison.equal


class InPlace(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.layer(x.mul_(2))
        return out


def test_a_forward_that_changes_its_input_in_place_gets_the_same_one_each_time() -> None:
    model, tensor = InPlace(), torch.ones(1, 3)
    example = ModelInput.of(tensor)
    call_once(model, example, 0)
    found = round_trip(model, saved(model), InPlace, example, 0, "").comparison
    assert found
    assert found.equal
    assert found.repeats
    assert torch.equal(tensor, torch.ones(1, 3))


def test_each_step_of_the_fit_sees_the_same_batch() -> None:
    tensor = torch.ones(1, 3)
    assert pretrain(InPlace(), ModelInput.of(tensor), 3, 0, "").done == 3
    assert torch.equal(tensor, torch.ones(1, 3))


class Counts(nn.Module):
    """Its output depends on how often it was called, and it draws nothing."""

    calls: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        out: torch.Tensor = self.layer(x) * self.calls
        return out


class LearnsAShift(nn.Module):
    """Its file has a key that a fresh one does not know."""

    shift: nn.Parameter | None

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)
        self.register_parameter("shift", None)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.shift is None:
            self.shift = nn.Parameter(torch.zeros(3))
        out: torch.Tensor = self.layer(x) + self.shift
        return out


def saved_and_loaded(kind: type[nn.Module]) -> RoundTrip:
    model, example = kind(), ModelInput.of(torch.ones(1, 3))
    call_once(model, example, 0)
    return round_trip(model, saved(model), kind, example, 0, "")


def test_a_forward_that_counts_its_calls_draws_nothing() -> None:
    found = saved_and_loaded(Counts).comparison
    assert found
    assert (found.equal, found.repeats, found.draws) == (True, False, False)


def test_a_load_that_raises_has_brought_back_what_fits_all_the_same() -> None:
    found = saved_and_loaded(LearnsAShift)
    assert found.load_raised
    assert {tensor.path: tensor.back for tensor in found.tensors} == {
        "layer.weight": True,
        "layer.bias": True,
        "shift": None,
    }
