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


HEAD = """\
import torch
import torch.nn.functional as F
from torch import nn

class Net(nn.Module):
    def __init__(self, n, w, make):
        super().__init__()
        """
# A statement of __init__, and what stands in its place after each of its breaks.
STATEMENTS: list[tuple[str, dict[BreakKind, str]]] = [
    ("self.x = nn.ModuleList(make(n))", {"list": "self.x = list(make(n))"}),
    ("self.x = nn.ModuleList([]); self.x = nn.ModuleList()", {}),  # which of them is empty?
    (
        "self.x = nn.Parameter(w)",
        {"clone": "self.x = nn.Parameter(w).clone()", "tensor": "self.x = w.requires_grad_()"},
    ),
    ("self.x = nn.Parameter(w * 2)", {"clone": "self.x = nn.Parameter(w * 2).clone()"}),
    (
        "self.x = nn.Parameter(w, requires_grad=False)",
        {"clone": "self.x = nn.Parameter(w, requires_grad=False).clone()"},
    ),
    ("self.register_buffer('x', w, False)", {}),
    ("make.register_buffer('x', w)", {}),
    ("self.register_buffer(n, w)", {}),
    ("x = [nn.Linear(1, 1) for _ in range(n)]", {"one layer": "x = [nn.Linear(1, 1)] * n"}),
    ("x = [nn.Linear(1, i) for i in range(n)]", {}),
    ("x = [nn.Linear(1, 1) for _ in range(n + 1)]", {}),
    ("x = [nn.Linear(1, 1) for _ in range(1, n)]", {}),
    ("x = [make() for _ in range(n)]", {}),
    ("for i in range(n): w.append(make(i))", {}),
    ("for i in range(n): w.append(make())", {}),
    ("for _ in w: w.append(nn.Linear(1, 1))", {}),
]
FORWARD = """\
pass
    def forward(self, x):
        """
LINES: list[tuple[str, dict[BreakKind, str]]] = [
    ("x = self.parts[0][1](x)", {"detach": "x = self.parts[0][1](x).detach()"}),
    ("x = torch.tanh(x)", {}),
    ("self.y = self.part(x)", {}),
    ("x = F.dropout(x, .5, self.training)", {"training": "x = F.dropout(x, .5)"}),
    ("x = F.dropout(x, training=self.training)", {"training": "x = F.dropout(x)"}),
    ("x = F.dropout(x, training=self.training, p=.5)", {}),
    ("x = F.dropout(x, training=True)", {}),
    ("x = F.dropout(x, .5)", {}),
    ("x = F.dropout(*x, training=self.training)", {}),
    ("x = F.alpha_dropout(x, .5, self.training)", {}),  # it is told nothing where it is left out
]


@pytest.mark.parametrize(("line", "broken"), STATEMENTS)
def test_a_statement_is_broken_only_where_its_text_allows(
    line: str, broken: dict[BreakKind, str]
) -> None:
    found = {each.kind: each.source for each in breaks(f"{HEAD}{line}\n", "Net")}
    assert found == {kind: f"{HEAD}{new}\n" for kind, new in broken.items()}


@pytest.mark.parametrize(("line", "broken"), LINES)
def test_a_line_of_forward_is_broken_only_where_its_text_allows(
    line: str, broken: dict[BreakKind, str]
) -> None:
    text = f"{HEAD}{FORWARD}%s\n        return x\n"
    found = {each.kind: each.source for each in breaks(text % line, "Net")}
    assert found == {kind: text % new for kind, new in broken.items()}
