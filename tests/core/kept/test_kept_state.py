"""A scan with a forward leaves no trace, whatever changes and whatever cannot be copied."""

import random
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from rollcall.core.scan import scan

X = torch.ones(2, 3)
CALLS = 0
LOG: list[int] = []


class Changing(nn.Module):
    """Its forward runs `change(self, x)`; it holds what cannot be copied."""

    seen = 0

    def __init__(self, change: Callable[[Any, Tensor], object]) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 2)
        self.norm = nn.BatchNorm1d(2)
        self.register_buffer("steps", torch.zeros(2))
        self.empty = nn.Module()
        self.gate = nn.Parameter(torch.ones(2)) * 0.5
        self.lock = threading.Lock()
        self.numbers = (n for n in range(5))
        self.items = [1, 2]
        self.ordered = OrderedDict(a=1, b=2)
        self.recent: deque[int] = deque([1, 2], maxlen=2)
        self.names = {"a", "b"}
        self.array = np.zeros(3)
        self.generator = torch.Generator().manual_seed(1)
        self.python = random.Random(1)
        self.numpy = np.random.default_rng(1)
        self.old_numpy = np.random.RandomState(1)
        self.box = Box()
        self.count: Any = closure()
        self.change = change

    def forward(self, x: Tensor) -> Tensor:
        self.change(self, x)
        return self.norm(self.layer(x)) * self.gate  # type: ignore[no-any-return]


class Box:
    __slots__ = ("filled", "free")

    def __init__(self) -> None:
        self.filled = 1


def closure() -> Callable[[], int]:
    n = 0

    def count() -> int:
        nonlocal n
        n += 1
        count.last = n  # type: ignore[attr-defined]
        return n

    count.last = n  # type: ignore[attr-defined]
    return count


def global_count(model: Any, x: Tensor) -> None:
    global CALLS
    CALLS += 1
    LOG.append(CALLS)


def train_a_step(model: Any, x: Tensor) -> None:
    model.layer(x).sum().backward()
    torch.optim.SGD(model.layer.parameters(), 0.1).step()


def clip(model: Any, x: Tensor) -> None:
    with torch.no_grad():
        model.layer.weight.clamp_(0, 0.1)
    model.layer.bias.data = torch.zeros(2)
    model.layer.weight.data.mul_(2)


def change_slots(model: Any, x: Tensor) -> None:
    model.box.filled = 2
    model.box.free = 3


def draw(model: Any, x: Tensor) -> None:
    torch.rand(1)
    torch.rand(1, generator=model.generator)
    random.random()
    model.python.random()
    np.random.rand()
    model.numpy.random()
    model.old_numpy.rand()


def change_class(model: Any, x: Tensor) -> None:
    type(model).seen += 1
    type(model).last = x


CHANGES: dict[str, Callable[[Any, Tensor], object]] = {
    "nothing": lambda model, x: None,
    "statistics": lambda model, x: model.norm(model.layer(x)),
    "a buffer in place": lambda model, x: model.steps.add_(1),
    "a buffer anew": lambda model, x: setattr(model, "steps", model.steps + 1),
    "a buffer with a history": lambda model, x: model.steps.add_(model.gate),
    "a step": train_a_step,
    "values": clip,
    "frozen": lambda model, x: model.layer.requires_grad_(False),
    "mode": lambda model, x: model.norm.eval(),
    "input": lambda model, x: x.mul_(2),
    "attribute": lambda model, x: setattr(model, "late", x),
    "no attribute": lambda model, x: delattr(model, "items"),
    "parameter": lambda model, x: model.register_parameter("late", nn.Parameter(x)),
    "of an empty module": lambda model, x: model.empty.register_buffer("late", x),
    "replaced": lambda model, x: setattr(model.layer, "weight", nn.Parameter(torch.ones(2, 3))),
    "submodule": lambda model, x: model.add_module("late", nn.Linear(2, 2)),
    "hook": lambda model, x: model.layer.register_forward_hook(print),
    "list": lambda model, x: model.items.append(3),
    "order": lambda model, x: model.ordered.move_to_end("a"),
    "deque": lambda model, x: model.recent.append(3),
    "set": lambda model, x: model.names.add("c"),
    "array": lambda model, x: model.array.__iadd__(1),
    "slots": change_slots,
    "closure": lambda model, x: model.count(),
    "globals": global_count,
    "class": change_class,
    "draws": draw,
    "lock": lambda model, x: model.lock.acquire(blocking=False) and model.lock.release(),
}


