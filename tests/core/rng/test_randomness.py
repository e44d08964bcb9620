"""Who drew random numbers: every source is named, in train and in eval, and nothing else is."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.mask import read_mask
from rollcall.core.rng.generator_watch import GeneratorWatch
from rollcall.core.rng.random_state import seeded
from rollcall.core.rng.randomness import (
    RandomSource,
    drawing_in_training,
    random_recorder,
    random_sources,
)

CPU = torch.device("cpu")


class Own(nn.Module):
    """Runs the given function as its forward."""

    def __init__(self, forward: Callable[..., Any], **parts: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleDict(parts)
        self.run = forward

    def forward(self, x: Tensor) -> Any:
        return self.run(self, x)


class Zoneout(Own):
    """A dropout in all but its name."""


class Subclass(nn.Dropout):
    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.p, self.training)


class DropPath(nn.Module):
    """Drops whole samples, as stochastic depth does."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        return x * (torch.rand(x.shape[0], 1) > 0.5) * 2


def by_hand(self: nn.Module, x: Tensor) -> Tensor:
    return x * torch.empty_like(x).bernoulli_(0.5) * 2 if self.training else x


def by_numpy(self: nn.Module, x: Tensor) -> Tensor:
    return x * torch.tensor(np.random.rand(*x.shape) > 0.5)


def by_random(self: nn.Module, x: Tensor) -> Tensor:
    return x * torch.tensor([random.random() > 0.5 for _ in range(x.shape[-1])])


def seeding(self: nn.Module, x: Tensor) -> Tensor:
    torch.manual_seed(4)
    return x * 2


def seeding_and_drawing(self: nn.Module, x: Tensor) -> Tensor:
    torch.manual_seed(4)
    return x + torch.randn(x.shape[0])[0]


def linear() -> nn.Linear:
    return nn.Linear(6, 6)


GENERATOR = torch.Generator().manual_seed(1)

# For each model: who draws in train, and whether a mask can be read off; and who of them in eval.
CASES: dict[str, tuple[nn.Module, list[tuple[str, bool]], list[str]]] = {
    "nothing": (nn.Sequential(linear(), nn.ReLU(), nn.BatchNorm1d(6)), [], []),
    "module": (nn.Sequential(linear(), nn.Dropout()), [("Dropout", True)], []),
    "alpha": (nn.Sequential(nn.AlphaDropout()), [("AlphaDropout", True)], []),
    "subclass": (nn.Sequential(Subclass()), [("F.dropout", True)], []),
    "seeds": (nn.Sequential(linear(), Own(seeding)), [], []),
    "seeds and draws": (
        Own(seeding_and_drawing),
        [("Own", False)],
        ["Own"],
    ),
    "function": (Own(lambda self, x: F.dropout(x)), [("F.dropout", True)], ["F.dropout"]),
    "by hand": (nn.Sequential(linear(), Own(by_hand)), [("Own", True)], []),
    "other name": (nn.Sequential(Zoneout(by_hand)), [("Zoneout", True)], []),
    "numpy": (nn.Sequential(linear(), Own(by_numpy)), [("Own", True)], ["Own"]),
    "random": (nn.Sequential(linear(), Own(by_random)), [("Own", True)], ["Own"]),
    "drop path": (nn.Sequential(linear(), DropPath()), [("DropPath", True)], []),
    "noise": (
        nn.Sequential(linear(), Own(lambda self, x: x + torch.randn_like(x))),
        [("Own", False)],
        ["Own"],
    ),
    "multiplied noise": (
        nn.Sequential(Own(lambda self, x: x * torch.randn_like(x))),
        [("Own", False)],
        ["Own"],
    ),
    "in a net": (
        Own(lambda self, x: self.parts["a"](x) * torch.rand(1), a=linear()),
        [("torch.rand", False)],
        ["torch.rand"],
    ),
    "own generator": (
        Own(lambda self, x: self.parts["a"](x) + torch.rand(1, generator=GENERATOR), a=linear()),
        [("torch.rand", False)],
        ["torch.rand"],
    ),
    "skipped at random": (
        Own(lambda self, x: self.parts["a"](x) if random.random() > 0.5 else x, a=linear()),
        [("Own", False)],
        ["Own"],
    ),
    "attention function": (
        Own(
            lambda self, x: F.scaled_dot_product_attention(x[None], x[None], x[None], dropout_p=0.5)
        ),
        [("F.scaled_dot_product_attention", False)],
        ["F.scaled_dot_product_attention"],
    ),
    "lstm": (
        Own(lambda self, x: self.parts["a"](x)[0], a=nn.LSTM(6, 5, num_layers=2, dropout=0.5)),
        [("LSTM", False)],
        [],
    ),
    "gru": (
        Own(lambda self, x: self.parts["a"](x)[0], a=nn.GRU(6, 5, num_layers=2, dropout=0.5)),
        [("GRU", False)],
        [],
    ),
    "attention": (
        Own(
            lambda self, x: self.parts["a"](x, x, x)[0], a=nn.MultiheadAttention(6, 2, dropout=0.5)
        ),
        [("MultiheadAttention", False)],
        [],
    ),
    "transformer": (
        nn.TransformerEncoderLayer(6, 2, 8, dropout=0.5),
        [("MultiheadAttention", False), *[("Dropout", True)] * 3],
        [],
    ),
    "rrelu": (nn.Sequential(linear(), nn.RReLU()), [("RReLU", False)], []),
    "layer made in forward": (
        Own(lambda self, x: nn.Linear(6, 5)(x)),
        [("init.kaiming_uniform_", False), ("init.uniform_", False)],
        ["init.kaiming_uniform_", "init.uniform_"],
    ),
    "without gradients": (
        nn.Sequential(Own(torch.no_grad()(by_hand))),
        [("Own", True)],
        [],
    ),
}


