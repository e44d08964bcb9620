"""What the training page reports is what plain PyTorch does."""

import importlib
from collections.abc import Iterator
from math import inf, isnan
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from chosen import of_each_kind
from lectures.course import FINISHED, FORGETFUL, kind_of
from rollcall.core.input.model_input import ModelInput
from rollcall.core.query import InvalidParameter
from rollcall.core.rng.random_state import seeded
from rollcall.experiments.teacher_task import BATCHES, Task, task_for
from rollcall.experiments.training import run as training_run
from rollcall.experiments.training.experiment import (
    RECORDER,
    TrainingQuery,
    TrainingReport,
    training,
)
from rollcall.experiments.training.report import TensorTraining, TrainingSubject
from rollcall.folders import MODELS
from rollcall.lab.slow_imports import SLOW_IMPORT
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from rollcall.web.view.training.explanation import explanation

HALF = "containers.HalfListNet"


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As in a worker: two threads for a matrix of 64 by 10 wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(MODELS)


def run(catalog: Catalog, name: str, **choices: object) -> TrainingSubject:
    query = TrainingQuery.model_validate({"left": name, "right": name, "steps": 5, **choices})
    return training(query, catalog.leaving_out("right")).left


def plain_losses(
    catalog: Catalog, name: str, optimizer: type[torch.optim.Optimizer], **options: Any
) -> list[float]:
    """The training loop of every textbook."""
    model = catalog.build(name, 0)
    task = task_for(lambda: catalog.build(name, 0), lambda seed: catalog.input(name).draw(seed), 0)
    opt = optimizer(model.parameters(), **options)
    losses = []
    for _ in range(5):
        opt.zero_grad()
        loss = nn.functional.mse_loss(task.answer(model)[0], task.targets[0])
        losses.append(loss.item())
        loss.backward()  # type: ignore[no-untyped-call]
        opt.step()
    return [*losses, nn.functional.mse_loss(task.answer(model)[0], task.targets[0]).item()]


def test_the_losses_are_those_of_a_plain_loop(catalog: Catalog) -> None:
    for name in (HALF, "containers.FullListNet"):
        sgd = plain_losses(catalog, name, torch.optim.SGD, lr=0.1)
        assert run(catalog, name, optimizer="sgd", lr=0.1).losses == pytest.approx(sgd, rel=1e-6)
        momentum = plain_losses(catalog, name, torch.optim.SGD, lr=0.2, momentum=0.9)
        assert run(catalog, name).losses == pytest.approx(momentum, rel=1e-6)
        adamw = plain_losses(catalog, name, torch.optim.AdamW, lr=0.01)
        assert run(catalog, name, optimizer="adamw", lr=0.01).losses == pytest.approx(
            adamw, rel=1e-6
        )


def test_the_answers_are_those_of_the_model_at_that_step(catalog: Catalog) -> None:
    name = "containers.FullListNet"
    model = catalog.build(name, 0)
    task = task_for(lambda: catalog.build(name, 0), lambda seed: catalog.input(name).draw(seed), 0)
    before, after = (
        run(catalog, name, optimizer="sgd", lr=0.1, steps=1, at=step) for step in (0, 1)
    )
    places = [round(place) for place in torch.linspace(0, 319, 48).tolist()]
    assert before.wanted == after.wanted == tuple(task.targets[0].flatten()[places].tolist())
    assert before.answered == tuple(task.answer(model)[0].flatten()[places].tolist())
    task.loss(task.answer(model)).backward()  # type: ignore[no-untyped-call]
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    assert after.answered == pytest.approx(task.answer(model)[0].flatten()[places].tolist())
    assert after.answered != before.answered
    assert len(run(catalog, "containers.FullListNet", steps=3).answered) == 48


