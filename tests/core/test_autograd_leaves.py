"""The leaves of the graph are the tensors that get a gradient, as backward does it."""

import copy
import logging
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.planted import evaluate
from lectures.course import FINISHED, IN_FORWARD, SHOWN, build, example
from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.scan import scan
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.unregistered import find_unregistered

X = torch.ones(2, 3)


def ids(tensors: Any) -> set[int]:
    return {id(tensor) for tensor in tensors}


def everything(model: nn.Module) -> list[Tensor]:
    hidden = [each.value for each in find_unregistered(model) if isinstance(each.value, Tensor)]
    return [*model.parameters(), *model.buffers(), *hidden]


FOUND_BEFORE = [name for name in FINISHED if name not in IN_FORWARD]


@pytest.mark.parametrize("name", FOUND_BEFORE)
def test_the_leaves_are_what_gets_a_gradient(name: str) -> None:
    model = build(name)
    outputs = tensors_in(model(example(name, model)))
    leaves = leaves_of(outputs)
    assert len(leaves) == len(ids(leaves))
    if outputs[0].requires_grad:
        torch.autograd.backward([out.sum() for out in outputs])
    assert ids(leaves) == ids(tensor for tensor in everything(model) if tensor.grad is not None)


@pytest.mark.parametrize("name", IN_FORWARD)
def test_what_forward_makes_is_on_no_path_before_it(name: str) -> None:
    model = build(name)
    leaves = leaves_of([model(example(name, model))])
    model = build(name)
    used = scan(model, example(name, model)).used
    assert used is not None
    assert (used.paths, used.answering) == ((), 0)
    assert [each.numel for each in used.unreachable] == [leaf.numel() for leaf in leaves]
    assert used.reached == 55


@pytest.mark.parametrize("name", FOUND_BEFORE)
def test_the_paths_of_a_reach_lead_to_what_gets_a_gradient(name: str) -> None:
    model = build(name)
    x = example(name, model)
    used = scan(model, x).used
    assert used is not None
    assert all(tensor.grad is None for tensor in everything(model))
    out = model(x)
    if out.requires_grad:
        out.sum().backward()
    touched = [tensor for tensor in everything(model) if tensor.grad is not None]
    known = ids(model.parameters())
    assert ids(evaluate(model, path) for path in used.paths) == ids(touched)
    assert used.reached == sum(tensor.numel() for tensor in touched)
    assert used.answering == sum(tensor.numel() for tensor in touched if id(tensor) in known)
    assert used.unreachable == ()


class Returns(nn.Module):
    """Its forward returns what `make` makes of two layers' outputs, and leaves the third alone."""

    def __init__(self, make: Callable[[Tensor, Tensor], Any]) -> None:
        super().__init__()
        self.first, self.second, self.third = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 3)
        self.make = make

    def forward(self, x: Tensor) -> Any:
        return self.make(self.first(x), self.second(x))


Both = namedtuple("Both", "one two")
FIRST, SECOND = ("first.weight", "first.bias"), ("second.weight", "second.bias")


@pytest.mark.parametrize(
    ("make", "paths"),
    [
        (lambda a, b: a, FIRST),
        (lambda a, b: (a, b), FIRST + SECOND),
        (lambda a, b: [a, [None, (b,)]], FIRST + SECOND),
        (lambda a, b: {"loss": a, "hidden": {"states": [b]}, "steps": 3}, FIRST + SECOND),
        (lambda a, b: OrderedDict(a=a), FIRST),
        (lambda a, b: Both(a, b), FIRST + SECOND),
        (lambda a, b: a + b, FIRST + SECOND),
        (lambda a, b: a + b.detach(), FIRST),
        (lambda a, b: a.argmax(), ()),
        (lambda a, b: None, ()),
        (lambda a, b: 3.5, ()),
    ],
)
def test_outputs_in_any_nesting(
    make: Callable[[Tensor, Tensor], Any], paths: tuple[str, ...]
) -> None:
    used = scan(Returns(make), X).used
    assert used is not None
    assert sorted(used.paths) == sorted(paths)
    assert used.reached == used.answering == 6 * len(paths)


def test_several_inputs() -> None:
    assert scan(nn.Bilinear(3, 3, 2), X, X).used is not None
    assert scan(nn.Bilinear(3, 3, 2)).used is None


def test_a_layer_that_no_walk_comes_to_is_reached_and_on_no_path() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.logger = logging.Logger("it holds a layer, and nobody looks into it")
            self.logger.layer = nn.Linear(3, 4)  # type: ignore[attr-defined]
            self.call: Callable[[Tensor], Tensor] = lambda x: self.logger.layer(x)  # type: ignore[attr-defined]
            self.head = nn.Linear(4, 2)

        def forward(self, x: Tensor) -> Tensor:
            out = self.head(self.call(x))
            assert isinstance(out, Tensor)
            return out

    report = scan(Net(), X)
    assert report.used is not None
    leaves = report.used.unreachable
    assert {(each.shape, each.numel) for each in leaves} == {((4, 3), 12), ((4,), 4)}
    assert {(each.dtype, each.device) for each in leaves} == {("float32", "cpu")}
    assert (report.used.reached, report.used.answering) == (26, 10)
    assert (report.registered, report.unregistered) == (10, 0)


