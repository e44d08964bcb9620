"""What the init page says, before it is HTML."""

from math import nan
from typing import Any

import pytest
import torch
from torch import nn

from rollcall.core.tensors.tensor_stats import TensorFacts
from rollcall.experiments.init.column import Health, InitColumn, Picture, Signal
from rollcall.experiments.init.experiment import InitQuery, InitReport
from rollcall.web.view.init.headline import headline
from rollcall.web.view.init.names import healthy_range, std_text
from rollcall.web.view.init.narration import init_narration
from rollcall.web.view.init.pictures import depth_curves, pictures
from rollcall.web.view.sentence import read

QUERY = InitQuery(depth=2, activation="tanh")


def signal(outcome: Health = "healthy", at: int | None = None, **given: Any) -> Signal:
    known: dict[str, Any] = {"std": (1.0, 0.5, 0.25), "overflow": None, "factor": 0.5}
    return Signal(**known | {"outcome": outcome, "at": at} | given)


def column(forward: Signal, backward: Signal, **given: Any) -> InitColumn:
    known: dict[str, Any] = {"init": "randn", "code": "nn.init.normal_(w)", "weight_std": 1.0}
    known |= {"expected": None, "pictures": ()}
    return InitColumn(**known | {"forward": forward, "backward": backward} | given)


HEALTHY = column(signal(), signal(), init="kaiming_normal")
VANISHED = column(signal("vanished", 1), signal("vanished", 0))
GRADIENT = column(signal(), signal("exploded", 1))


def report(left: InitColumn, right: InitColumn) -> InitReport:
    return InitReport(query=QUERY, left=left, right=right, healthy=(0.01, 100.0))


@pytest.mark.parametrize(
    ("shown", "verdict", "outcome", "where"),
    [
        (HEALTHY, "good", "Healthy to layer 2", ""),
        (VANISHED, "bad", "Vanished at layer 1", ""),
        (GRADIENT, "bad", "Gradient exploded", "at layer 1"),
    ],
)
def test_headline(shown: InitColumn, verdict: str, outcome: str, where: str) -> None:
    made = headline(shown, QUERY)
    assert (made.verdict, made.outcome, made.where) == (verdict, outcome, where)


def test_why_linear_takes_the_root_of_five() -> None:
    """nn.Linear's bound is 1/√fan_in; a uniform between -b and b has deviation b/√3."""
    query = InitQuery(width=64)
    torch.manual_seed(0)
    weight = nn.Linear(64, 64).weight.detach()
    assert 0.124 < weight.abs().max() <= 64**-0.5
    shown = column(
        signal(), signal(), init="kaiming_uniform_a5", weight_std=round(weight.std().item(), 4)
    )
    told = headline(shown, query).reason
    assert told.startswith("nn.Linear's: bound 1/√fan_in, std 0.07")
    assert told.endswith("ReLU takes √(2/fan_in) = 0.177")
    assert "ReLU" not in headline(shown, query.replace(activation="tanh")).reason
    assert headline(HEALTHY, query).reason == ""


def test_both_directions_are_told_on_their_way() -> None:
    made = headline(column(signal(), signal("vanished", 0, factor=None)), QUERY)
    forward, backward = made.ways
    assert (forward.what, forward.first_to_last) == ("activations", "1.00 → 0.250")
    assert (forward.factor, forward.theory) == ("× 0.500", "")
    assert (forward.outcome.kind, forward.outcome.text) == ("yes", "healthy")
    assert (backward.what, backward.first_to_last) == ("gradients", "0.250 → 1.00")
    assert backward.factor == "–"
    assert (backward.outcome.mark, backward.outcome.text) == ("▼", "vanished at 0")


