"""What a lesson of several steps says of itself, on the page of lessons: its page shows it."""

import math

import torch

from web.claims.building import STACK, functions, registered_by_assignment
from web.claims.claim import Shown, by_name, by_path, claim, code
from web.claims.dropout import keeps
from web.claims.registration import BOOKS, EMPTY, LIST, TENSOR, TITLE

LESSON = 0  # in the place of a step's number


@claim(TITLE, LESSON)
def trains_the_head_alone(step: Shown) -> None:
    """Nothing is raised on the left: the optimizer gets the head and trains it alone."""
    roll = step.left.roll_call
    assert (step.left.raised, roll.optimizer_raised, roll.backward_raised) == (None, None, None)
    assert [each.path for each in roll.tensors if each.optimizer] == ["head.weight", "head.bias"]
    assert [each.path for each in roll.tensors if each.stepped] == ["head.weight", "head.bias"]


@claim(BOOKS, LESSON)
def one_is_missing(step: Shown) -> None:
    """The left is a plain class that keeps its own books, and b2 is missing there: it gets a
    gradient and never changes."""
    assert step.left.source.classes[0][0].text == "class ByHand:"
    assert 'self.names = ["w1", "b1", "w2"]' in code(step.left)
    assert [each.path for each in step.left.tensors if not each.changed] == ["b2"]
    assert all(norm > 0 for norm in by_path(step.left.tensors)["b2"].gradients)


@claim(LIST, LESSON)
def empty_and_reached(step: Shown) -> None:
    """The left model's parameters() is empty, so SGD raises ValueError; autograd still reaches
    every weight."""
    roll = step.left.roll_call
    assert (step.left.scan.registered, roll.optimizer_raised.type) == (0, "ValueError")
    assert roll.optimizer_raised.message == EMPTY
    assert [each.autograd for each in roll.tensors] == [True] * 4


@claim(TENSOR, LESSON)
def gradient_without_a_place(step: Shown) -> None:
    """requires_grad=True brings the weight gradients; only nn.Parameter brings it into
    parameters()."""
    for side in step.sides:
        assert by_path(side.roll_call.tensors)["weight"].autograd
    assert [side.scan.registered for side in step.sides] == [0, 100]
    assert "requires_grad=True" in code(step.left)
    assert "nn.Parameter" in code(step.right)


@claim("One tensor, one Parameter", LESSON)
def only_shift(step: Shown) -> None:
    """Both tensors on the left get gradients; an optimizer built from parameters() steps only
    shift."""
    answers = step.left.roll_call.tensors
    assert [each.autograd for each in answers] == [True, True]
    assert [each.path for each in answers if each.stepped] == ["shift"]


@claim("Sequential and ModuleList", LESSON)
def under_other_names(step: Shown) -> None:
    """Same seed, same output, to the last bit. The last layer is layers.2 on the left and layers.1
    on the right."""
    assert step.report.apart == 0
    last = [
        [each.path for each in side.call_log.steps if each.name == "Linear"][-1]
        for side in step.sides
    ]
    assert last == ["layers.2", "layers.1"]


@claim("Two inputs", LESSON)
def joined_first(step: Shown) -> None:
    """A Sequential takes one input, and two raise TypeError. A forward of one's own joins them
    first."""
    log = step.left.call_log
    assert (log.raised.type, log.raised_in.name) == ("TypeError", "Sequential")
    assert len(log.raised_in.inputs) == 2
    assert step.right.call_log.raised is None
    assert functions(step.right) == ["torch.cat"]


@claim("A weight stored as (in, out)", LESSON)
def not_loaded(step: Shown) -> None:
    """nn.Linear keeps its weight as (out, in). With (in, out) no state_dict() of the other can be
    loaded."""
    weight = by_name(step.left.lines)["weight"].finding
    assert (weight.found.shape, weight.wanted.shape) == ((10, 5), (5, 10))
    copied = by_name(step.left.lines)["copied"].finding
    assert (copied.verdict, copied.raised.type) == ("fail", "RuntimeError")
    assert "size mismatch for weight" in copied.raised.message


@claim(STACK, LESSON)
def assigned(step: Shown) -> None:
    """Assigning a Parameter registers it: as weight in one layer, as layers.0.weight and
    layers.2.weight in the stack."""
    registered_by_assignment(step)


@claim("A sigmoid that overflows", LESSON)
def survived(step: Shown) -> None:
    """exp(89) is inf in float32. The output of the left survives that at -89, and its gradient is
    NaN."""
    assert torch.exp(torch.tensor(89.0)).isinf()
    x = torch.tensor(-89.0, requires_grad=True)
    y = 1 / (1 + torch.exp(-x))
    (slope,) = torch.autograd.grad(y, x)
    assert (y.item(), math.isnan(slope)) == (0, True)
    assert "1 / (1 + torch.exp(-x))" in code(step.left)
    large = by_name(step.left.lines)["large"].finding
    assert (large.of, large.at, math.isnan(large.close.actual)) == ("x.grad", -89, True)


@claim("Learnt by heart", LESSON)
def by_heart(step: Shown) -> None:
    """The left learns its noisy rows by heart, and gets worse on rows it never saw. With units
    missing at random, none can rely on one."""
    left, right = step.sides
    assert left.losses[-1] < 0.01 * left.losses[0]
    assert left.unseen[-1] > left.unseen[0]
    assert right.unseen[-1] < right.unseen[0]
    assert "nn.Dropout(0.5)" in code(right)


@claim("Why survivors are scaled", LESSON)
def the_mean_falls(step: Shown) -> None:
    """Both drop the same cells. Without the factor 1/(1-p) the mean of the output falls to 1-p of
    the input's."""
    assert keeps(step.left) == keeps(step.right)
    kept = sum(keeps(step.left)) / len(keeps(step.left))
    assert step.left.outputs[-1] == kept * step.left.inputs[-1]
    assert abs(kept - (1 - step.left.p)) <= step.left.spread
    assert step.right.outputs[-1] == kept / (1 - step.right.p) * step.right.inputs[-1]


@claim("Train and eval", LESSON)
def equal_after_eval(step: Shown) -> None:
    """In training mode two forwards on the same input differ. After eval() they are equal."""
    for side in step.sides:
        assert side.train.apart > 0
        assert side.eval.apart == 0


@claim("Dropout in a plain list", LESSON)
def goes_on_dropping(step: Shown) -> None:
    """eval() does not reach the list: the left goes on dropping, so two forwards after eval()
    differ."""
    assert step.left.unheard == ("dropouts[0]", "dropouts[1]")
    assert [drop.acts for drop in step.left.eval.drops] == [True, True]
    assert step.left.eval.apart > 0


@claim("F.dropout without training=", LESSON)
def on_by_default(step: Shown) -> None:
    """F.dropout defaults to training=True: the left still drops after eval(). Everything in it is
    registered."""
    ones = torch.ones(1000)
    assert (torch.nn.functional.dropout(ones, 0.5) == 0).any()
    assert [drop.acts for drop in step.left.eval.drops] == [True]
    assert {each.status for each in step.left.modules} == {"registered"}


@claim("Checks before training", LESSON)
def a_dict_hides(step: Shown) -> None:
    """A dict hides its layers as a list does: parameters() is empty until it is an
    nn.ModuleDict."""
    assert "self.layers = {}" in code(step.left)
    assert "nn.ModuleDict()" in code(step.right)
    assert [side.scan.registered for side in step.sides] == [0, 325]
    assert {each.status for each in step.left.scan.tensors} == {"unregistered"}
