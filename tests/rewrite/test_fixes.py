"""What is mended by rule: the finding is gone when it is run, and all else of the text stays."""

import linecache
from collections.abc import Callable
from functools import partial
from typing import cast

import pytest
import torch
from torch import nn

from rewrite.odd_files import ODD, Odd
from rollcall.core.findings import ModelUnderTest, look_for_findings
from rollcall.core.input.model_input import ModelInput
from rollcall.core.rank import FINDINGS
from rollcall.core.rng.random_state import seeded
from rollcall.core.unregistered import find_unregistered
from rollcall.rewrite.dict_keys import TAKEN
from rollcall.rewrite.fixes import fixed, fixes, refusals
from rollcall.rewrite.stateless import is_stateless


def changed(odd: Odd) -> str:
    text = odd.text
    for old, new in odd.changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def matters(text: str, filename: str) -> list[str]:
    """What is the matter with the model of a file, as runs of it show."""
    module: dict[str, object] = {"__name__": filename}
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), module)
    build = partial(built, cast(Callable[[], nn.Module], module["Net"]))
    subject = ModelUnderTest(build, partial(build, 1), rows, 0, filename)
    hidden = [each.path for each in find_unregistered(build()) if each.rank in FINDINGS]
    found = look_for_findings(subject)
    assert found.not_run == ()
    return hidden + [each.kind for each in found.findings]


def built(kind: Callable[[], nn.Module], seed: int = 0) -> nn.Module:
    with seeded(seed):
        return kind()


def rows(seed: int) -> ModelInput:
    return ModelInput.of(torch.randn(4, 10, generator=torch.Generator().manual_seed(seed)))


@pytest.mark.parametrize("name", ODD)
def test_a_fix_changes_what_is_wrong_and_nothing_else(name: str) -> None:
    odd = ODD[name]
    assert fixed(odd.text, fixes(odd.text)) == changed(odd)


@pytest.mark.parametrize("name", ODD)
def test_the_finding_is_gone_when_the_fixed_file_is_run(name: str) -> None:
    odd = ODD[name]
    after = fixed(odd.text, fixes(odd.text))
    assert matters(odd.text, f"odd {name}")
    assert matters(after, f"fixed {name}") == []
    assert fixes(after) == []


HEAD = """\
import copy
import torch
import torch.nn.functional as F
from torch import nn
from elsewhere import Block, make

class Net(nn.Module):
    def __init__(self, teacher, layers, n=3):
        super().__init__()
"""

