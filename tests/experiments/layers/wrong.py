"""Layers of which each fails one check, and whatever hangs on it."""

from typing import NamedTuple

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
BESIDE = "\n\nclass Beside(nn.Module): pass\n"  # it imitates nothing, so nothing of it is checked


class Wrong(NamedTuple):
    """A layer that is right but for one slip."""

    name: str  # the class that it derives from and spoils
    check: str
    body: str


# A right layer of each kind, to be spoiled. The course gives MyLinear its arguments.
RIGHT = """
class MyLinear(nn.Linear): pass
class MyTanh(nn.Tanh): pass
class MyDropout(nn.Dropout):
    def __init__(self, p=0.5):
        super().__init__(p)
class MyStack(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(10, 4), nn.ReLU(), nn.Linear(4, 3))
"""

RETURN = "def forward(self, x): return "
BUILT = "def __init__(self, i, o): super().__init__(i, o); "
ALONE = "def __init__(self): super().__init__(); "
OPTIONAL = "def __init__(self, i, o, bias=True): super().__init__(i, o, bias=bias)\n"
IN_TRAINING = (
    "def forward(self, x):\n    y = super().forward(x)\n    return {} if self.training else y"
)

WRONG = (
    Wrong("MyLinear", "weight", "def __init__(self, *a): super().__init__(*a); w = self.weight; "
          "del self.weight; "
          "self.register_buffer('weight', w.detach())"),
    Wrong("MyLinear", "weight", BUILT + ""
          "self.weight = nn.Parameter(self.weight.detach().T.clone())"),
    Wrong("MyLinear", "weight", BUILT + "self.w = self.weight; del self.weight"),
    Wrong("MyLinear", "bias", "def __init__(self, i, o, bias=True): "
          "super().__init__(i, o, bias=False)"),
    Wrong("MyLinear", "bias", BUILT + "self.bias = nn.Parameter(torch.ones(o, 1))"),
    Wrong("MyLinear", "bias_off", "def __init__(self, i, o, bias=True): super().__init__(i, o)"),
    Wrong("MyLinear", "bias_off", "def __init__(self, i, o): super().__init__(i, o)"),
    Wrong("MyLinear", "bias_off", OPTIONAL + RETURN + "x @ self.weight.T + self.bias"),
    Wrong("MyLinear", "bias_off", OPTIONAL + RETURN + "super().forward(x) + (self.bias is None)"),
    Wrong("MyLinear", "bias_off", OPTIONAL + RETURN
          + "super().forward(x if self.bias is not None else x.detach())"),
    Wrong("MyLinear", "bias_off", "def __init__(self, i, o, bias=True):\n"
          "    super().__init__(i, o, bias=bias)\n"
          "    self.w = self.weight if not bias else None\n    if not bias: del self.weight"),
    Wrong("MyLinear", "copied", BUILT + "self.extra = nn.Parameter(torch.ones(1))"),
    Wrong("MyLinear", "output", RETURN + "super().forward(x) + 1e-3"),
    Wrong("MyLinear", "output", RETURN + "super().forward(x)[0]"),
    Wrong("MyLinear", "output", RETURN + "(super().forward(x),)"),
    Wrong("MyLinear", "input_gradient", RETURN + "super().forward(x.detach())"),
    Wrong("MyLinear", "weight_gradient", RETURN + "F.linear(x, self.weight.detach(), self.bias)"),
    Wrong("MyLinear", "weight_gradient", RETURN + "F.linear(x, self.weight.data * 1, self.bias)"),
    Wrong("MyLinear", "bias_gradient", RETURN + "F.linear(x, self.weight, self.bias.detach())"),
    Wrong("MyLinear", "double", RETURN + "super().forward(x.float().to(x))"),
    Wrong("MyLinear", "double", RETURN + "super().forward(x).float()"),
    Wrong("MyLinear", "batches", RETURN + "torch.addmm(self.bias, x, self.weight.mT)"),
    Wrong("MyLinear", "large", RETURN + "super().forward(x.clamp(-100, 100))"),
    Wrong("MyLinear", "small", RETURN + "super().forward(x.where(x.abs() > 1e-3, 0)) "
          "if x.abs().max() < 1e-2 else super().forward(x)"),
    Wrong("MyTanh", "output", RETURN + "F.hardtanh(x)"),
    Wrong("MyTanh", "input_gradient", RETURN + "torch.tanh(x).detach() + 0 * x"),
    Wrong("MyTanh", "double", RETURN + "torch.tanh(x.float()).to(x)"),
    Wrong("MyTanh", "batches", RETURN + "torch.tanh(x) if x.dim() < 3 else torch.tanh(x[0])"),
    Wrong("MyTanh", "large", RETURN + "(x.exp() - (-x).exp()) / (x.exp() + (-x).exp())"),
    Wrong("MyTanh", "small", RETURN + "(x.exp() - (-x).exp()) / (x.exp() + (-x).exp())"),
    Wrong("MyTanh", "nan", RETURN + "torch.tanh(x).nan_to_num()"),
    Wrong("MyDropout", "changes", "def forward(self, x):\n    with torch.random.fork_rng():\n"
          "        torch.manual_seed(0)\n        return super().forward(x)"),
    Wrong("MyDropout", "fraction", RETURN + "F.dropout(x, self.p - 0.1, self.training)"),
    Wrong("MyDropout", "fraction", RETURN + "x"),
    Wrong("MyDropout", "survivors", IN_TRAINING.format("y * (1 - self.p)")),
    Wrong("MyDropout", "gradient", IN_TRAINING.format("y.detach() + 0 * x")),
    Wrong("MyDropout", "double", RETURN + "super().forward(x.float())"),
    Wrong("MyDropout", "batches", RETURN + "super().forward(x) if x.dim() < 3 else x"),
    Wrong("MyDropout", "eval", RETURN + "F.dropout(x, self.p)"),
    Wrong("MyDropout", "eval", RETURN + "super().forward(x) * 1.0000001"),
    Wrong("MyDropout", "all_dropped", RETURN + "super().forward(x) if self.p < 1 else x * 0 / 0"),
    Wrong("MyDropout", "all_dropped", "def __init__(self): super().__init__()"),
    Wrong("MyDropout", "none_dropped", "def __init__(self, p=0.5): super().__init__(p or 0.5)"),
    Wrong("MyDropout", "none_dropped", RETURN + "super().forward(x) if self.p else x + 1"),
    Wrong("MyStack", "keys", ALONE + "self[2] = nn.Linear(4, 2)"),
    Wrong("MyStack", "keys", ALONE + "self.append(nn.Linear(3, 3))"),
    Wrong("MyStack", "copied", ALONE + "self.append(nn.Linear(3, 3))"),
    Wrong("MyStack", "output", RETURN + "super().forward(x).relu()"),
    Wrong("MyStack", "input_gradient", RETURN + "super().forward(x.detach())"),
    Wrong("MyStack", "parameter_gradients", RETURN
          + "self[2](self[1](self[0](x)).detach()) + 0 * x.sum()"),
    Wrong("MyStack", "double", RETURN + "super().forward(x).float()"),
    Wrong("MyStack", "batches", RETURN + "super().forward(x if x.dim() < 3 else x[0])"),
    Wrong("MyStack", "large", RETURN + "super().forward(x.clamp(-50, 50))"),
    Wrong("MyStack", "small", RETURN + "super().forward(x) + 1e-2 * (x.abs().max() < 1e-2)"),
)  # fmt: skip


def lecture() -> str:
    """A lecture file with the right layers, and `Wrong0`, `Wrong1` ... in the order of WRONG."""
    wrong = "".join(
        f"class Wrong{index}({each.name}):\n"
        + "".join(f"    {line}\n" for line in each.body.splitlines())
        for index, each in enumerate(WRONG)
    )
    return HEAD + RIGHT + wrong


REFERENCES = {
    "MyLinear": "nn.Linear",
    "MyTanh": "nn.Tanh",
    "MyDropout": "nn.Dropout",
    "MyStack": "MyStack",
}


def course() -> str:
    """The course that goes with it."""
    models = ["args = [10, 5]" if each.name == "MyLinear" else "" for each in WRONG]
    tables = "".join(
        f'[chapter.models.Wrong{index}]\nreference = "{REFERENCES[each.name]}"\n{arguments}\n'
        for index, (each, arguments) in enumerate(zip(WRONG, models, strict=True))
    )
    return (
        '[[chapter]]\nfile = "own"\ntitle = "Own"\ninput = [8, 10]\n'
        "[chapter.models.MyLinear]\nargs = [10, 5]\n"
        '[chapter.models.MyStack]\nreference = "MyStack"\n' + tables
    )
