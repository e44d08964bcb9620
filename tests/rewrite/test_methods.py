"""Methods, calls and classes: which overrides and which calls of a model are mended, and how."""

import pytest

from rollcall.rewrite.fixes import FixesOfFile, fixed, fixes, refusals

HEAD = """\
import torch
import torch.nn.functional as F
from torch import nn

class Part(nn.Module): pass

class Net(nn.Module):
    """
LEFT = [
    "def train(self): pass",  # takes no mode: a method of its own
    "def train(self, steps): pass",
    "def eval(self, data): pass",
    "async def train(self, mode=True): pass",
    "def train(self, mode=True): return super().train(mode)",
    "def train(self, mode=True): [p.train(mode) for p in self.children()]; return self",
    "def train(self, mode=True): self.apply(print); return self",
    "def train(self, mode=True): Part.train(self, mode); return self",
    "def eval(self): return self.train(False)",
    "def train(self, mode=True): super().train(mode); later = lambda: None; return later",
    "@staticmethod\n    def train(mode=True): pass",
    "def forward(self, x): return F.dropout(*x)",
    "def forward(self, x): return F.dropout(x, **self.told)",
    "def forward(self, x): return F.dropout(x, .5, self.training)",
    "def forward(self, x, q):\n        if self.training: q = 0.\n"
    "        return F.scaled_dot_product_attention(x, x, x, dropout_p=q)",
    "def forward(self, x, q):\n        q = q * self.training\n"
    "        return F.scaled_dot_product_attention(x, x, x, dropout_p=q)",
    "def forward(self, x): return F.scaled_dot_product_attention(x, x, x, dropout_p=0.)",
    "def __init__(self): self.x: list",
    "def __init__(self, xs): self.a, self.b = xs",
    "def __init__(self): self.register_buffer('x', None); self.x = torch.ones(3)",
]


@pytest.mark.parametrize("method", LEFT)
def test_a_method_without_a_mistake_stays(method: str) -> None:
    assert fixes(f"{HEAD}{method}\n") == []


@pytest.mark.parametrize(
    ("method", "mended"),
    [
        (
            "def train(self, flag: bool): self.last = flag",
            "def train(self, flag: bool): super().train(flag); self.last = flag; return self",
        ),
        (
            "def train(self, on=True): self.part.train(on); return",
            "def train(self, on=True): super().train(on); self.part.train(on); return self",
        ),
        (
            "def train(self, mode=True): raise ValueError",
            "def train(self, mode=True): super().train(mode); raise ValueError",
        ),
        (
            "def eval(self): 'Only says so.'",
            "def eval(self): super().eval(); 'Only says so.'; return self",
        ),
        (
            "def eval(self): self.train(False)",
            "def eval(self): self.train(False); return self",
        ),
        (
            "def forward(self, x): return F.dropout2d(x)",
            "def forward(self, x): return F.dropout2d(x, training=self.training)",
        ),
        (
            "def forward(self, x, p):\n        q = p\n"
            "        return F.scaled_dot_product_attention(x, x, x, dropout_p=q)",
            "def forward(self, x, p):\n        q = p\n"
            "        return F.scaled_dot_product_attention("
            "x, x, x, dropout_p=q if self.training else 0.0)",
        ),
        (
            "def __init__(self): self.a = 1; (self.b, c), d = ([Part()], 2), 3",
            "def __init__(self): self.a = 1; (self.b, c), d = (nn.ModuleList([Part()]), 2), 3",
        ),
        (
            "def __init__(self):\n        if self.x: self.x = torch.ones(3)\n"
            "        else: self.x = None",
            "def __init__(self):\n"
            '        if self.x: self.register_buffer("x", torch.ones(3))\n'
            '        else: self.register_buffer("x", None)',
        ),
        (
            "def __init__(self): self.x = torch.ones(3); "
            "self.x.requires_grad_(requires_grad=False)",
            'def __init__(self): self.register_buffer("x", torch.ones(3)); '
            "self.x.requires_grad_(requires_grad=False)",
        ),
        (
            "def __init__(self): self.x = [Part()]; print(*self.x); [print][0](self.x)",
            "def __init__(self): self.x = nn.ModuleList([Part()]); "
            "print(*self.x); [print][0](self.x)",
        ),
    ],
)
def test_a_method_is_mended_in_place(method: str, mended: str) -> None:
    text = f"{HEAD}{method}\n"
    assert fixed(text, fixes(text)) == f"{HEAD}{mended}\n"


DERIVED = "class Deep(Net):\n    def __init__(self):\n        super().__init__(); self.x = None\n"


@pytest.mark.parametrize(
    ("method", "why"),
    [
        (
            "def __init__(self): self.x = torch.ones(3, requires_grad=True)\n"
            "    def forward(self, x): self.x = x",
            "self.x stays a tensor: another method assigns it anew, which an nn.Parameter refuses.",
        ),
        (
            f"def __init__(self): self.x = torch.ones(3, requires_grad=True)\n{DERIVED}",
            "self.x stays as it is: Deep derives from Net and assigns it anew.",
        ),
    ],
)
def test_a_tensor_that_is_assigned_anew_stays(method: str, why: str) -> None:
    text = f"{HEAD}{method}\n"
    assert fixes(text) == []
    assert [each.why for each in refusals(text)] == [why]


def test_the_fixes_of_a_model_are_those_of_its_parts_and_not_of_others() -> None:
    """Nor those of an attribute that the model assigns anew, over what its base made of it."""
    text = f"""{HEAD}def __init__(self):
        self.x = [Part()]; self.y = [Part()]
class Deep(Net):
    def __init__(self):
        super().__init__(); self.x = Part()
class Other(nn.Module):
    def __init__(self): self.z = [Part()]
def make(): return Deep()
"""
    found = FixesOfFile(text)

    def names(model: str) -> list[tuple[str, str]]:
        return [(each.class_name, each.name) for each in found.of_model(model)]

    assert names("Deep") == [("Net", "y")]
    assert names("make") == [("Net", "x"), ("Net", "y")]
    assert names("Other") == [("Other", "z")]
    assert names("Part") == names("nobody") == []
    assert FixesOfFile("def").of_model("Net") == []