def snapshot(model: Changing, x: Tensor) -> list[Any]:
    """Everything, with tensors as their identity, values, version, gradient, flag and history."""
    tensors = [*model.parameters(), *model.buffers(), x, model.gate]
    return [
        [
            (
                id(tensor),
                tensor.tolist(),
                tensor.data_ptr(),
                tensor._version,
                tensor.requires_grad,
                tensor.grad_fn,
                tensor.is_leaf and tensor.grad,
            )
            for tensor in tensors
        ],
        [(id(module), module.training, names_of(module)) for module in model.modules()],
        list(vars(model).get("items", ())),
        list(model.ordered),
        list(model.recent),
        set(model.names),
        model.array.tolist(),
        [name for name in Box.__slots__ if hasattr(model.box, name)],
        model.box.filled,
        [cell.cell_contents for cell in model.count.__closure__ or ()],
        model.count.last,
        CALLS,
        list(LOG),
        {name: id(value) for name, value in vars(Changing).items()},
        torch.get_rng_state().tolist(),
        model.generator.get_state().tolist(),
        random.getstate(),
        model.python.getstate(),
        repr(np.random.get_state()),
        repr(model.numpy.bit_generator.state),
        repr(model.old_numpy.get_state()),
    ]


def names_of(module: nn.Module) -> list[Any]:
    """Its attributes and the entries of its registries, in order, by identity."""
    names: list[Any] = []
    for name, value in vars(module).items():
        names.append((name, id(value)))
        if isinstance(value, dict):
            names.extend((key, id(item)) for key, item in value.items())
    return names


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_forward_changes_is_put_back(name: str) -> None:
    model, x = Changing(CHANGES[name]), X.clone()
    before = snapshot(model, x)
    report = scan(model, x)
    assert report.used is not None
    assert snapshot(model, x) == before
    assert next(model.numbers) == 0
    torch.autograd.backward([model.gate.sum()])  # its graph is whole


def test_every_change_is_one() -> None:
    """Without being put back, each shows."""
    for name, change in CHANGES.items():
        model, x = Changing(change), X.clone()
        model.norm.eval()
        before = snapshot(model, x)
        change(model, x)
        changed = snapshot(model, x) != before
        assert changed == (name not in ("nothing", "lock", "mode", "statistics")), name
    for late in ("last",):
        delattr(Changing, late)


def test_a_forward_that_raises_leaves_no_trace_either() -> None:
    def change(model: Any, x: Tensor) -> None:
        model.late = x
        model.steps.add_(1)
        raise KeyError("not today")

    model, x = Changing(change), X.clone()
    before = snapshot(model, x)
    with pytest.raises(KeyError, match="not today"):
        scan(model, x)
    assert snapshot(model, x) == before


def test_a_lazy_model_is_lazy_again() -> None:
    model = nn.Sequential(nn.LazyLinear(2), nn.LazyBatchNorm1d())
    for _ in range(2):
        scan(model, X)
        assert [type(each) for each in model] == [nn.LazyLinear, nn.LazyBatchNorm1d]
        assert all(map(nn.parameter.is_lazy, model.parameters()))
    model(X)
    assert [type(each) for each in model] == [nn.Linear, nn.BatchNorm1d]


def test_memory_that_several_tensors_share_and_memory_that_is_not_dense() -> None:
    class Net(nn.Module):
        table = torch.ones(1, 3).expand(2, 3)
        sparse: ClassVar[Tensor] = torch.eye(3).to_sparse()
        nothing = torch.empty(0)

        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.ones(4, 3))
            self.part = self.weight.data[:2]

        def forward(self, x: Tensor) -> Tensor:
            self.part.zero_()
            return (x @ self.sparse) @ self.weight.t()

    model = Net()
    scan(model, X)
    assert torch.equal(model.weight, torch.ones(4, 3))
    assert torch.equal(model.table, torch.ones(2, 3))


def test_memory_of_any_size_and_place_is_put_back_to_the_last_bit() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            content = bytearray(range(100))
            self.tensors = [
                torch.frombuffer(content, dtype=torch.uint8, count=count, offset=offset)
                for count, offset in ((1, 0), (3, 1), (12, 4), (16, 20), (16, 41), (40, 60))
            ]
            self.tensors.append(torch.tensor([float("nan"), -0.0, 0.0, 1.0, 2.0]))

        def forward(self, x: Tensor) -> Tensor:
            for tensor in self.tensors:
                tensor[0] = 0
                tensor[-1] += 1
            return x

    model = Net()
    before = [tensor.numpy().tobytes() for tensor in model.tensors]
    scan(model, X)
    assert [tensor.numpy().tobytes() for tensor in model.tensors] == before


def test_tensors_made_in_inference_mode() -> None:
    with torch.inference_mode():
        table = torch.ones(3)
    model = nn.Sequential(nn.Linear(3, 3))
    model.table = table
    assert scan(model, X).used is not None


def numbers() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize("what", [threading.Lock(), numbers(), sys.stdout, iter([1]), sys])
def test_what_cannot_be_copied_need_not_be(what: Any) -> None:
    model: Any = nn.Sequential(nn.Linear(3, 3))
    model.what = what
    assert scan(model, X).used is not None