def sources_of(model: nn.Module, known: frozenset[Any] = frozenset()) -> list[RandomSource]:
    x = torch.randn(4, 6, generator=torch.Generator().manual_seed(5))
    recorder = random_recorder(__file__, CPU)
    with seeded(0), recorder:
        model(x)
    return random_sources(recorder.calls, model, known)


@pytest.mark.parametrize("case", CASES)
def test_every_source_is_named_in_train_and_in_eval(case: str) -> None:
    model, expected, in_eval = CASES[case]
    model.train()
    sources = sources_of(model)
    assert [(each.key.name, read_mask(each.call) is not None) for each in sources] == expected
    assert all(source.drew for source in sources)
    known = drawing_in_training(model, ModelInput.of(torch.randn(4, 6)), 0, __file__)
    assert known == {source.key for source in sources}
    model.eval()
    after = sources_of(model, known)
    assert [source.key.name for source in after] == [name for name, _ in expected]
    assert [source.key.name for source in after if source.drew] == in_eval


def test_a_source_that_eval_does_not_call_is_still_known() -> None:
    def forward(self: nn.Module, x: Tensor) -> Any:
        y = self.parts["a"](x)  # type: ignore[index,operator]
        return y + torch.randn(y.shape) if self.training else y

    model = Own(forward, a=linear())
    known = drawing_in_training(model, ModelInput.of(torch.randn(4, 6)), 0, __file__)
    assert {key.name for key in known} == {"torch.randn"}
    model.eval()
    assert sources_of(model, known) == []


def test_of_a_forward_that_raises_no_source_is_known() -> None:
    def forward(self: nn.Module, x: Tensor) -> Tensor:
        raise ValueError(F.dropout(x).shape)

    x = ModelInput.of(torch.randn(4, 6))
    assert drawing_in_training(Own(forward), x, 0, __file__) == frozenset()


