"""What the notebook says: its head, and each line of the checklist in Python."""

from typing import NamedTuple


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
$nested$drawn  # an input that it takes
model = build()
"""

NESTED = """\
def each(change, thing):  # of the tensors in it
    if isinstance(thing, torch.Tensor):
        return change(thing)
    if isinstance(thing, dict):
        return {key: each(change, value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return type(thing)(each(change, value) for value in thing)
    return thing

def move(tensor):
    return $move

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
            model($passed)
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
        assert trainable == set(leaves(model($passed)))
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
        "model.$to($moved)",
        """
        model = build().$to
        model($moved)
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
        assert set(leaves(model($passed))) <= held
        """,
    ),
    "stepped": Line(
        "one step changes each",
        "loss.backward(); optimizer.step()",
        """
        model = build()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        y = model($passed)
        trainable = leaves(y) | {id(p): p for p in model.parameters()}
        before = [(t, t.detach().clone()) for t in trainable.values()]
        y.square().mean().backward()
        optimizer.step()
        still = [t for t, old in before if torch.equal(t, old)]
        assert len(still) < len(before)
        assert not [t for t in still if t.grad is not None and t.grad.abs().max() > 1e-6]
        for _ in range(3):  # an input may leave out what another one reaches
            $drawn_again
            model($passed).square().mean().backward()
        assert not [t for t in still if t.grad is None or not t.grad.any()]
        """,
    ),
    "round_trip": Line(
        "state_dict round trip reproduces it",
        "fresh.load_state_dict(model.state_dict())",
        """
        model, fresh = build().eval(), build(seed=$other).eval()
        model($copied)  # a lazy layer gets its weights
        print(fresh.load_state_dict(model.state_dict()))
        torch.manual_seed($seed)
        before = model($copied)
        torch.manual_seed($seed)
        torch.testing.assert_close(fresh($copied), before, rtol=0, atol=0, equal_nan=True)
        """,
    ),
    "agreeing": Line(
        "two eval forwards agree",
        "model.eval(); model($passed), model($passed)",
        """
        model = build().eval()
        first, second = model($copied), model($copied)
        torch.testing.assert_close(second, first, rtol=0, atol=0, equal_nan=True)
        """,
    ),
    "traced": Line(
        "torch.fx traces it", "torch.fx.symbolic_trace(model)", "torch.fx.symbolic_trace(build())"
    ),
    "exported": Line(
        "torch.export lifts none of it",
        "torch.export.export(model, $exported)",
        """
        model = build()
        program = torch.export.export(model, $exported, strict=False)
        known = {t.data_ptr() for t in [*model.parameters(), *model.buffers()]}
        hidden = {t.data_ptr() for t in tensors(model, {})} - known
        lifted = [name for name, t in program.constants.items() if t.data_ptr() in hidden]
        assert not lifted, lifted
        used = leaves(build()($passed)).values()
        assert sum(p.numel() for p in program.parameters()) >= sum(t.numel() for t in used)
        """,
    ),
}
