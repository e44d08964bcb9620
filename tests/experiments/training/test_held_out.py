"""The loss on inputs that a training never sees, and that nobody notices it being measured."""

from collections.abc import Iterator

import pytest
import torch
from torch import nn

from rollcall.experiments.teacher_task import Task, task_for
from rollcall.experiments.training.experiment import TrainingQuery, training
from rollcall.experiments.training.report import TrainingSubject
from rollcall.folders import MODELS
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

WIDE, DROPPING = "overfitting.WideNet", "overfitting.WideDropoutNet"


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(MODELS)


def run(catalog: Catalog, name: str, noise: float, steps: int = 5) -> TrainingSubject:
    query = TrainingQuery(
        left=name, right=name, steps=steps, noise=noise, optimizer="adamw", lr=0.01
    )
    return training(query, catalog.leaving_out("right")).left


def task(catalog: Catalog, name: str, noise: float) -> Task:
    draw = catalog.input(name).draw
    return task_for(lambda: catalog.build(name, 0), draw, 0, noise)


def test_the_noise_is_on_what_is_trained_on_alone(catalog: Catalog) -> None:
    clean, noisy = (task(catalog, WIDE, noise) for noise in (0.0, 0.5))
    (plain,), (disturbed,) = clean.targets, noisy.targets
    assert clean.unseen is None
    assert torch.equal(clean.input.only, noisy.input.only)  # type: ignore[arg-type]
    assert (disturbed - plain).std().item() == pytest.approx(0.5 * plain.std().item(), rel=0.1)
    assert noisy.unseen is not None
    x, seen = noisy.unseen.input.only, noisy.input.only
    assert x is not None
    assert seen is not None
    assert x.shape == seen.shape
    assert not torch.isin(x, seen).any()


def test_the_teacher_is_the_same_for_what_stays_unseen(catalog: Catalog) -> None:
    """Inputs 16 to 31 of one seed are inputs 0 to 15 of a later one, but for the teacher."""
    draw = catalog.input(WIDE).draw
    unseen = task(catalog, WIDE, 1.0).unseen
    assert unseen is not None
    again = task_for(lambda: catalog.build(WIDE, 0), lambda seed: draw(seed + 16), 0)
    assert torch.equal(unseen.targets[0], again.targets[0])


def test_it_is_the_loss_of_the_model_in_eval(catalog: Catalog) -> None:
    """A plain loop with the same draws; dropout draws from the seed, as in every training."""
    for name in (WIDE, DROPPING):
        given, model = task(catalog, name, 1.0), catalog.build(name, 0)
        assert given.unseen is not None
        expected = []
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
        torch.manual_seed(0)
        for _ in range(6):
            model.eval()
            out = given.unseen.answer(model)[0]
            expected.append(nn.functional.mse_loss(out, given.unseen.targets[0]).item())
            model.train()
            optimizer.zero_grad()
            given.loss(given.answer(model)).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        assert run(catalog, name, 1.0).unseen == pytest.approx(expected, rel=1e-4)


def test_nobody_notices_it_being_measured(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (DROPPING, "dropout.DropoutNet", "dropout.BatchNormListNet"):
        measured = run(catalog, name, 0.5)
        with monkeypatch.context() as patch:
            patch.setattr("rollcall.experiments.training.run.loss_unseen", lambda *_: None)
            alone = run(catalog, name, 0.5)
        assert len(measured.unseen) == 6
        assert measured.losses == alone.losses
        assert measured.tensors == alone.tensors


def test_a_wide_net_learns_by_heart_and_dropout_keeps_it_from_that(catalog: Catalog) -> None:
    wide, dropping = (run(catalog, name, 1.0, steps=100) for name in (WIDE, DROPPING))
    assert wide.by_heart
    assert wide.losses[-1] < 0.01
    assert not dropping.by_heart
    assert dropping.unseen[-1] < 0.6 * wide.unseen[-1]


def test_without_noise_nothing_stays_unseen(catalog: Catalog) -> None:
    subject = run(catalog, WIDE, 0.0)
    assert subject.unseen == ()
    assert not subject.by_heart