# Nothing in these is a mistake that the text shows, or the text does not tell.
SILENT = {
    "given layers": "        self.layers = [teacher]; self.more = layers",
    "made elsewhere": "        self.layers = [Block(), make()]",
    "registered by a container": (
        "        self.layers = [nn.Linear(1, 1)]\n        self.net = nn.Sequential(*self.layers)"
    ),
    "registered by name": (
        "        self.layers = [nn.Linear(1, 1)]\n"
        "        for i, each in enumerate(self.layers): self.add_module(f'{i}', each)"
    ),
    "nothing to train": "        self.acts = [nn.ReLU(), nn.Flatten()]; self.sizes = [1, 2]",
    "layers and more": "        self.pairs = [nn.Linear(1, 1), 'relu']",
    "frozen by hand": "        self.parts = [nn.Linear(1, 1).requires_grad_(False)]",
    "numbers of tensors": "        self.n = torch.ones(3).sum().item(); self.s = torch.eye(3).ndim",
    "parameters": "        self.w = nn.Parameter(torch.ones(3)); self.w.requires_grad_()",
    "computed from parameters": "        w = nn.Parameter(torch.ones(3)); self.w = w * 2",
    "no layer thrice": "        self.acts = [nn.ReLU()] * n; self.pads = [torch.ones(1)] * n",
    "a cache of forward": (
        "        self.seen = []\n    def forward(self, x):\n"
        "        self.last = torch.zeros(3); self.seen.append(x); return x"
    ),
    "dropout that is told": (
        "        pass\n    def forward(self, x, p=.5):\n"
        "        p = p if self.training else 0.\n        x = F.dropout(x, .5, self.training)\n"
        "        x = F.dropout(x, training=True)\n        x = F.alpha_dropout(x)\n"
        "        x = F.scaled_dot_product_attention(x, x, x, dropout_p=p)\n"
        "        return F.dropout(x, *layers), F.scaled_dot_product_attention(x, x, x)"
    ),
    "a loop of its own": (
        "        pass\n    def train(self, steps=100):\n        for _ in range(steps): pass"
    ),
    "a mode that is passed on": (
        "        pass\n    def train(self, mode=True):\n        nn.Module.train(self, mode)\n"
        "        return self\n    def eval(self):\n        return self.train(False)"
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_the_text_does_not_show_to_be_wrong_stays(name: str) -> None:
    text = f"{HEAD}{SILENT[name]}\n"
    assert [each.sentence for each in fixes(text)] == []


def test_a_run_may_tell_which_names_are_modules() -> None:
    text = f"{HEAD}        self.layers = [Block(n) for _ in range(n)]\n"
    assert [each.sentence for each in fixes(text, {"Block"})] == [
        "self.layers becomes an nn.ModuleList."
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("self.d = {1: nn.Linear(1, 1)}", "self.d stays a dict: its key 1 is no str"),
        ("self.d = {'a.b': nn.Linear(1, 1)}", "self.d stays a dict: its key 'a.b' contains a dot"),
        (
            "self.d = {}; self.d['type'] = nn.Linear(1, 1)",
            "self.d stays a dict: its key 'type' is a name that every module has",
        ),
        (
            "self.d = {each: nn.Linear(1, 1) for each in layers}",
            "self.d stays a dict: what is in layers, the text does not tell",
        ),
        (
            "self.d = {'a': nn.Linear(1, 1)}; self.d.get('a')",
            "self.d stays a dict: an nn.ModuleDict has no get()",
        ),
        (
            "self.l = [nn.Linear(1, 1)]; self.l.reverse()",
            "self.l stays a list: an nn.ModuleList has no reverse()",
        ),
        (
            "self.l = nn.Linear(1, 1); b = [self.l]; one = nn.Linear(1, 1); b += [one] * n; one(0)",
            "[one] * n stays one layer: one is used elsewhere, too",
        ),
        (
            "one = nn.Linear(1, 1); b = [one] * n",
            "[one] * n stays one layer: one is made in a line that has something else, too",
        ),
        (
            "if n:\n            one = nn.Linear(1, 1)\n        b = [one] * n",
            "[one] * n stays one layer: one is made inside of another statement",
        ),
        (
            "one = nn.Linear(1, 1) if n else nn.Linear(1, 2)\n        b = [one] * n",
            "[one] * n stays one layer: one is made by no call in this method",
        ),
        (
            "self.a = self.b = torch.ones(3)",
            "self.a stays a tensor: it is assigned together with others",
        ),
    ],
)
def test_what_has_no_mechanical_fix_says_why(body: str, why: str) -> None:
    text = f"{HEAD}        {body}\n"
    assert fixes(text) == []
    assert refusals(text)[0].why.startswith(why)


@pytest.mark.parametrize(
    ("body", "after"),
    [
        (
            "self.l = [nn.Linear(1, 1) for _ in range(n)] if n else None",
            "self.l = nn.ModuleList([nn.Linear(1, 1) for _ in range(n)]) if n else None",
        ),
        (
            "self.l = (None if n else list(nn.Linear(1, 1) for _ in layers))",
            "self.l = (None if n else nn.ModuleList(nn.Linear(1, 1) for _ in layers))",
        ),
        (
            "self.d = {'a': nn.Linear(1, 1)} if n > 2 else {} if n else None",
            "self.d = nn.ModuleDict({'a': nn.Linear(1, 1)}) if n > 2 "
            "else nn.ModuleDict() if n else None",
        ),
        (
            "self.l = [nn.Linear(1, 1)] if n else []",
            "self.l = nn.ModuleList([nn.Linear(1, 1)] if n else [])",
        ),
        (
            "l = [nn.Linear(1, 1)]; l = None; self.l = l",
            "l = [nn.Linear(1, 1)]; l = None; self.l = nn.ModuleList(l) if l is not None else None",
        ),
    ],
)
def test_what_may_be_none_stays_none_then(body: str, after: str) -> None:
    text = f"{HEAD}        {body}\n"
    assert fixed(text, fixes(text)) == f"{HEAD}        {after}\n"


def test_what_a_derived_class_would_break_stays() -> None:
    """`self.layers = []` over an nn.ModuleList raises TypeError."""
    derived = "class Deep(Net):\n    def __init__(self):\n        super().__init__(0, 0)\n"
    text = f"{HEAD}        self.layers = [nn.Linear(1, 1)]\n{derived}        self.layers = make()\n"
    assert fixes(text) == []
    assert [each.why for each in refusals(text)] == [
        "self.layers stays as it is: Deep derives from Net and assigns it anew."
    ]


def test_a_fix_that_needs_an_import_says_so() -> None:
    odd = ODD["comprehension, and no name for ModuleList"]
    assert [each.sentence for each in fixes(odd.text)] == [
        "self.layers becomes a ModuleList, which is imported."
    ]


def test_a_fix_says_where_it_is_and_stands_alone() -> None:
    text = f"{HEAD}        self.a = [nn.Linear(1, 1)]\n        self.b = torch.ones(3)\n"
    first, second = fixes(text)
    assert (first.class_name, first.name, first.line) == ("Net", "a", 10)
    assert second.sentence == "self.b becomes a buffer."
    assert first.source == text.replace("[nn.Linear(1, 1)]", "nn.ModuleList([nn.Linear(1, 1)])")
    assert fixed(text, [first, second]).count("\n") == text.count("\n")


def test_line_ends_stay_as_they_are() -> None:
    text = ODD["train and eval"].text.replace("\n", "\r\n")
    after = fixed(text, fixes(text))
    assert after == changed(ODD["train and eval"]).replace("\n", "\r\n")


@pytest.mark.parametrize("text", ["def", "x = 1", "", "\0", "class Net(nn.Module): pass"])
def test_a_text_without_models_has_no_fixes(text: str) -> None:
    assert fixes(text) == []


def test_what_is_known_by_name_is_what_pytorch_has() -> None:
    assert {name for name in dir(nn.ModuleDict()) if not name.startswith("_")} <= TAKEN
    layers = [kind for name, kind in vars(nn).items() if isinstance(kind, type) and name[0] != "_"]
    asked = [kind for kind in layers if issubclass(kind, nn.Module) and is_stateless(kind.__name__)]
    assert len(asked) > 80
    for kind in asked:
        names = set(kind.__init__.__code__.co_names) | set(kind.forward.__code__.co_names)
        assert not names & {"Parameter", "training"}, kind