def test_a_large_model_makes_fewer_steps_and_the_other_all(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = TrainingQuery(left="containers.HalfListNet", right="linear.MyLinear", steps=6)
    whole = training(pair, catalog)
    monkeypatch.setattr(training_run, "MOST_WORK", 40)
    cut = training(pair, catalog)
    assert cut.right == whole.right
    assert (cut.left.steps, cut.left.too_large) == (3, 5)
    assert cut.left.losses == whole.left.losses[:4]
    assert [each.moved for each in cut.left.tensors] == [
        each.moved[:3] for each in whole.left.tensors
    ]


def test_both_are_given_the_same_task(catalog: Catalog) -> None:
    report = training(TrainingQuery(steps=20), catalog)
    assert report.left.batch == report.right.batch == (4 * BATCHES, 10)
    assert report.left.losses[0] == report.right.losses[0]
    assert report.right.losses[-1] < report.left.losses[-1]


def test_one_registered_layer_is_enough_for_silence(catalog: Catalog) -> None:
    subject = run(catalog, HALF)
    assert subject.refused is None
    assert subject.stopped is None
    assert (subject.learning, subject.in_optimizer, subject.trainable) == (55, 55, 385)
    assert {tensor.path for tensor in subject.stuck} == {
        f"hidden[{i}].{n}" for i in range(3) for n in ("weight", "bias")
    }
    assert all(tensor.moved == (0,) * 5 and all(tensor.gradients) for tensor in subject.stuck)


def test_its_twin_learns_with_every_tensor(catalog: Catalog) -> None:
    subject = run(catalog, "containers.FullListNet")
    assert (subject.learning, subject.in_optimizer, subject.trainable, subject.stuck) == (
        385,
        385,
        385,
        (),
    )


def test_a_flat_empty_list_is_refused_and_a_group_is_not(catalog: Catalog) -> None:
    model = catalog.build("containers.BadListNet", 0)
    with pytest.raises(ValueError, match="optimizer got an empty parameter list") as refused:
        torch.optim.SGD(model.parameters(), lr=0.1)
    torch.optim.SGD([{"params": model.parameters()}], lr=0.1)
    for optimizer in ("sgd", "momentum", "adamw"):
        subject = run(catalog, "containers.BadListNet", optimizer=optimizer)
        assert subject.refused
        assert (subject.refused.type, subject.refused.message) == ("ValueError", str(refused.value))
        assert (subject.in_optimizer, subject.learning, subject.trainable) == (0, 0, 325)
        assert len(set(subject.losses)) == 1
        assert len(subject.losses) == 6


def test_a_gradient_that_nobody_clears_grows_by_itself_at_each_step(catalog: Catalog) -> None:
    for tensor in run(catalog, "containers.BadListNet").tensors:
        first = tensor.gradients[0]
        assert first
        assert tensor.gradients == pytest.approx([first * step for step in range(1, 6)], rel=1e-4)
        assert tensor.grows
    assert not any(tensor.grows for tensor in run(catalog, "containers.ModuleListNet").tensors)


def test_how_far_a_tensor_moved(catalog: Catalog) -> None:
    name = "parameters.GoodLayer"
    model = catalog.build(name, 0)
    before = model.weight.detach().clone()  # type: ignore[operator]
    task = task_for(lambda: catalog.build(name, 0), lambda seed: catalog.input(name).draw(seed), 0)
    task.loss(task.answer(model)).backward()  # type: ignore[no-untyped-call]
    norm = model.weight.grad.norm().item()  # type: ignore[union-attr,operator]
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    (tensor,) = run(catalog, name, optimizer="sgd", lr=0.1, steps=1).tensors
    assert tensor.gradients == pytest.approx((norm,))
    assert tensor.moved == pytest.approx(((model.weight - before).abs().max().item(),))  # type: ignore[operator]


def test_every_model_of_the_catalog_is_told_the_truth(catalog: Catalog) -> None:
    for name in FINISHED:
        for mode in ("train", "eval"):
            subject = run(catalog, name, mode=mode, steps=3)
            assert subject.raised is None, name
            model = catalog.build(name, 0)
            known = sum(p.numel() for p in model.parameters() if p.requires_grad)
            used = known - (model.get_parameter("bias").numel() if name == FORGETFUL else 0)
            assert (subject.in_optimizer, subject.learning) == (
                (known, used) if subject.trainable else (0, 0)
            ), name
            assert (subject.stopped is None) == (subject.trainable > 0), name
            assert len(subject.losses) == (4 if subject.trainable else 1), name


def test_nothing_to_train_is_pytorchs_own_refusal(catalog: Catalog) -> None:
    subject = run(catalog, "activations.MyReLU")
    assert subject.stopped
    assert subject.stopped_by == "backward"
    assert subject.stopped.message.startswith("element 0 of tensors does not require grad")


def test_a_silly_learning_rate_breaks_the_loss_and_not_the_json(catalog: Catalog) -> None:
    report = training(TrainingQuery(optimizer="sgd", lr=10, steps=60), catalog)
    assert report.right.broke_at == 5
    assert report.right.losses[5] == inf
    assert isnan(report.right.losses[-1])
    text = report.model_dump_json()
    again = TrainingReport.model_validate_json(text)
    assert again.model_dump_json() == text
    assert again.right.losses[5] == inf
    assert isnan(again.right.losses[-1])
    assert '"NaN"' in text


def test_looking_earlier_is_a_shorter_training(catalog: Catalog) -> None:
    whole = list(RECORDER.record(TrainingQuery(steps=8), catalog))
    for step in (0, 3, 8):
        early = training(TrainingQuery(steps=8, at=step), catalog)
        short = training(TrainingQuery(steps=step), catalog)
        assert RECORDER.frame(whole, early.query) == early
        for a, b in ((early.left, short.left), (early.right, short.right)):
            assert (a.losses, a.answered, a.tensors, a.stopped) == (
                b.losses,
                b.answered,
                b.tensors,
                b.stopped,
            )


def test_frames_lead_from_what_is_shown_to_the_end() -> None:
    def steps(**choices: int) -> list[int]:
        return [query.shown for query in TrainingQuery.model_validate(choices).frames]

    assert steps(steps=4) == [0, 1, 2, 3, 4]
    assert steps(steps=4, at=2) == [2, 3, 4]
    assert steps(steps=4, at=4) == [0, 1, 2, 3, 4]
    assert steps(steps=0) == [0]
    assert steps(steps=500) == list(range(0, 501, 5))
    assert steps(steps=150)[-2:] == [148, 150]


def test_the_generator_is_left_as_it_was(catalog: Catalog) -> None:
    with seeded(3):
        expected = torch.rand(1)
    with seeded(3):
        run(catalog, "dropout.DropoutNet")
        assert torch.rand(1) == expected


@pytest.mark.parametrize("name", ["dropout.DropoutNet", "left_on.TrainMethodNet"])
def test_another_seed_is_another_training_and_the_same_seed_the_same(
    catalog: Catalog, name: str
) -> None:
    """Also where the model's own train() draws."""
    importlib.import_module(SLOW_IMPORT)  # as a worker does: it sets warning filters
    first, again, other = (run(catalog, name, seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert first.losses != other.losses


def test_a_device_that_is_not_there_is_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidParameter):
        training(TrainingQuery(device="cuda:63"), catalog)


AWKWARD = """
import torch
from torch import nn
class Assigns(nn.Module):
    def forward(self, x):
        self.layer = nn.Linear(10, 5)
        return self.layer(x)
class Hides(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(10, 5)
    def forward(self, x):
        return nn.Linear(5, 2)(self.head(x))
class AtFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = None
    def forward(self, x):
        if self.layer is None:
            self.layer = nn.Linear(10, 5)
        return self.layer(x)
class Picky(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(10, 10))
    def forward(self, x):
        return x.view(4, 10) @ self.weight
class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(10, 3), nn.Linear(10, 2)
    def forward(self, x):
        return {"a": self.a(x), "b": self.b(x).sum()}
class Scalar(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(10))
    def forward(self, x):
        return (x @ self.weight).mean()
class Raises(nn.Module):
    def forward(self, x):
        raise RuntimeError("not today")
class Silent(nn.Module):
    def forward(self, x):
        return None
class Spare(nn.Module):
    def __init__(self):
        super().__init__()
        self.used, self.spare = nn.Linear(10, 2), nn.Linear(10, 2)
    def forward(self, x):
        return self.used(x)
class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(20, 3)
    def forward(self, x):
        return self.table(x)
class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.LazyLinear(2)
    def forward(self, x):
        return self.layer(x)
class Squared(nn.Module):
    def __init__(self):
        super().__init__()
        self.root = nn.Parameter(torch.randn(10, 4))
        self.scale = (self.root + 1).detach_().requires_grad_() + self.root
        self.bias = nn.Parameter(torch.zeros(4), requires_grad=False)
        self.head = nn.Linear(4, 2)
    def forward(self, x):
        return self.head(x @ self.scale + self.bias)
class FeedsBack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.hidden, self.last = nn.Linear(10, 10), torch.zeros(1, 10), None
    def forward(self, x):
        self.last = self.layer(x)
        self.hidden = torch.tanh(self.last.mean(0, keepdim=True) + self.hidden)
        return self.last * self.hidden
class KeepsItsScale(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.factor, self.scale = nn.Linear(10, 4), nn.Parameter(torch.ones(4)), None
    def forward(self, x):
        if self.scale is None:
            self.scale = torch.sigmoid(self.factor)
        return self.layer(x) * self.scale
class Slope(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 4)
    def forward(self, x):
        points = x.detach().requires_grad_()
        energy = torch.tanh(self.layer(points))
        return energy, torch.autograd.grad(energy.sum(), points, create_graph=True)[0]
class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.scale = nn.Linear(10, 4), nn.Parameter(torch.ones(4)) * 0.5
    def forward(self, x):
        return self.layer(x) * torch.sigmoid(self.scale)
class Detaches(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 4)
    def forward(self, x):
        return self.layer(x).detach()
class Dies(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 1, bias=False)
        self.scale = nn.Parameter(torch.tensor(20.0))
    def forward(self, x):
        return torch.relu(self.scale * self.layer(x.abs())).flatten()
class Third(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.calls = nn.Linear(10, 2), 0
    def forward(self, x):
        self.calls += 1
        if self.calls == 3:
            raise RuntimeError("tired")
        return self.layer(x)
class Fewer(Third):
    def forward(self, x):
        self.calls += 1
        y = self.layer(x)
        return y if self.calls == 3 else (y, y)
"""

COURSE = """
[[chapter]]
file = "awkward"
title = "Awkward"
[chapter.models.Lazy]
input = [4, 10]
"""


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder: Path = tmp_path_factory.mktemp("models")
    (folder / "awkward.py").write_text(AWKWARD)
    (folder / "course.toml").write_text(COURSE)
    return load(folder)


def test_a_layer_that_forward_assigns_is_new_at_each_call(awkward: Catalog) -> None:
    subject = run(awkward, "awkward.Assigns")
    assert [tensor.path for tensor in subject.tensors] == ["layer.weight", "layer.bias"]
    assert all(
        tensor.replaced_by_forward == 1 and not tensor.in_optimizer and not tensor.changed
        for tensor in subject.tensors
    )
    assert subject.learning == 0
    assert subject.refused


def test_a_layer_made_at_the_first_call_comes_too_late_for_the_optimizer(awkward: Catalog) -> None:
    subject = run(awkward, "awkward.AtFirst")
    assert all(
        t.status == "registered"
        and not t.in_optimizer
        and t.replaced_by_forward is None
        and t.grows
        for t in subject.tensors
    )
    assert subject.learning == 0


def test_what_was_computed_before_the_first_forward_is_no_steps_to_update(
    awkward: Catalog,
) -> None:
    subject = run(awkward, "awkward.Squared")
    assert subject.never_updated == ("scale",)
    (scale,) = subject.stale
    assert scale.gradients == (None,) * len(subject.tensors[0].gradients)
    assert set(scale.moved) == {0.0}
    assert scale.path not in [tensor.path for tensor in subject.tensors]
    assert subject.frozen_elements == 4
    assert run(awkward, "awkward.Spare").stale == ()


@pytest.mark.parametrize(
    ("name", "keepers", "once"),
    [
        ("FeedsBack", ("hidden",), False),
        ("KeepsItsScale", ("scale",), True),
        ("Scaled", ("scale",), True),
        ("Detaches", (), False),
    ],
)
def test_what_leads_a_backward_into_an_earlier_graph(
    awkward: Catalog, name: str, keepers: tuple[str, ...], once: bool
) -> None:
    subject = run(awkward, f"awkward.{name}")
    assert subject.stopped
    assert subject.kept_once is once
    assert subject.stopped.during == "loss.backward()"
    assert subject.graph_keepers == keepers
    assert explanation(subject)


def test_a_training_that_dies_learns_no_more(awkward: Catalog) -> None:
    subject = run(awkward, "awkward.Dies")
    assert subject.all_changed
    assert subject.loss_fell
    assert subject.dead_from is not None
    after = [tensor.gradients[subject.dead_from :] for tensor in subject.tensors]
    assert {norm for norms in after for norm in norms} == {0.0}
    assert any(tensor.gradients[subject.dead_from - 1] for tensor in subject.tensors)


def test_a_layer_that_forward_makes_and_forgets_is_counted(awkward: Catalog) -> None:
    subject = run(awkward, "awkward.Hides")
    assert (subject.unreachable_elements, subject.learning, subject.trainable) == (12, 55, 67)


def test_a_leaf_that_forward_makes_of_its_input_is_not_to_be_trained(awkward: Catalog) -> None:
    subject = run(awkward, "awkward.Slope")
    assert (subject.unreachable_elements, subject.learning, subject.trainable) == (0, 44, 44)


def test_a_step_looks_the_same_before_and_after_the_next_ones_are_made(
    catalog: Catalog, awkward: Catalog
) -> None:
    early = 0
    for known in (catalog, awkward):
        for name in of_each_kind(known.contents.cards, kind_of):
            query = TrainingQuery(left=name, right=name, steps=4)
            whole = list(RECORDER.record(query, known))
            frames = [query.showing(step) for step in range(5)]
            at_the_end = [RECORDER.frame(whole, frame) for frame in frames]
            assert None not in at_the_end
            for length in range(len(whole)):
                for frame, expected in zip(frames, at_the_end, strict=True):
                    report = RECORDER.frame(whole[:length], frame)
                    if report is not None:
                        early += 1
                        assert expected
                        assert report.model_dump_json() == expected.model_dump_json(), frame
    assert early > 50


def test_a_step_is_told_as_soon_as_the_next_one_is_made(catalog: Catalog) -> None:
    query = TrainingQuery(steps=4)
    whole = list(RECORDER.record(query, catalog))
    reached = [
        [step for step in range(5) if RECORDER.frame(whole[:length], query.showing(step))]
        for length in range(len(whole) + 1)
    ]
    assert reached == [[], [], [], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3, 4]]


def test_one_that_ends_early_waits_for_nobody_and_holds_up_nobody(awkward: Catalog) -> None:
    query = TrainingQuery(left="awkward.Third", right="awkward.Two", steps=6)
    whole = list(RECORDER.record(query, awkward))
    report = RECORDER.frame(whole, query)
    assert report
    assert report.left.stopped
    assert (len(report.left.losses), len(report.right.losses)) == (2, 7)
    swapped = query.swapped
    other = RECORDER.frame(list(RECORDER.record(swapped, awkward)), swapped)
    assert other
    assert (other.left, other.right) == (report.right, report.left)


def test_two_that_share_a_name_of_their_file_learn_as_each_does_alone(tmp_path: Path) -> None:
    """Their steps take turns, and what one leaves in the file does not reach the other."""
    (tmp_path / "shared.py").write_text(SHARED)
    known = load(tmp_path)
    query = TrainingQuery(left="shared.Sets", right="shared.Reads", steps=4)
    alone = training(query.replace(left="shared.Reads"), known).right
    assert training(query, known).right == alone
    assert training(query.swapped, known).left == alone
    assert training(query.replace(right="shared.Sets"), known).left.losses != alone.losses


SHARED = """
from torch import nn
scale = 1.0
class Reads(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 2)
    def forward(self, x):
        return self.layer(x) * scale
class Sets(Reads):
    def forward(self, x):
        global scale
        scale = 3.0
        return super().forward(x)
"""


def test_awkward_models_are_trained_or_told(awkward: Catalog) -> None:
    assert run(awkward, "awkward.Picky").batch == (4, 10)
    assert run(awkward, "awkward.Two").learning == 55
    assert run(awkward, "awkward.Scalar").learning == 10
    raised = run(awkward, "awkward.Raises").raised
    assert raised
    assert raised.message == "not today"
    silent = run(awkward, "awkward.Silent")
    assert (silent.no_loss, silent.stopped, silent.losses) == ("returned no tensor", None, ())
    fewer = run(awkward, "awkward.Fewer", noise=0.5)
    assert fewer.no_loss == "changed how many tensors it returns, from 2 to 1"
    assert (fewer.stopped, len(fewer.losses)) == (None, 2)
    spare = run(awkward, "awkward.Spare", optimizer="adamw")
    assert [(t.path, t.changed, t.gradients[-1]) for t in spare.tensors if not t.changed] == [
        ("spare.weight", False, None),
        ("spare.bias", False, None),
    ]
    assert run(awkward, "awkward.Tokens").learning == 60
    assert run(awkward, "awkward.Lazy").learning == 22
    third = run(awkward, "awkward.Third")
    assert third.stopped
    assert (third.stopped.message, third.stopped_by, len(third.losses)) == ("tired", "forward", 2)


def test_what_stopped_a_training_has_not_happened_before(awkward: Catalog) -> None:
    early = run(awkward, "awkward.Third", at=0)
    assert early.stopped is None
    assert run(awkward, "awkward.Third", at=2).stopped


def trained(*gradients: float | None, in_optimizer: bool = False) -> TensorTraining:
    return TensorTraining(
        path="w",
        numel=1,
        status="unregistered",
        in_optimizer=in_optimizer,
        replaced_by_forward=None,
        gradients=gradients,
        moved=(),
    )


def test_a_gradient_grows_when_it_is_half_as_large_again() -> None:
    assert trained(1.0, 1.2, 1.51).grows
    assert trained(None, 1.0, 2.0, None).grows
    assert not trained(1.0, 1.2, 1.49).grows
    assert not trained(1.0, 0.5).grows
    assert not trained(1.0).grows
    assert not trained().grows
    assert not trained(0.0, 0.0).grows
    assert not trained(1.0, 1.2, 1.51, in_optimizer=True).grows  # by training, perhaps


def test_a_forward_that_changes_its_input_in_place_is_given_the_same_one_at_each_step() -> None:
    class InPlace(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.add_(1)

    task = Task(ModelInput.of(torch.ones(2, 2)), ())
    assert [float(task.answer(InPlace())[0].sum()) for _ in range(2)] == [8, 8]
