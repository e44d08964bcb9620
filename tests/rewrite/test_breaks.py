"""A healthy model is broken by rule: seven ways, each of which changes one place of the text."""

import pytest

from rollcall.rewrite.breaks import BreakKind, breaks
from rollcall.rewrite.fixes import fixes

HEALTHY = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, n=3):
        super().__init__()
        self.w = nn.Parameter( torch.ones(10) )  # one for each
        self.register_buffer('t', torch.ones(10), persistent=False)  # kept
        self.blocks = nn.ModuleList( [  # three
            nn.Linear(10, 10) for _ in range(n)
        ])
        self.heads = nn.ModuleList()  # filled below
        for _ in range(2): self.heads.append(nn.Linear(10, 5))

    def forward(self, x):
        x = x * self.w + self.t
        for block in self.blocks:
            x = block(x)
        y = torch.tanh(self.heads[0](x))  # bounded
        return F.dropout(y, 0.5, training=self.training) + self.heads[1](x)


class Other:
    pass
"""
# How it is broken, and what stands where.
WAYS: list[tuple[BreakKind, str, str]] = [
    ("clone", "torch.ones(10) )  #", "torch.ones(10) ).clone()  #"),
    ("tensor", "nn.Parameter( torch.ones(10) )", "torch.ones(10).requires_grad_()"),
    (
        "attribute",
        "self.register_buffer('t', torch.ones(10), persistent=False)",
        "self.t = torch.ones(10)",
    ),
    (
        "list",
        "nn.ModuleList( [  # three\n            nn.Linear(10, 10) for _ in range(n)\n        ])",
        "[  # three\n            nn.Linear(10, 10) for _ in range(n)\n        ]",
    ),
    (
        "one layer",
        "[  # three\n            nn.Linear(10, 10) for _ in range(n)\n        ]",
        "[nn.Linear(10, 10)] * n",
    ),
    ("list", "nn.ModuleList()", "[]"),
    (
        "one layer",
        "for _ in range(2): self.heads.append(nn.Linear(10, 5))",
        "self.heads.extend([nn.Linear(10, 5)] * 2)",
    ),
    ("detach", "(x))  # bounded", "(x)).detach()  # bounded"),
    ("training", "0.5, training=self.training", "0.5"),
]


def test_each_way_changes_one_place() -> None:
    found = [(each.kind, each.source) for each in breaks(HEALTHY, "Net")]
    expected = [(kind, HEALTHY.replace(old, new)) for kind, old, new in WAYS]
    assert found == expected
    assert all(HEALTHY.count(old) == 1 for _, old, _ in WAYS)


@pytest.mark.parametrize("kind", ["list", "tensor", "attribute", "training", "one layer"])
def test_what_was_broken_can_be_fixed(kind: BreakKind) -> None:
    broken = next(each for each in breaks(HEALTHY, "Net") if each.kind == kind)
    assert fixes(HEALTHY) == []
    assert len(fixes(broken.source)) == 1


def test_there_is_nothing_to_break_in_what_is_no_module() -> None:
    assert breaks(HEALTHY, "Other") == breaks(HEALTHY, "Nobody") == breaks("def", "Net") == []
