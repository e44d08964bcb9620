"""The head of the notebook: how it builds and calls the model, and looks into it."""

HEAD = """\
import inspect
import io
import random
from collections import deque
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice

import numpy
import torch
from torch import nn
from torch.autograd import backward

@contextmanager
def line(title):
    try:
        yield
        print("pass", title)
    except Exception as error:
        print("FAIL", title, type(error).__name__, error)

def seeded(seed):
    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)

def switch(model, mode):
$switch

def build(mode="$mode", seed=$seed):
    seeded(seed)
    model = $call  # your model
    if mode:
        switch(model, mode)
    return model

def draw(seed=$seed):  # an input that it takes
    torch.manual_seed(seed)
$drawn
    return $names

def outputs(model, seed=$seed, given=None, **choice):  # the tensors that a forward returns
    $names = draw(seed if given is None else given)
    seeded(seed)
    return tensors_of(partial(model, **choice)($passed))

CONTAINERS = list, tuple, set, frozenset, deque

def inside(value):
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, CONTAINERS) else []

def tensors_of(output):
    if isinstance(output, torch.Tensor):
        return [output]
    parts = inside(output)
    if hasattr(output, "__dataclass_fields__"):
        parts = list(vars(output).values())
    return [tensor for each in parts for tensor in tensors_of(each)]

def leaves(outputs):  # what backward reaches, by id
    nodes, seen = [t.grad_fn for t in outputs], set()
    found = {id(t): t for t in outputs if t.requires_grad and t.is_leaf}
    while nodes:
        node = nodes.pop()
        if node is not None and node not in seen:
            seen.add(node)
            if hasattr(node, "variable") and not node.next_functions:
                found[id(node.variable)] = node.variable
            nodes += [after for after, _ in node.next_functions]
    return found

def of_input():  # sizes of leaves that a forward makes of its input, to take a slope along them
    model = build()
    pairs = zip(leaves(outputs(model)).values(), leaves(outputs(model, given=$other)).values())
    others = [(t, o) for t, o in pairs if t is not o and not isinstance(t, nn.Parameter)]
    return [t.numel() for t, o in others if not torch.equal(t, o)]

def are_of_input(unknown):
    return not unknown or len(unknown) <= len(of_input())

def reach(thing, path="", seen=None):  # what Python reaches, each with its path
    seen = {} if seen is None else seen
    if id(thing) in seen:
        return
    seen[id(thing)] = thing
    if isinstance(thing, (torch.Tensor, nn.Module)):
        yield path, thing
    named = {}
    if isinstance(thing, CONTAINERS):
        named = dict(enumerate(thing))
    elif isinstance(thing, dict):
        named = thing
    elif inspect.isfunction(thing):
        named = inspect.getclosurevars(thing).nonlocals
    elif isinstance(thing, nn.Module) or type(thing).__module__ == __name__:
        named = vars(thing)
    for name, value in list(named.items()):
        yield from reach(value, f"{path}.{name}", seen)

def tensors(model):
    return {path: each for path, each in reach(model) if isinstance(each, torch.Tensor)}

def trainable_in(model):
    return [t for t in tensors(model).values() if t.requires_grad and t.is_leaf]

def registered(model):  # what its registries hold, and those below, by id
    found, waiting = {}, [model]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in found:
            found[id(each)] = each
            if isinstance(each, nn.Module):
                for registry in ("_parameters", "_buffers", "_modules"):
                    waiting += vars(each)[registry].values()
    return found

def reads_mode(module):
    forward = getattr(type(module).forward, "__code__", None)
    return forward is not None and "training" in forward.co_names

def lost_in(value, model):  # what PyTorch does not know, and misses
    known = registered(model)
    lost = {id(each): each for _, each in reach(value) if id(each) not in known}
    for module in [each for each in lost.values() if isinstance(each, nn.Module)]:
        frozen = list(module.parameters())
        if frozen and not any(p.requires_grad for p in frozen):  # a teacher
            lost = {key: each for key, each in lost.items() if key not in registered(module)}
        elif not reads_mode(module):
            lost.pop(id(module), None)
    return lost

def may_be_routed(parameters, seen):  # one of a kind got a gradient, and another none
    kinds = {name: (name.rpartition(".")[2], p.shape) for name, p in parameters.items()}
    met = {kind for name, kind in kinds.items() if seen[name] is not None}
    return any(seen[name] is None and kind in met for name, kind in kinds.items())

def choices(model):  # other flags, keys and places that a caller may pass
    for name, p in inspect.signature(model.forward).parameters.items():
        if isinstance(p.default, bool):
            yield {name: not p.default}
        for each in model.modules():
            others = ()
            if isinstance(each, nn.ModuleDict) and isinstance(p.default, str):
                others = list(each)
            if isinstance(each, nn.ModuleList) and type(p.default) is int:
                others = range(len(each))
            if p.default in others:
                yield from ({name: other} for other in others if other != p.default)

def gradients():  # of three steps or more: None where there was none, False where each was 0
    model, seen = build(), {}
    keeps = any(t.grad_fn is not None for t in tensors(model).values())
    def step(y, seed):
        y = [t for t in y if t.requires_grad]
        parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
        for p in parameters.values():
            p.grad = None
        torch.manual_seed(seed + 1_000_003)
        targets = [torch.randn_like(t) for t in y]
        losses = [(t - target).abs().square().mean() for t, target in zip(y, targets)]
        backward(losses, retain_graph=keeps)
        torch.optim.SGD(parameters.values(), lr=0.01).step()
        for name, p in parameters.items():
            seen.setdefault(name, None)
            if p.grad is not None:
                seen[name] = bool(seen[name] or p.grad.any())
        return parameters
    for seed in range($seed, $seed + $most_steps):
        parameters = step(outputs(model, seed), seed)
        if seed + 1 >= $seed + $steps and not may_be_routed(parameters, seen):
            break
    if None in seen.values():
        for choice in islice(choices(model), $most_choices):
            with suppress(Exception):
                step(outputs(model, **choice), $seed)
    return seen
$nested"""

NESTED = """
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

SWITCH = "    getattr(model, mode)()"
# The checklist goes on where a model's own train() or eval() raises.
SWITCH_THAT_RAISES = """\
    try:
        getattr(model, mode)()
    except Exception as error:
        print(f"model.{mode}() raises", type(error).__name__, error)"""