def test_a_layer_of_the_class_is_reached_and_on_its_path() -> None:
    class Net(nn.Module):
        layers = [nn.Linear(3, 4)]  # noqa: RUF012

        def forward(self, x: Tensor) -> Tensor:
            out = self.layers[0](x)
            assert isinstance(out, Tensor)
            return out

    used = scan(Net(), X).used
    assert used is not None
    assert used.unreachable == ()
    assert (used.reached, used.answering, used.paths) == (
        16,
        0,
        ("layers[0].weight", "layers[0].bias"),
    )


def test_a_parameter_that_is_returned_as_it_is_gets_a_gradient_too() -> None:
    class Table(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rows = nn.Parameter(torch.ones(3))

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            return x, self.rows

    used = scan(Table(), X).used
    assert used is not None
    assert (used.paths, used.answering) == (("rows",), 3)


def test_what_a_function_keeps_for_itself_is_no_leaf() -> None:
    """An autograd.Function's ctx stands in the graph; its author names its attributes."""

    class Scale(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            ctx.variable = torch.ones(7)
            return x * 2

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            return grads[0] * 2

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(3, 2)

        def forward(self, x: Tensor) -> Tensor:
            out = Scale.apply(self.layer(x))  # type: ignore[no-untyped-call]
            assert isinstance(out, Tensor)
            return out

    used = scan(Net(), X).used
    assert used is not None
    assert (used.reached, used.unreachable) == (8, ())


def test_frozen_and_unused_parameters_are_not_reached() -> None:
    model = Returns(lambda a, b: a + b)
    model.first.requires_grad_(False)
    used = scan(model, X).used
    assert used is not None
    assert used.paths == SECOND


def test_a_buffer_that_requires_a_gradient_gets_one_and_no_optimizer_has_it() -> None:
    class Net(nn.Module):
        scale: Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("scale", torch.zeros(3))
            self.scale = torch.ones(3, requires_grad=True)

        def forward(self, x: Tensor) -> Tensor:
            return x * self.scale

    model = Net()
    report = scan(model, X)
    assert report.used is not None
    assert (report.used.reached, report.used.answering) == (3, 0)
    assert report.registered == sum(p.numel() for p in model.parameters()) == 0


def test_a_deep_graph_does_not_recurse() -> None:
    weight = torch.ones(1, requires_grad=True)
    out = weight
    for _ in range(20_000):
        out = out + 1
    assert leaves_of([out]) == [weight]


def test_a_graph_with_very_many_ways_through_it_is_walked_once() -> None:
    weight = torch.ones(1, requires_grad=True)
    out = weight
    for _ in range(60):
        out = out + out
    assert leaves_of([out, out]) == [weight]


def test_tied_weights_are_one_leaf() -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    used = scan(model, X).used
    assert used is not None
    assert used.reached == used.answering == 9 + 3 + 3


def test_a_lazy_layer_counts_once_it_has_a_shape() -> None:
    model = nn.Sequential(nn.LazyLinear(2))
    before = scan(model, X).used
    model(X)
    after = scan(model, X).used
    assert before is not None
    assert after is not None
    assert before.paths == after.paths == ("0.weight", "0.bias")
    assert (before.reached, before.answering) == (0, 0)
    assert (after.reached, after.answering) == (8, 8)


@pytest.mark.parametrize("name", SHOWN)
def test_a_scan_with_a_forward_leaves_the_model_as_it_was(name: str) -> None:
    model = build(name)
    x = example(name, model)
    before = [
        (id(tensor), tensor.detach().clone(), tensor._version) for tensor in everything(model)
    ]
    flags = [module.training for module in model.modules()]
    state = copy.deepcopy(model.state_dict())
    scan(model, x)
    for (number, values, version), tensor in zip(before, everything(model), strict=True):
        assert (id(tensor), tensor._version) == (number, version)
        assert torch.equal(tensor, values)
        assert tensor.grad is None
    assert [module.training for module in model.modules()] == flags
    assert all(map(torch.equal, state.values(), model.state_dict().values()))


def test_batch_norm_keeps_its_statistics() -> None:
    model = build("dropout.BatchNormListNet")
    before = [copy.deepcopy(norm.state_dict()) for norm in model.norms]
    scan(model, example("dropout.BatchNormListNet", model))
    for norm, state in zip(model.norms, before, strict=True):
        assert all(map(torch.equal, norm.state_dict().values(), state.values()))
    model(example("dropout.BatchNormListNet", model))
    assert model.norms[0].num_batches_tracked == 1


def test_what_forward_raises_is_raised() -> None:
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        scan(nn.Linear(5, 2), X)