def test_calls_of_one_line_whose_results_show_no_mask_are_one_source() -> None:
    model = Own(
        lambda self, x: sum(self.parts["a"](x) * torch.rand(1) for _ in range(5)), a=linear()
    )
    (source,) = sources_of(model)
    assert (source.key.name, len(source.calls)) == ("torch.rand", 5)
    model = Own(lambda self, x: [F.dropout(x) for _ in range(3)])
    assert [len(each.calls) for each in sources_of(model)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("probabilities", "drew"), [((0.0, 0.5), True), ((0.5, 0.0), True), ((0.0, 0.0), False)]
)
def test_one_call_of_a_line_that_drew_is_enough(
    probabilities: tuple[float, ...], drew: bool
) -> None:
    def forward(self: nn.Module, x: Tensor) -> list[Tensor]:
        q = x[None]
        return [F.scaled_dot_product_attention(q, q, q, dropout_p=p) for p in chosen]

    model = Own(forward)
    chosen: tuple[float, ...] = (0.5, 0.5)
    known = frozenset(source.key for source in sources_of(model))
    chosen = probabilities
    (source,) = sources_of(model, known)
    assert (len(source.calls), source.drew) == (2, drew)


def test_of_one_inside_another_the_inner_one_is_the_source() -> None:
    inner = nn.Dropout(0.3)
    (source,) = sources_of(nn.Sequential(Zoneout(lambda self, x: self.parts["a"](x), a=inner)))
    assert source.call.target is inner
    both = Zoneout(lambda self, x: by_hand(self, self.parts["a"](x)), a=inner)
    assert [each.key.name for each in sources_of(nn.Sequential(both))] == ["Zoneout", "Dropout"]


def test_a_module_without_a_path_is_a_source_all_the_same() -> None:
    (source,) = sources_of(Own(lambda self, x: nn.Dropout()(x)))
    assert (source.key[:2], source.found) == ((None, "Dropout"), None)


def test_what_a_lazy_layer_draws_first_are_its_weights() -> None:
    model = nn.Sequential(nn.LazyLinear(5), nn.Dropout(0.5))
    assert [source.key.name for source in sources_of(model)] == ["Dropout"]
    assert model[0].weight.shape == (5, 6)


def test_the_generators_are_left_as_a_plain_forward_leaves_them() -> None:
    model = nn.Sequential(linear(), Own(by_numpy), nn.Dropout(), Own(by_random))
    x = torch.randn(4, 6)

    def after(run: Callable[[], Any]) -> list[float]:
        with seeded(4):
            run()
            return [torch.rand(1).item(), float(np.random.rand()), random.random()]

    def recorded() -> None:
        with random_recorder(__file__, CPU):
            model(x)

    assert after(recorded) == after(lambda: model(x))


def test_what_is_drawn_between_two_forwards_is_nobodys() -> None:
    model = Own(lambda self, x: self.parts["a"](x), a=linear())
    recorder = random_recorder(__file__, CPU)
    x = torch.randn(4, 6)
    with seeded(0), recorder:
        model(x)
        np.random.rand()
        random.random()
        model(x)
    assert random_sources(recorder.calls, model) == []


def test_numpy_is_looked_at_where_a_module_of_a_lecture_begins_and_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[None] = []
    looked = GeneratorWatch.foreign_moved

    def counted(self: GeneratorWatch) -> bool:
        looks.append(None)
        return looked(self)

    monkeypatch.setattr(GeneratorWatch, "foreign_moved", counted)
    sources_of(nn.Sequential(*(nn.Sequential(linear(), nn.Dropout()) for _ in range(9))))
    assert looks == []
    sources_of(Own(lambda self, x: self.parts["a"](self.parts["b"](x)), a=linear(), b=linear()))
    assert len(looks) == 2
    looks.clear()
    sources_of(nn.Sequential(Own(by_numpy), Own(by_hand)))
    assert len(looks) == 4


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_too() -> None:
    model = nn.Sequential(nn.Linear(6, 6), nn.Dropout()).to("cuda:0")
    recorder = random_recorder(__file__, torch.device("cuda:0"))
    with seeded(0), recorder:
        model(torch.randn(4, 6, device="cuda:0"))
    (source,) = random_sources(recorder.calls, model)
    assert (source.key.name, source.drew) == ("Dropout", True)
    assert read_mask(source.call) is not None
