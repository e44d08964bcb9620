"""What the text of a file tells of a value: which lists and tensors are mended, and as what."""

import pytest

from rollcall.rewrite.fixes import fixed, fixes, refusals

HEAD = """\
import copy
import torch
from torch import nn
from elsewhere import make

def block(): return nn.Linear(1, 1)
def either(n): return nn.Linear(1, 1) if n else nn.Bilinear(1, 1, 1)
def endless(n): return endless(n)
def nothing(): return

class Net(nn.Module):
    def __init__(self, teacher: nn.Module, layers, n=3):
        super().__init__()
"""

# What is assigned to self.x, and what is assigned after the fix.
LISTS = [
    ("list(nn.Linear(1, 1) for _ in range(n))", "nn.ModuleList(nn.Linear(1, 1) for _ in range(n))"),
    ("tuple([nn.Linear(1, 1)])", "nn.ModuleList([nn.Linear(1, 1)])"),
    ("list(); self.x.append(block())", "nn.ModuleList(); self.x.append(block())"),
    ("(); self.x += (block(),)", "nn.ModuleList(); self.x += (block(),)"),
    ("[block()] + [nn.ReLU()]", "nn.ModuleList([block()] + [nn.ReLU()])"),
    ("[block() for _ in layers] * 2", "nn.ModuleList([block() for _ in layers] * 2)"),
    ("[block().to('cpu'), block().eval()]", "nn.ModuleList([block().to('cpu'), block().eval()])"),
    ("[copy.deepcopy(block())]", "nn.ModuleList([copy.deepcopy(block())])"),
    ("[nn.utils.weight_norm(block())]", "nn.ModuleList([nn.utils.weight_norm(block())])"),
    ("[*[block()], nn.ReLU()]", "nn.ModuleList([*[block()], nn.ReLU()])"),
    ("[either(n)]", "nn.ModuleList([either(n)])"),
    ("[teacher, nn.Flatten()]", "nn.ModuleList([teacher, nn.Flatten()])"),
    ("[a for a in (block(), nn.ReLU())]", "nn.ModuleList([a for a in (block(), nn.ReLU())])"),
    ("[a for a in [block()] * 2]", "nn.ModuleList([a for a in [block() for _ in range(2)]])"),
    ("[]; self.x.extend([block()])", "nn.ModuleList(); self.x.extend([block()])"),
    ("[]; self.x.insert(0, block())", "nn.ModuleList(); self.x.insert(0, block())"),
    (
        "[]; self.x.extend(block() for _ in '12')",
        "nn.ModuleList(); self.x.extend(block() for _ in '12')",
    ),
    ("2 * [block()]", "nn.ModuleList([block() for _ in range(2)])"),
    ("[(block()), ] * 2", "nn.ModuleList([(block()) for _ in range(2) ])"),
]
DICTS = [
    ("dict(a=block(), b=nn.ReLU())", "nn.ModuleDict(dict(a=block(), b=nn.ReLU()))"),
    ("dict(); self.x['a'] = block()", "nn.ModuleDict(); self.x['a'] = block()"),
    ("{f'{i}': block() for i in layers}", "nn.ModuleDict({f'{i}': block() for i in layers})"),
    ("{str(i): block() for i in layers}", "nn.ModuleDict({str(i): block() for i in layers})"),
    ("{k: block() for k in ('a', 'b')}", "nn.ModuleDict({k: block() for k in ('a', 'b')})"),
]
PARAMETERS = [
    ("torch.ones(3, requires_grad=True)", "nn.Parameter(torch.ones(3))"),
    ("torch.ones(3).requires_grad_()", "nn.Parameter(torch.ones(3).requires_grad_())"),
    ("torch.ones(3).requires_grad_(True)", "nn.Parameter(torch.ones(3).requires_grad_(True))"),
    ("torch.ones(3).requires_grad_() * 2", "nn.Parameter(torch.ones(3).requires_grad_() * 2)"),
    (
        "torch.ones(3); self.x.requires_grad_()",
        "nn.Parameter(torch.ones(3)); self.x.requires_grad_()",
    ),
    (
        "torch.ones(3).requires_grad_() if n else torch.ones(4, requires_grad=True)",
        "nn.Parameter(torch.ones(3).requires_grad_()) if n else nn.Parameter(torch.ones(4))",
    ),
]