def test_theory_is_told_where_there_is_one() -> None:
    known = HEALTHY.model_copy(update={"expected": 1.5})
    assert headline(HEALTHY, QUERY).factor_head == "each layer"
    assert headline(known, QUERY).factor_title.endswith("in theory √(width · Var(w))")
    relu = headline(known, QUERY.replace(activation="relu"))
    assert relu.factor_head == "each layer (theory)"
    assert "half of the second moment" in relu.factor_title
    assert relu.ways[0].theory == "(1.50)"


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        (
            HEALTHY,
            HEALTHY,
            "With Kaiming normal on both sides activations and gradients stay healthy "
            "through both layers.",
        ),
        (
            HEALTHY,
            HEALTHY.model_copy(update={"init": "randn"}),
            "With Kaiming normal and with plain randn activations and gradients stay healthy "
            "through both layers.",
        ),
        (
            VANISHED,
            VANISHED,
            "With plain randn on both sides activations vanish at layer 1 "
            "and gradients have vanished 2 layers below the output (the input).",
        ),
        (
            HEALTHY,
            GRADIENT,
            "With Kaiming normal activations and gradients stay healthy through both layers. "
            "With plain randn activations stay healthy "
            "and gradients have exploded 1 layer below the output (layer 1).",
        ),
    ],
)
def test_narration(left: InitColumn, right: InitColumn, text: str) -> None:
    assert read(init_narration(report(left, right))) == text


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (
            column(signal("vanished", 1, std=(1.0, 0.0, 0.0)), signal("vanished", 0, std=(0.0,))),
            "all activations are alike from layer 1 on and no gradient reaches the input.",
        ),
        (
            column(signal(), signal("vanished", 1, std=(1.0, 0.0, 1.0))),
            "activations stay healthy and no gradient reaches layer 1.",
        ),
        (
            column(signal("exploded", 2, overflow=2), signal("exploded", 2)),
            "activations explode at layer 2 and gradients have exploded at the output (layer 2), "
            "and float32 overflows.",
        ),
        (
            column(signal(), signal("exploded", 2, overflow=0)),
            "activations stay healthy and gradients have exploded at the output (layer 2), "
            "and float32 overflows.",
        ),
    ],
)
def test_what_goes_wrong(shown: InitColumn, text: str) -> None:
    told = read(init_narration(report(shown, shown)))
    assert told == f"With plain randn on both sides {text}"


def test_charts_name_each_line_where_it_ends() -> None:
    forward, backward = depth_curves(report(HEALTHY, GRADIENT))
    assert forward.title == "Activations on their way forward, from the input to layer 2"
    assert [line.value for line in forward.lines] == ["0.250", "0.250"]
    assert [line.value for line in backward.lines] == ["1.00", "1.00"]
    assert [line.verdict for line in backward.lines] == ["good", "bad"]
    assert backward.description == (
        "Kaiming normal: healthy, 1.00 at layer 0. randn: exploded, 1.00 at layer 0."
    )
    assert forward.band == "healthy: 0.01 to 100"


def facts(**given: Any) -> TensorFacts:
    known: dict[str, Any] = {"name": "", "shape": (4,), "dtype": "float32", "mean": 0.0}
    known |= {"std": 1.0, "zeros": 0.0, "not_finite": 0, "histogram": (), "max_abs": 2.0}
    return TensorFacts(**known | given)


def test_pictures_say_how_far_they_reach() -> None:
    layers = (facts(), facts(max_abs=0.0), facts(not_finite=3))
    shown = column(
        signal(),
        signal(),
        pictures=tuple(Picture(layer=n, facts=each) for n, each in enumerate(layers)),
    )
    assert [picture.layer for picture in pictures(shown)] == ["layer 0", "layer 1", "layer 2"]
    assert [picture.range for picture in pictures(shown)] == ["±2.00", "all 0", "overflow"]


def test_sizes() -> None:
    assert [std_text(std) for std in (0.0, 1.5, nan)] == ["0", "1.50", "overflow"]
    assert healthy_range(report(HEALTHY, HEALTHY)) == "0.01 to 100"
