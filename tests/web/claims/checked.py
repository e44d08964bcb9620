"""The checklist, and the chapters of the lecture files: layers that went wrong, and buffers."""

import math
from typing import Any

from web.claims.claim import (
    Shown,
    by_name,
    by_path,
    claim,
    code,
    failed,
    verdicts,
)


def raised(subject: Any) -> list[str]:
    """What PyTorch raised in the checks that fail."""
    lines = subject.lines
    outcomes = [line.outcome for line in lines if line.outcome.verdict == "fail"]
    return [outcome.raised.type for outcome in outcomes if outcome.raised]


@claim("Checks before training", 1)
def the_checklist(step: Shown) -> None:
    """Layers in a dict, and the checklist before training. Each check is a call that was made; few
    raise an error."""
    assert "self.layers = {}" in code(step.left)
    for side in step.sides:
        assert all(line.python for line in side.lines)
    assert 0 < len(raised(step.left)) < step.left.failed / 2
    assert step.left.failed == 12
    assert step.right.passed == len(step.right.lines)


@claim("Checks before training", 2)
def traced(step: Shown) -> None:
    """Tools that rewrite a model go by its registry: to torch.fx a dropout in a list is none of the
    model's."""
    left, right = (by_name(side.lines)["traced"] for side in step.sides)
    assert left.python == "torch.fx.symbolic_trace(model)"
    assert left.outcome.raised.message == "module is not installed as a submodule"
    assert right.outcome.verdict == "pass"
    assert by_name(step.left.lines)["containers"].outcome.paths


@claim("A part that is no module")
def no_module(step: Shown) -> None:
    """The part on the left is a plain Python object, so its weight is unregistered; only the head
    answers."""
    tensors = by_path(step.left.scan.tensors)
    assert tensors["part.weight"].status == "unregistered"
    assert "class NotAModule:" in code(step.left)
    answering = [each.path for each in step.left.roll_call.tensors if each.optimizer and each.to]
    assert answering == ["head.weight", "head.bias"]
    assert by_path(step.right.scan.tensors)["part.weight"].status == "registered"


@claim("A buffer that is not saved")
def not_saved(step: Shown) -> None:
    """.to() moves both tables. With persistent=False the table is left out of state_dict()."""
    left, right = (by_path(side.roll_call.tensors)["table"] for side in step.sides)
    assert left.to
    assert right.to
    assert (left.state_dict, right.state_dict) == (True, False)
    assert "persistent=False" in code(step.right)
    assert "persistent=False" not in code(step.left)


@claim("A weight that nobody finds")
def no_key(step: Shown) -> None:
    """The formula is right, but the weight is not an nn.Parameter: load_state_dict() knows no such
    key."""
    lines = by_name(step.left.lines)
    assert "x @ self.weight.T" in code(step.left)
    assert (lines["weight"].finding.found.kind, lines["weight"].finding.wanted.kind) == (
        "Tensor",
        "Parameter",
    )
    assert 'Unexpected key(s) in state_dict: "weight"' in lines["copied"].finding.raised.message
    assert not failed(step.right)


@claim("A bias that is never added")
def never_added(step: Shown) -> None:
    """Copy the weights by name, give both the same input, compare: the left registers a bias and
    never adds it."""
    came = verdicts(step.left.lines)
    assert (came["bias"], came["copied"], came["output"]) == ("pass", "pass", "fail")
    assert by_name(step.left.lines)["bias_gradient"].finding.found.kind == "None"
    python = " ".join(line.python for line in step.left.recipe)
    assert "mine.load_state_dict(theirs.state_dict())" in python
    assert not failed(step.right)


@claim("A bias that cannot be left out")
def left_out(step: Shown) -> None:
    """Right in every number until somebody says bias=False: a check has to look where the example
    does not."""
    assert failed(step.left) == ["bias_off"]
    wrong = by_name(step.left.lines)["bias_off"].finding
    assert (wrong.found.kind, wrong.wanted.kind) == ("Parameter", "None")
    assert not failed(step.right)


@claim("Modules without state")
def nothing_to_register(step: Shown) -> None:
    """Both are modules, and neither has anything to register: parameters() and state_dict() are
    empty."""
    for side in step.sides:
        assert [(each.path, each.status) for each in side.scan.modules] == [("", "registered")]
        assert side.scan.tensors == ()
        assert side.roll_call.tensors == ()
        assert "(nn.Module)" in code(side)
    assert step.page.count("0 trainable numbers: nothing to register") == 2


@claim("Sigmoid and tanh")
def right_of_zero(step: Shown) -> None:
    """The same input: all that sigmoid answers lies right of 0, and what tanh answers lies on both
    sides of it."""
    sigmoid, tanh = (side.call_log.steps[0] for side in step.sides)
    assert sigmoid.inputs == tanh.inputs
    bins = sigmoid.outputs[0].histogram
    middle = len(bins) // 2
    assert sum(bins[: middle + 1]) == 0
    both = tanh.outputs[0].histogram
    assert sum(both[:middle]) > 0
    assert sum(both[middle + 1 :]) > 0
    for shown in ("The outputs differ", "histogram"):
        assert shown in step.page


@claim("A tanh that overflows")
def inf_by_inf(step: Shown) -> None:
    """Beyond 88 the left is inf / inf, which is NaN; close to 0 it loses digits, for both
    exponentials are nearly 1."""
    assert failed(step.left) == ["large", "small"]
    large, small = (by_name(step.left.lines)[name].finding for name in ("large", "small"))
    assert large.at == 89
    assert math.isnan(large.close.actual)
    assert abs(small.at) < 1e-4
    assert 0 < abs(small.close.actual - small.close.expected) < 1e-7
    assert not failed(step.right)
    for shown in ("f(89) is NaN", "small values", "−100"):
        assert shown in step.page


@claim("A ReLU that hides NaN")
def hides_nan(step: Shown) -> None:
    """NaN > 0 is false, so the left answers NaN with 0: a loss that is lost looks healthy again."""
    assert failed(step.left) == ["nan"]
    close = by_name(step.left.lines)["nan"].finding.close
    assert close.actual == 0
    assert math.isnan(close.expected)
    assert "x > 0" in code(step.left)
    assert not failed(step.right)


@claim("A shortcut, measured")
def a_shortcut(step: Shown) -> None:
    """x times sigmoid(1.702 x) is close to GELU, and off by up to 0.02: too far to load weights
    trained with the other."""
    assert "torch.sigmoid(1.702 * x)" in code(step.left)
    actual, expected = step.left.curves.actual.values, step.left.curves.expected.values
    off = max(abs(a - b) for a, b in zip(actual, expected, strict=True))
    assert round(off, 2) == 0.02
    assert "output" in failed(step.left)
    assert not failed(step.right)
