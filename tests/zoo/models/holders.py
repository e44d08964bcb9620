"""Layers and tensors where no container shows them."""

import functools
from collections import defaultdict
from dataclasses import dataclass, field

import torch
from torch import nn

SHARED = nn.Linear(6, 6)


class Partial(nn.Module):
    def __init__(self):
        super().__init__()
        weight = torch.ones(6, 6, requires_grad=True)
        self.project = functools.partial(torch.matmul, other=weight)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.project(x))


class BoundMethod(nn.Module):
    def __init__(self):
        super().__init__()
        self.call = nn.Linear(6, 6).forward
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.call(x))


class Default(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x, layer=nn.Linear(6, 6)):
        return self.out(layer(x))


class Global(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(SHARED(x))


class ClassAttribute(nn.Module):
    body = nn.Linear(6, 6)

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.body(x))


@dataclass
class Weights:
    rows: torch.Tensor = field(default_factory=lambda: torch.ones(6, 6, requires_grad=True))


class InADataclass(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = Weights()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x @ self.weights.rows)


class Slotted:
    __slots__ = ("layer",)

    def __init__(self):
        self.layer = nn.Linear(6, 6)


class InSlots(nn.Module):
    def __init__(self):
        super().__init__()
        self.holder = Slotted()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.holder.layer(x))


class ForwardReplaced(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)
        adapter, plain = nn.Linear(6, 6), self.out.forward
        self.out.forward = lambda x: plain(adapter(x))

    def forward(self, x):
        return self.out(x)


class Hooked(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)
        scale = nn.Parameter(torch.ones(2))
        self.out.register_forward_hook(lambda module, given, answer: answer * scale)

    def forward(self, x):
        return self.out(x)


class Cached(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    @functools.lru_cache(maxsize=2)
    def layer(self, width):
        return nn.Linear(width, width)

    def forward(self, x):
        return self.out(self.layer(6)(x))


class PartOfAnObject(nn.Module):
    """The holder is a module itself: all is registered."""

    def __init__(self):
        super().__init__()
        self.holder = nn.Module()
        self.holder.layer = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.holder.layer(x))


class Parent(nn.Module):
    """A child that knows its parent hides nothing."""

    def __init__(self):
        super().__init__()
        self.child = nn.Linear(6, 2)
        self.child.parents = [self]

    def forward(self, x):
        return self.child(x)


class HeadsOnDemand(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.heads = defaultdict(lambda: nn.Linear(6, 2))

    def forward(self, x, task="digits"):
        return self.heads[task](self.body(x))


class UsedUp(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = map(nn.Linear, (6, 6), (6, 6))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.out(x)


class PastSetattr(nn.Module):
    def __init__(self):
        super().__init__()
        object.__setattr__(self, "body", nn.Linear(6, 6))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.body(x))
