"""The pre-flight checklist as Python that a student can paste into a notebook."""

import textwrap
from collections.abc import Iterable
from string import Template
from typing import NamedTuple

from torch import Tensor

from rollcall.experiments.subject import ModelFactory


class Line(NamedTuple):
    """One line of the checklist in Python."""

    title: str
    python: str  # what stands on the page
    block: str  # what the notebook asserts in its place


HEAD = """\
from contextlib import contextmanager

import torch
from torch import nn

@contextmanager
def line(title):
    try:
        yield
        print("pass", title)
    except Exception as error:
        print("FAIL", title, type(error).__name__, error)

def build(seed=$seed):
    torch.manual_seed(seed)
    return $call.$mode()  # your model

def leaves(output):  # what backward reaches
    nodes, seen, found = [output.grad_fn], set(), {}
    while nodes:
        node = nodes.pop()
        if node is not None and node not in seen:
            seen.add(node)
            if hasattr(node, "variable"):
                found[id(node.variable)] = node.variable
            nodes += [after for after, _ in node.next_functions]
    return found

def tensors(thing, seen):  # what Python reaches
    if id(thing) in seen:
        return
    seen[id(thing)] = thing
    if isinstance(thing, torch.Tensor):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from tensors(value, seen)
    elif isinstance(thing, (list, tuple, set)):
        for value in thing:
            yield from tensors(value, seen)
    elif isinstance(thing, nn.Module) or type(thing).__module__ == __name__:
        yield from tensors(vars(thing), seen)

def inside(value):
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple, set)) else ()

torch.manual_seed($seed)
x = $example  # an input that it takes
model = build()
"""

LINES: dict[str, Line] = {
    "printed": Line(
        "print shows every layer",
        "print(model)",
        """
        print(model)
        model, called = build(), []
        before = set(model.modules())
        def note(module, *_):
            called.append(module)
        with nn.modules.module.register_module_forward_hook(note):
            model(x)
        def reads_mode(module):
            return "training" in module.forward.__code__.co_names
        assert not [m for m in set(called) - before if m.state_dict() or reads_mode(m)]
        """,
    ),
    "parameters": Line(
        "parameters() is not empty",
        "list(model.named_parameters())",
        "assert list(build().named_parameters())",
    ),
    "counted": Line(
        "the count is complete",
        "sum(p.numel() for p in model.parameters())",
        """
        model = build()
        trainable = {id(p) for p in model.parameters() if p.requires_grad}
        assert trainable == set(leaves(model(x)))
        """,
    ),
    "containers": Line(
        "containers are registered",
        '[k for k in vars(model) if k[0] != "_"]',
        """
        hidden = [
            key
            for module in build().modules()
            for key, value in vars(module).items()
            if not key.startswith("_")
            and any(isinstance(v, (nn.Module, torch.Tensor)) for v in inside(value))
        ]
        assert not hidden, hidden
        """,
    ),
    "moved": Line(
        "$together after .$to",
        "model.$to(x.$to)",
        """
        model = build().$to
        model(x.$to)
        assert all(t.$attribute == $target for t in tensors(model, {}) if t.is_floating_point())
        """,
    ),
    "held": Line(
        "the optimizer holds every one",
        "torch.optim.SGD(model.parameters())",
        """
        model = build()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        assert set(leaves(model(x))) <= held
        """,
    ),
    "stepped": Line(
        "one step changes each",
        "loss.backward(); optimizer.step()",
        """
        model = build()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        y = model(x)
        trainable = leaves(y) | {id(p): p for p in model.parameters()}
        before = [(t, t.detach().clone()) for t in trainable.values()]
        y.square().mean().backward()
        optimizer.step()
        still = [t for t, old in before if torch.equal(t, old)]
        assert not [t for t in still if t.grad is None or t.grad.abs().max() > 1e-6]
        """,
    ),
    "round_trip": Line(
        "state_dict round trip reproduces it",
        "fresh.load_state_dict(model.state_dict())",
        """
        model, fresh = build().eval(), build(seed=$other).eval()
        model(x.clone())  # a lazy layer gets its weights
        print(fresh.load_state_dict(model.state_dict()))
        torch.manual_seed($seed)
        before = model(x.clone())
        torch.manual_seed($seed)
        torch.testing.assert_close(fresh(x.clone()), before, rtol=0, atol=0, equal_nan=True)
        """,
    ),
    "agreeing": Line(
        "two eval forwards agree",
        "model.eval(); model(x), model(x)",
        """
        model = build().eval()
        first, second = model(x.clone()), model(x.clone())
        torch.testing.assert_close(second, first, rtol=0, atol=0, equal_nan=True)
        """,
    ),
    "traced": Line(
        "torch.fx traces it", "torch.fx.symbolic_trace(model)", "torch.fx.symbolic_trace(build())"
    ),
    "exported": Line(
        "torch.export lifts none of it",
        "torch.export.export(model, (x,))",
        """
        model = build()
        program = torch.export.export(model, (x,), strict=False)
        known = {t.data_ptr() for t in [*model.parameters(), *model.buffers()]}
        hidden = {t.data_ptr() for t in tensors(model, {})} - known
        lifted = [name for name, t in program.constants.items() if t.data_ptr() in hidden]
        assert not lifted, lifted
        used = leaves(build()(x)).values()
        assert sum(p.numel() for p in program.parameters()) >= sum(t.numel() for t in used)
        """,
    ),
}


class Notebook:
    """The checklist written for one model.

    Args:
        factory: the model; its class is expected in the notebook already.
        mode: of `train()` or `eval()`, what is called on it.
        example: the input that the page used; the notebook draws the same.
        device: where `.to()` sends the model; on the CPU it becomes float64.
    """

    def __init__(self, factory: ModelFactory, mode: str, example: Tensor, device: str) -> None:
        self._words = {
            "seed": str(factory.seed),
            "other": str(factory.seed ^ 1),
            "call": f"{factory.card.class_name}({', '.join(map(repr, factory.card.args))})",
            "mode": mode,
            "example": _drawing(example),
            "to": f'to("{device}")',
            "together": "one device",
            "attribute": "device",
            "target": f'torch.device("{device}")',
        }
        if device == "cpu":
            self._words |= {
                "to": "double()",
                "together": "one dtype",
                "attribute": "dtype",
                "target": "torch.float64",
            }

    def line(self, name: str) -> Line:
        """One line of the checklist, for this model."""
        title, python, block = LINES[name]
        texts = (title, python, textwrap.dedent(block).strip())
        return Line(*(Template(text).substitute(self._words) for text in texts))

    def text(self, names: Iterable[str]) -> str:
        """The whole notebook; a line that does not concern this model is left out."""
        blocks = [Template(HEAD).substitute(self._words)]
        for name in names:
            title, _, block = self.line(name)
            blocks.append(f'with line("{title}"):\n{textwrap.indent(block, "    ")}\n')
        return "\n".join(blocks)


def _drawing(example: Tensor) -> str:
    shape = ", ".join(map(str, example.shape))
    if example.is_floating_point():
        return f"torch.randn({shape})"
    return f"torch.randint({int(example.max()) + 1}, ({shape}))"
