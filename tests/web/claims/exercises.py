"""The exercises: what waits there, and what their solutions have."""

import math
from typing import Any

from lectures.course import build
from web.claims.claim import Shown, by_name, claim, code, verdicts


def todo(subject: Any) -> list[str]:
    """The checks that wait for somebody to write the layer."""
    lines = subject.layer_lines
    return [name for name, verdict in verdicts(lines).items() if verdict == "todo"]


def repairs(subject: Any) -> dict[str, str]:
    """What came of each check of a model that is to be repaired."""
    return verdicts(subject.repair_lines)


@claim("Exercise: Linear")
def linear(step: Shown) -> None:
    """Two Parameters with the names and shapes of nn.Linear, then one line of forward."""
    assert step.left.state == "todo"
    assert todo(step.left)[:3] == ["weight", "bias", "bias_off"]
    named = build("linear.MyLinear").named_parameters()
    assert {name: tuple(each.shape) for name, each in named} == {"weight": (5, 10), "bias": (5,)}


@claim("Exercise: ReLU")
def relu(step: Shown) -> None:
    """One line. Think of NaN, for which every comparison is false."""
    assert step.left.state == "todo"
    assert "nan" in todo(step.left)
    assert not any((math.nan > 0, math.nan <= 0, math.nan == 0))
    _, _, forward = code(step.right).partition("def forward(self, x):\n")
    assert len(forward.strip().splitlines()) == 1


@claim("Exercise: sigmoid")
def sigmoid(step: Shown) -> None:
    """The formula is one line; the check at large values asks for a second thought."""
    assert "large" in todo(step.left)
    assert "# 1 / (1 + exp(-x)), for x" in code(step.left)


@claim("Exercise: tanh")
def tanh(step: Shown) -> None:
    """The formula overflows where x is large, and loses digits where x is small."""
    assert {"large", "small"} <= set(todo(step.left))
    assert "# (exp(x) - exp(-x)) / (exp(x) + exp(-x)), for x" in code(step.left)


@claim("Exercise: dropout")
def dropout(step: Shown) -> None:
    """A mask from bernoulli_(), the survivors divided by 1 - p, and nothing at all after eval()."""
    assert {"survivors", "eval"} <= set(todo(step.left))
    solution = code(step.right)
    assert "keep = 1 - self.p" in solution
    assert "bernoulli_(keep)" in solution
    assert "x * (mask / keep if keep else mask)" in solution


@claim("Repair: a plain list")
def plain_list(step: Shown) -> None:
    """It runs, and its parameters() is empty: let PyTorch see the two layers."""
    lines = by_name(step.left.repair_lines)
    assert repairs(step.left)["output"] == "pass"
    assert (lines["answering"].finding.found, lines["answering"].finding.wanted) == (0, 325)
    assert list(build("repairs.YourListNet").parameters()) == []
    assert len(build("repairs.YourListNet").layers) == 2


@claim("Repair: a weight nobody steps")
def nobody_steps(step: Shown) -> None:
    """The weight gets a gradient, and no optimizer holds it."""
    came = repairs(step.left)
    assert (came["trainable"], came["answering"], came["stepped"]) == ("pass", "fail", "fail")
    lines = by_name(step.left.repair_lines)
    assert lines["trainable"].finding.found == 100
    assert lines["answering"].finding.found == 0


@claim("Repair: dropout after eval()")
def after_eval(step: Shown) -> None:
    """Everything is registered; after eval() two forwards on one input still differ."""
    came = repairs(step.left)
    assert [came[name] for name in ("answering", "stepped", "moved", "saved")] == ["pass"] * 4
    in_eval = by_name(step.left.repair_lines)["in_eval"].finding
    assert in_eval.verdict == "fail"
    assert [each.name for each in in_eval.drawing] == ["F.dropout"]


@claim("Repair: a table left behind")
def left_behind(step: Shown) -> None:
    """.to() and state_dict() pass the table by. It belongs to the model, and is not trained."""
    came = repairs(step.left)
    assert (came["moved"], came["saved"]) == ("fail", "fail")
    assert (came["trainable"], came["answering"]) == ("pass", "pass")
    assert not build("repairs.YourTableNet").table.requires_grad
