"""Models that somebody hands in as repaired, right and wrong, and the solutions."""

from textwrap import dedent
from typing import NamedTuple

COURSE_TOML = """
[[chapter]]
file = "own"
title = "Own"
input = [4, 10]

[chapter.models.YourTableNet]
input = [4, 6, 10]

[chapter.models.BufferNet]
input = [4, 6, 10]
"""
SOLUTIONS = """
class ModuleListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])

    def forward(self, x):
        return self.layers[1](F.relu(self.layers[0](x)))


class GoodLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(10, 10))

    def forward(self, x):
        return x @ self.weight


class AttentiveDropoutNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(F.dropout(x, 0.5, self.training))


class BufferNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.randn(6, 10))
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(x + self.table)
"""


class Repaired(NamedTuple):
    """What somebody hands in, and the checks that it does not pass."""

    solution: str
    init: str
    forward: str
    not_passed: set[str]


LISTED = "self.layers[1](F.relu(self.layers[0](x)))"
TABLE = "self.head = nn.Linear(10, 5)\n"
HANDED_IN = {
    "a ModuleList": Repaired(
        "ModuleListNet",
        "self.layers = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])",
        LISTED,
        set(),
    ),
    "a Sequential": Repaired(
        "ModuleListNet",
        "self.layers = nn.Sequential(nn.Linear(10, 20), nn.Linear(20, 5))",
        LISTED,
        set(),
    ),
    "a list still": Repaired(
        "ModuleListNet",
        "self.layers = [nn.Linear(10, 20), nn.Linear(20, 5)]",
        LISTED,
        {"answering", "stepped", "moved", "saved", "agreeing", "nothing_else"},
    ),
    "other names": Repaired(
        "ModuleListNet",
        "self.one, self.two = nn.Linear(10, 20), nn.Linear(20, 5)",
        "self.two(F.relu(self.one(x)))",
        {"agreeing"},
    ),
    "a layer less": Repaired(
        "ModuleListNet",
        "self.layers = nn.ModuleList([nn.Linear(10, 5)])",
        "self.layers[0](x)",
        {"trainable", "agreeing"},
    ),
    "no relu": Repaired(
        "ModuleListNet",
        "self.layers = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])",
        "self.layers[1](self.layers[0](x))",
        {"agreeing"},
    ),
    "another shape": Repaired(
        "ModuleListNet",
        "self.layers = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)])",
        f"{LISTED}.sum()",
        {"output", "agreeing"},
    ),
    "a Parameter": Repaired(
        "GoodLayer", "self.weight = nn.Parameter(torch.randn(10, 10))", "x @ self.weight", set()
    ),
    "a Parameter that is frozen": Repaired(
        "GoodLayer",
        "self.weight = nn.Parameter(torch.randn(10, 10), requires_grad=False)",
        "x @ self.weight",
        {"trainable"},
    ),
    "a buffer in the place of a weight": Repaired(
        "GoodLayer",
        'self.register_buffer("weight", torch.randn(10, 10))',
        "x @ self.weight",
        {"trainable"},
    ),
    "the mode as an argument": Repaired(
        "AttentiveDropoutNet", TABLE, "self.head(F.dropout(x, 0.5, self.training))", set()
    ),
    "a Dropout": Repaired(
        "AttentiveDropoutNet",
        TABLE + "self.drop = nn.Dropout(0.5)",
        "self.head(self.drop(x))",
        set(),
    ),
    "no dropout at all": Repaired("AttentiveDropoutNet", TABLE, "self.head(x)", {"draws"}),
    "a dropout that never ends": Repaired(
        "AttentiveDropoutNet",
        TABLE,
        "self.head(F.dropout(x, 0.5))",
        {"in_eval", "agreeing", "nothing_else"},
    ),
    "a buffer": Repaired(
        "BufferNet",
        'self.register_buffer("table", torch.randn(6, 10))\n' + TABLE,
        "self.head(x + self.table)",
        set(),
    ),
    "a buffer that is not saved": Repaired(
        "BufferNet",
        'self.register_buffer("table", torch.randn(6, 10), persistent=False)\n' + TABLE,
        "self.head(x + self.table)",
        {"saved", "agreeing", "nothing_else"},
    ),
    "a table that is trained": Repaired(
        "BufferNet",
        "self.table = nn.Parameter(torch.randn(6, 10))\n" + TABLE,
        "self.head(x + self.table)",
        {"trainable"},
    ),
    "a table that is frozen": Repaired(
        "BufferNet",
        "self.table = nn.Parameter(torch.randn(6, 10), requires_grad=False)\n" + TABLE,
        "self.head(x + self.table)",
        {"trainable"},
    ),
}


def lecture(init: str, forward: str, name: str = "YourNet") -> str:
    """A file with the model that is handed in, and the solutions."""
    lines = "\n".join(f"        {line}" for line in init.splitlines())
    return dedent(SOLUTIONS) + (
        f"\n\nclass {name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"{lines}\n\n    def forward(self, x):\n        return {forward}\n"
    )
