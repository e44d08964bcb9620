"""A scan in the middle of a training: the training is the same without it, bit for bit."""

import io
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.distributed import HashStore  # type: ignore[attr-defined]
from torch.nn.parallel import DistributedDataParallel

from chosen import of_each_kind
from core.versions import DDP_TAKES_TWO_FORWARDS
from rollcall import find_unregistered, scan

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # of the compiler, about itself

X = torch.rand(4, 3, generator=torch.Generator().manual_seed(0))


class Net(nn.Module):
    """Every sort of state, a hidden layer, and hooks that count."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(), nn.Linear(8, 4))
        self.frozen = nn.BatchNorm1d(4).requires_grad_(False).eval()
        self.norm = nn.Linear(4, 4)
        self.hidden = [nn.Linear(4, 2)]
        self.calls = 0
        self.seen: list[int] = []
        self.body[0].register_forward_hook(self._count)
        self.body[3].register_full_backward_hook(lambda *_: self.seen.append(self.calls))

    def _count(self, module: nn.Module, args: object, output: Tensor) -> Tensor:
        self.calls += 1
        return output * 1.5

    def forward(self, x: Tensor) -> Any:
        return self.hidden[0](self.norm(self.frozen(self.body(x + noise(x)))))


@torch.compiler.disable  # type: ignore[untyped-decorator]
def noise(x: Tensor) -> Tensor:
    """A number from every generator that nobody is given."""
    return torch.rand_like(x) * random.random() * np.random.rand()


def normed(model: Any) -> nn.Module:
    nn.utils.parametrizations.spectral_norm(model.norm)  # its forward changes buffers
    return model  # type: ignore[no-any-return]


def compiled_in_place(model: nn.Module) -> nn.Module:
    model.compile(backend="eager")
    return model


def distributed(model: nn.Module) -> nn.Module:
    if DDP_TAKES_TWO_FORWARDS:
        return DistributedDataParallel(model)
    return DistributedDataParallel(model, broadcast_buffers=False)


WRAPPED: dict[str, Callable[[nn.Module], Any]] = {
    "plain": normed,
    "compiled": lambda model: torch.compile(model, backend="eager"),
    "compiled in place": compiled_in_place,
    "DataParallel": nn.DataParallel,
    "DDP": distributed,
    "a compiled DDP": lambda model: torch.compile(distributed(model), backend="eager"),
}


@pytest.fixture(scope="module", autouse=True)
def one_process() -> Iterator[None]:
    """The group that DDP needs."""
    store = HashStore()
    torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    yield
    torch.distributed.destroy_process_group()


def train(wrap: Callable[[nn.Module], Any], look: Callable[[Any], object]) -> bytes:
    """Three steps, with a look at every point of each; everything that they leave.

    The second is under autocast and keeps the old gradients, the third is in eval mode.
    """
    torch.manual_seed(0)
    random.seed(0)
    np.random.seed(0)
    torch._dynamo.reset()
    net = Net()
    model = wrap(net)
    optimizer = torch.optim.Adam([*model.parameters(), *net.hidden[0].parameters()])
    told = []
    for step in range(3):
        if step == 2:
            model.eval()
        optimizer.zero_grad(set_to_none=step != 1)
        look(model)
        with torch.autocast("cpu", torch.bfloat16, enabled=step == 1):
            with torch.no_grad():
                look(model)
            output = model(X)
            look(model)
            loss = (output + model(X)).float().square().mean()
        look(model)
        loss.backward()
        look(model)
        optimizer.step()
        tensors = [*net.parameters(), *net.buffers(), *net.hidden[0].parameters()]
        told.append(
            (
                [(t._version, t.requires_grad, t.grad is None) for t in tensors],
                [module.training for module in net.modules()],
                [len(module._forward_hooks) for module in net.modules()],
                type(loss.grad_fn).__name__,
                (net.calls, list(net.seen), loss.item()),
                ([t.detach().clone() for t in tensors], [*map(_grad, tensors)]),
                (torch.get_rng_state(), random.getstate(), np.random.get_state()),
            )
        )
    file = io.BytesIO()
    torch.save([told, optimizer.state_dict(), model.state_dict()], file)
    return file.getvalue()


def _grad(tensor: Tensor) -> Tensor | None:
    return None if tensor.grad is None else tensor.grad.clone()


# Compiled and distributed, each alone.
EACH_ALONE = of_each_kind(WRAPPED, lambda name: name.split()[-1])


@pytest.mark.parametrize("wrap", [WRAPPED[name] for name in EACH_ALONE], ids=EACH_ALONE)
def test_a_training_is_the_same_with_scans(wrap: Callable[[nn.Module], Any]) -> None:
    looks = 0

    def look(model: Any) -> None:
        nonlocal looks
        looks += 1
        scan(model)
        report = scan(model, X)
        assert report.class_name == "Net"

    assert train(wrap, look) == train(wrap, lambda model: None)
    assert looks == 15


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_names_are_those_of_the_file(wrap: Callable[[nn.Module], Any]) -> None:
    model = wrap(Net())
    assert [entry.path for entry in scan(model).missing] == [
        *("hidden[0]", "hidden[0].weight", "hidden[0].bias"),
    ]
    assert next(each.path for each in find_unregistered(model)) == "hidden[0]"


def test_a_scan_does_not_compile() -> None:
    seen = []

    def backend(graph: torch.fx.GraphModule, inputs: object) -> Any:
        seen.append(graph)
        return graph.forward

    model: Any = torch.compile(nn.Sequential(nn.Linear(3, 3)), backend=backend)
    scan(model, X)
    assert seen == []
    model(X)
    scan(model, X)
    assert len(seen) == 1


def test_a_scan_reaches_what_backward_reaches() -> None:
    """Also inside of no_grad, as in a validation."""
    with torch.no_grad():
        report = scan(Net(), X)
    assert report.used is not None
    assert report.used.reached == sum(p.numel() for p in Net().parameters() if p.requires_grad) + 10
