"""The chapters on containers, on a linear layer written by hand, and on activations."""

import math
from typing import Any

import torch
from torch import nn

from rollcall.folders import MODELS
from web.claims.claim import Shown, by_name, by_path, claim, code, failed

STACK = "One layer, then a stack"
EVERY_LAYER = ["layers.0", "layers.1", "layers.2"]


def modules(subject: Any) -> list[str]:
    """Paths of the modules that a forward called, in order."""
    log = subject.call_log
    return [step.path for step in log.steps if step.kind == "module"]


def functions(subject: Any) -> list[str]:
    """The functions that its own forward called."""
    log = subject.call_log
    return [step.name for step in log.steps if step.kind == "function" and step.path == ""]


@claim("Sequential and ModuleList")
def who_runs_the_layers(step: Shown) -> None:
    """A Sequential runs its layers itself. A ModuleList holds them, and forward says what happens
    to them."""
    assert modules(step.left) == ["", "layers", *EVERY_LAYER]
    assert code(step.left).count("self.layers(x)") == 1
    assert functions(step.left) == []
    assert modules(step.right) == ["", "layers.0", "layers.1"]  # nobody calls the list
    assert functions(step.right) == ["F.relu"]
    assert "nn.ModuleList" in code(step.right)
    assert step.report.apart == 0
    assert "Same input, same output, to the last bit." in step.page


@claim("A look inside")
def named_and_printed(step: Shown) -> None:
    """An OrderedDict names the layers. A module that prints shows what passes through it, and the
    output stays the same."""
    assert modules(step.left)[2:] == ["layers.hidden", "layers.act", "layers.head"]
    assert "OrderedDict" in code(step.left)
    peeking = [each for each in step.right.call_log.steps if each.name == "Peek"]
    assert len(peeking) == 2
    lines = step.right.printed.splitlines()
    assert [line.split(" mean ")[0] for line in lines] == ["(4, 20)", "(4, 20)"]
    means = [float(line.split(" mean ")[1]) for line in lines]
    passed = [each.outputs[0].mean for each in peeking]
    assert means == [round(mean, 2) for mean in passed]
    assert step.report.apart == 0
    for shown in ("layers.hidden", "layers.1 Peek", "to the last bit"):
        assert shown in step.page


@claim("A way around")
def one_add(step: Shown) -> None:
    """A Sequential hands each output to the next layer. To add the input again takes a forward of
    one's own, and one add."""
    first, second = step.left.call_log.steps[2:]
    assert first.outputs[0].shape == second.inputs[0]
    assert functions(step.left) == []
    assert functions(step.right) == ["add"]
    add = step.right.call_log.steps[-1]
    assert add.inputs == ((4, 10), (4, 10))
    assert "return x + self.layers(x)" in code(step.right)
    assert step.report.apart > 0
    assert "4×10, 4×10 → 4×10" in step.page


@claim("Two inputs")
def one_thing(step: Shown) -> None:
    """A Sequential hands one thing on from layer to layer. The left hands it two."""
    log = step.left.call_log
    assert log.raised.type == "TypeError"
    assert "takes 2 positional arguments but 3 were given" in log.raised.message
    assert (log.raised_in.name, len(log.raised_in.inputs)) == ("Sequential", 2)
    right = step.right.call_log
    assert right.raised is None
    sequential = next(each for each in right.steps if each.name == "Sequential")
    assert len(sequential.inputs) == 1
    assert log.raised.message in step.page


@claim("One body, two heads")
def two_outputs(step: Shown) -> None:
    """A Sequential has one end. A forward of one's own returns as many outputs as it likes."""
    left, right = (side.call_log.steps[0].outputs for side in step.sides)
    assert [each.shape for each in left] == [(4, 5)]
    assert [each.shape for each in right] == [(4, 5), (4, 1)]
    assert functions(step.left) == []
    assert "[1] 4×1" in step.page


