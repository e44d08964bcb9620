"""What two pages report, as a script would find it out: bare PyTorch, without a word about it."""

import io
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import SGD

from rollcall.core.autograd_leaves import leaves_of
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.teacher_task import BATCHES
from rollcall.experiments.training.answered_numbers import MOST_ANSWERS
from rollcall.experiments.training.experiment import TrainingQuery
from rollcall.folders import MODELS
from rollcall.lectures.loading import load

CATALOG = load(MODELS)
FINDING_STEPS = 3  # of the training that looks for parameters which no backward reaches
Build = Callable[[], nn.Module]


def registry(query: RegistryQuery) -> None:
    """What the registry tells of each model. What changes it is run on a fresh one."""
    for name in (query.left, query.right):
        build, x = _build(name, query.seed), _input(name, query.seed)
        _read(build(), x)
        _answer_calls(build, x)
        _look_for_findings(build, x)


def training(query: TrainingQuery) -> None:
    """Steps of momentum SGD: the loss and the answers, the norm of each gradient, each way."""
    for name in (query.left, query.right):
        model = _build(name, query.seed)()
        x = torch.cat([_input(name, query.seed + number) for number in range(BATCHES)])
        target = torch.randn_like(model(x))
        parameters = list(model.parameters())
        leaves = leaves_of([model(x)])  # also those that no registry lists
        starts = [leaf.detach().clone() for leaf in leaves]
        optimizer = SGD(parameters, lr=query.lr, momentum=0.9)
        for _ in range(query.steps):
            optimizer.zero_grad()
            answers = model(x)
            answers.flatten()[:MOST_ANSWERS].tolist()  # the picture of them moves with each step
            loss = (answers - target).square().mean()
            loss.item()
            loss.backward()
            for leaf in leaves:
                if leaf.grad is not None:
                    leaf.grad.norm().item()
            optimizer.step()
            for leaf, start in zip(leaves, starts, strict=True):
                (leaf.detach() - start).abs().max().item()
        (model(x) - target).square().mean().item()


def _build(name: str, seed: int) -> Build:
    kind, args = CATALOG.kind(name), CATALOG.card(name, "left").args

    def build() -> nn.Module:
        torch.manual_seed(seed)
        return kind(*args)

    return build


def _input(name: str, seed: int) -> Tensor:
    x = CATALOG.input(name).draw(seed).only
    assert x is not None
    return x


def _read(model: nn.Module, x: Tensor) -> None:
    str(model)
    for named in (model.named_modules, model.named_parameters, model.named_buffers):
        list(named())
    model(x)


def _answer_calls(build: Build, x: Tensor) -> None:
    """The columns of the roll call."""
    model = build()
    _step(model, model(x))
    build().to(torch.float64)
    model = build()
    model.state_dict()
    model.eval()


def _look_for_findings(build: Build, x: Tensor) -> None:
    model = build().train()
    for _ in range(FINDING_STEPS):
        _step(model, model(x))
    with torch.no_grad():
        model = build().eval()
        for _ in range(3):  # the first may change something; do the others agree?
            model(x)
        build().double()
        model, fresh = build().eval(), build().eval()
        file = io.BytesIO()
        torch.save(model.state_dict(), file)
        file.seek(0)
        fresh.load_state_dict(torch.load(file, weights_only=True))
        for each in (model, model, fresh):  # does it repeat, and is the loaded one like it?
            each(x)


def _step(model: nn.Module, output: Tensor) -> None:
    output.square().mean().backward()  # type: ignore[no-untyped-call]
    parameters = list(model.parameters())
    if parameters:
        SGD(parameters, lr=0.1).step()