@pytest.mark.parametrize(("written", "mended"), LISTS + DICTS + PARAMETERS)
def test_a_value_is_wrapped_as_what_it_is(written: str, mended: str) -> None:
    text = f"{HEAD}        self.x = {written}\n"
    assert fixed(text, fixes(text)) == f"{HEAD}        self.x = {mended}\n"


@pytest.mark.parametrize(
    "written",
    [
        "torch.ones(3)[0]",
        "-torch.ones(3)",
        "torch.ones(3).T",
        "torch.ones(3) + n",
        "torch.ones(3).data",
        "nn.Parameter(torch.ones(3)).data",
        "nn.Parameter(torch.ones(3)).detach()",
        "torch.ones(3, requires_grad=True).detach()",
        "torch.stack([torch.ones(3), torch.ones(3)])",
        "torch.cat((torch.ones(3), *layers))",
        "torch.ones(3, requires_grad=False)",
        "torch.ones(3).requires_grad_(False)",
        "torch.ones(3).requires_grad_(requires_grad=False)",
        "torch.ones(3) if n else None",
        "torch.ones_like(nn.Parameter(torch.ones(3)))",
    ],
)
def test_a_tensor_without_a_gradient_becomes_a_buffer(written: str) -> None:
    text = f"{HEAD}        self.x = {written}\n"
    mended = f'{HEAD}        self.register_buffer("x", {written})\n'
    assert fixed(text, fixes(text)) == mended


@pytest.mark.parametrize(
    "written",
    [
        "tuple(make())",
        "list(layers)",
        "list(layers, n)",
        "[endless(n)]",
        "[nothing()]",
        "[]",
        "{}",
        "{'a': nn.ReLU()}",
        "{**layers, 'a': block()}",
        "[]; self.x.extend([nn.ReLU()])",
        "[]; self.x.extend(make())",
        "[nn.Buffer(torch.ones(3))]",
        "[a for a in layers]",
        "[a for a in (nn.ReLU(), block(), 3)]",
        "[nn.utils.weight_norm(make())]",
        "[copy.deepcopy(layers)]",
        "[make().eval()]",
        "make()[0]",
        "-make()",
        "make().data",
        "make().T",
        "torch.ones(3).shape",
        "torch.ones(3).numel()",
        "nn.Parameter(torch.ones(3)).clone()",  # has its graph, and is no leaf
        "torch.cat([nn.Parameter(torch.ones(3)), torch.ones(3)])",
        "torch.ones(3) if n else make()",
        "torch.ones(3, requires_grad=n)",
        "torch.ones(3).requires_grad_(n)",
        "torch.ones(3).requires_grad_(requires_grad=n)",
        "n * [block()] if n else layers",
    ],
)
def test_what_the_text_does_not_tell_stays(written: str) -> None:
    text = f"{HEAD}        self.x = {written}\n"
    assert [each.sentence for each in fixes(text) if each.name] == []


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("{f'a.{i}': block() for i in layers}", "its key f'a.{i}' contains a dot"),
        ("{'': block()}", "one of its keys is empty"),
        ("{n: block()}", "what its key n is, the text does not tell"),
        ("{k: block() for k in ('a', 'b.c')}", "its key 'b.c' contains a dot"),
        ("{k: block() for k in ['a', n]}", "what its key n is, the text does not tell"),
        ("{k: block() for k in range(n)}", "what is in range(n), the text does not tell"),
    ],
)
def test_a_dict_whose_keys_are_no_names_stays(keys: str, why: str) -> None:
    text = f"{HEAD}        self.x = {keys}\n"
    said = f"self.x stays a dict: {why}, and the keys of an nn.ModuleDict are names."
    assert fixes(text) == []
    assert [each.why for each in refusals(text)] == [said]