@claim("A weight stored as (in, out)")
def transposed(step: Shown) -> None:
    """y = x W.T + b: nn.Linear keeps W as (out, in), and transposes it. The left keeps (in, out),
    and need not."""
    matrix = step.report.matrix
    x, weight, bias, y = (torch.tensor(part) for part in (matrix.x, matrix.weight, matrix.bias,
                                                          matrix.y))  # fmt: skip
    torch.testing.assert_close(x @ weight.T + bias, y)
    torch.testing.assert_close(nn.functional.linear(x, weight, bias), y)
    wrong = by_name(step.left.lines)["weight"].finding
    assert (wrong.found.shape, wrong.wanted.shape) == ((10, 5), (5, 10))
    assert "x @ self.weight\n" in code(step.left)
    assert "x @ self.weight.T\n" in code(step.right)
    assert not failed(step.right)
    for shown in ("(10, 5) instead of (5, 10)", "size mismatch for weight"):
        assert shown in step.page


@claim(STACK, 1)
def registered_by_assignment(step: Shown) -> None:
    """Assigning a Parameter registers it: as weight in one layer, as layers.0.weight and
    layers.2.weight in the stack."""
    left, right = (by_path(side.scan.tensors) for side in step.sides)
    weights = [left["weight"], right["layers.0.weight"], right["layers.2.weight"]]
    assert {(each.kind, each.status) for each in weights} == {("parameter", "registered")}
    assert {path for path in right if "weight" in path} == {"layers.0.weight", "layers.2.weight"}
    assert "self.weight = nn.Parameter(weight)" in code(step.left)


@claim(STACK, 2)
def twenty_layers(step: Shown) -> None:
    """a=sqrt(5) makes the bound 1/sqrt(fan_in), as nn.Linear has it: sane for one layer. Here are
    twenty, with ReLU."""
    query, left = step.report.query, step.left
    assert (query.depth, query.width, query.activation) == (20, 64, "relu")
    assert left.code == "nn.init.kaiming_uniform_(w, a=math.sqrt(5))"
    bound = 1 / math.sqrt(query.width)
    weight = nn.Linear(query.width, query.width).weight
    assert 0.99 * bound < weight.abs().max() <= bound
    assert math.isclose(left.weight_std, bound / math.sqrt(3), rel_tol=0.02)
    low, high = step.report.healthy
    assert low < left.forward.std[1] < high
    assert left.forward.outcome == "vanished"
    assert step.right.forward.outcome == "healthy"


@claim("By hand and by PyTorch")
def the_same_layers(step: Shown) -> None:
    """Same seed, the same layers under the same names, and the outputs agree."""
    assert modules(step.left) == modules(step.right) == ["", "layers", *EVERY_LAYER]
    names = [
        [
            each.name
            for each in side.call_log.steps
            if each.path in EVERY_LAYER and each.kind == "module"
        ]
        for side in step.sides
    ]
    assert names == [["MyLinear", "MyReLU", "MyLinear"], ["Linear", "ReLU", "Linear"]]
    assert step.report.apart < 1e-6
    assert "Same input, same output" in step.page


@claim("A function in a Sequential")
def modules_only(step: Shown) -> None:
    """A Sequential takes modules only: torch.relu raises TypeError. So activations come as
    modules."""
    assert step.left.raised.type == "TypeError"
    assert "relu is not a Module subclass" in step.left.raised.message
    branches = (MODELS / "branches.py").read_text("utf-8").splitlines()
    first = step.left.raised.line - 1
    assert [line.strip() for line in branches[first : first + 3]] == [
        "self.layers = nn.Sequential(",
        "nn.Linear(10, 20),",
        "torch.relu,",
    ]
    assert step.right.raised is None
    assert by_path(step.right.call_log.steps)["layers.1"].name == "ReLU"
    assert step.left.raised.message in step.page


@claim("A sigmoid that overflows")
def exp_of_89(step: Shown) -> None:
    """Both are 1 / (1 + exp(-x)). In float32 exp(88) is a number, and exp(89) is inf."""
    assert all("1 / (1 + torch.exp(-x" in code(side) for side in step.sides)
    assert torch.exp(torch.tensor(88.0)).isfinite()
    assert torch.exp(torch.tensor(89.0)).isinf()
    assert failed(step.left) == ["large"]
    wrong = by_name(step.left.lines)["large"].finding
    assert (wrong.of, wrong.at) == ("x.grad", -89)
    assert math.isnan(wrong.close.actual)
    assert not failed(step.right)
    for shown in ("f′(−89) is NaN", "value", "derivative", "−100"):
        assert shown in step.page
