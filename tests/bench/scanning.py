"""`scan` and `find_unregistered` against PyTorch's own walks, torchinfo and a forward."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median

import torch
import torchinfo
from torch import nn

from bench.figure import Figure, milliseconds
from rollcall import find_unregistered, scan

REPEATS = 15


def scanning() -> Iterator[Figure]:
    """`scan` against the three walks of PyTorch that name modules, parameters and buffers."""
    for name, grow in (("mixed", mixed_tree), ("Linear", linear_tree)):
        tree = grow()  # one at a time: the garbage collector looks through all that is alive
        size = sum(1 for _ in tree.modules())
        scans, walks = [], []
        for _ in range(REPEATS):
            scans.append(milliseconds(lambda: scan(tree)))  # noqa: B023
            walks.append(milliseconds(lambda: name_all(tree)))  # noqa: B023
        yield Figure(f"scan of {size:,} modules, {name}", median(scans), "ms")
        yield Figure("  named_modules, _parameters and _buffers", median(walks), "ms")
        yield Figure("  ratio", median(scans) / median(walks), "x", at_most=3)


def finding() -> Iterator[Figure]:
    """`find_unregistered` of a model that hides nothing, against the same three walks."""
    tree = nest([nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Dropout()) for _ in range(480)])
    size = sum(1 for _ in tree.modules())
    found, walks = in_turn(lambda: find_unregistered(tree), lambda: name_all(tree))
    yield Figure(f"find_unregistered of {size:,} modules that hide nothing", found, "ms")
    yield Figure(
        "  ratio to named_modules, _parameters and _buffers", found / walks, "x", at_most=5
    )


def summing_up() -> Iterator[Figure]:
    """`scan` against torchinfo's `summary`, which needs a forward for its shapes."""
    tree, x = linear_tree(), torch.ones(2, 2)
    size = sum(1 for _ in tree.modules())
    scans, summaries = in_turn(
        lambda: scan(tree), lambda: torchinfo.summary(tree, input_data=x, verbose=0), repeats=3
    )
    told = f"torchinfo's summary(model, input_data=x) of {size:,} modules"
    yield Figure(told, summaries, "ms")
    yield Figure("  ratio to scan", summaries / scans, "x", at_least=15)


def scanning_with_a_forward() -> Iterator[Figure]:
    """`scan(model, x)` beyond what `scan(model)` takes, against the forward that it runs."""
    for width, rows, goal in ((4, 2, 4), (256, 64, 2)):
        tree = nest(
            [nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Dropout()) for _ in range(480)]
        )
        x = torch.ones(rows, width)
        with_forward, alone, forward = in_turn(
            lambda: scan(tree, x),  # noqa: B023
            lambda: scan(tree),  # noqa: B023
            lambda: tree(x),  # noqa: B023
        )
        size = sum(1 for _ in tree.modules())
        each = 1000 * forward / size
        yield Figure(f"scan(model, x) of {size:,} modules of {each:.0f} µs", with_forward, "ms")
        ratio = (with_forward - alone) / forward
        yield Figure("  what is beyond scan(model), ratio to its forward", ratio, "x", at_most=goal)


def in_turn(*works: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """The median milliseconds of each, all of them in turn."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for work, times in zip(works, taken, strict=True):
            times.append(milliseconds(work))
    return [median(times) for times in taken]


def mixed_tree() -> nn.Module:
    return nest(
        [
            nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.ReLU(), nn.Dropout())
            for _ in range(2000)
        ]
    )


def linear_tree() -> nn.Module:
    return nest([nn.Linear(2, 2) for _ in range(9000)])


def nest(modules: Sequence[nn.Module]) -> nn.Module:
    """A tree with `modules` at its ends, ten to a branch."""
    while len(modules) > 1:
        modules = [
            nn.Sequential(*modules[start : start + 10]) for start in range(0, len(modules), 10)
        ]
    return modules[0]


def name_all(tree: nn.Module) -> int:
    return sum(
        1
        for walk in (tree.named_modules, tree.named_parameters, tree.named_buffers)
        for _ in walk()
    )
