"""One layer under several names, ties that hold and ties that do not."""

import copy

import torch
from torch import nn
from torch.nn.utils import parametrizations, prune


class Repeated(nn.Module):
    def __init__(self):
        super().__init__()
        block = nn.Sequential(nn.Linear(6, 6), nn.ReLU())
        self.blocks = nn.Sequential(*[block] * 2)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.blocks(x))


class Copied(nn.Module):
    def __init__(self):
        super().__init__()
        block = nn.Sequential(nn.Linear(6, 6), nn.ReLU())
        self.blocks = nn.Sequential(*[copy.deepcopy(block) for _ in range(2)])
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.blocks(x))


class Template(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 6)
        self.layers = nn.ModuleList([copy.deepcopy(self.layer) for _ in range(2)])
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).tanh()
        return self.out(x)


class DataTie(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(6, 6)
        self.down = nn.Linear(6, 6)
        self.down.weight.data = self.up.weight.data

    def forward(self, x):
        return self.down(self.up(x).tanh())


class Tie(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(6, 6)
        self.down = nn.Linear(6, 6)
        self.down.weight = self.up.weight

    def forward(self, x):
        return self.down(self.up(x).tanh())


class Transposed(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(6, 4)
        self.back = self.up.weight.t() * 1.0

    def forward(self, x):
        return self.up(x).tanh() @ self.back.detach().t()


class TransposedEachTime(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(6, 4)

    def forward(self, x):
        return self.up(x).tanh() @ self.up.weight


class Parametrized(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = parametrizations.weight_norm(nn.Linear(6, 6))
        self.out = parametrizations.spectral_norm(nn.Linear(6, 2))

    def forward(self, x):
        return self.out(self.body(x))


class Pruned(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = prune.l1_unstructured(nn.Linear(6, 2), "weight", 0.5)

    def forward(self, x):
        return self.out(x)


class Teacher(nn.Module):
    """Hidden on purpose: frozen, in eval, and in a list so that it is not saved."""

    def __init__(self):
        super().__init__()
        self.teacher = [nn.Linear(6, 2).requires_grad_(False).eval()]
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        with torch.no_grad():
            wanted = self.teacher[0](x)
        return self.out(x) - wanted


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.DataParallel(nn.Linear(6, 6))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.body(x))


class DefaultLayer(nn.Module):
    """Python makes a default once: every model has the same norm."""

    def __init__(self, norm=nn.LayerNorm(6)):  # noqa: B008
        super().__init__()
        self.norm = norm
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.norm(x))


class ShallowCopies(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 6)
        self.second = copy.copy(self.first)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.second(self.first(x).relu()))
