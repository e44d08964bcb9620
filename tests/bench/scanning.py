"""`scan` against PyTorch's own walks."""

from collections.abc import Iterator, Sequence
from statistics import median

from torch import nn

from bench.figure import Figure, milliseconds
from rollcall import scan

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
