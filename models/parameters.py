"""A tensor as an attribute, as a parameter and as a buffer."""

import torch
import torch.nn.functional as F
from torch import nn


class BadLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.randn(10, 10, requires_grad=True)

    def forward(self, x):
        return x @ self.weight


class GoodLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(10, 10))

    def forward(self, x):
        return x @ self.weight


class DemoModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.randn(10, requires_grad=True)
        self.shift = nn.Parameter(torch.randn(10))

    def forward(self, x):
        return x * self.scale + self.shift


class TwoParameterModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.randn(10))
        self.shift = nn.Parameter(torch.randn(10))

    def forward(self, x):
        return x * self.scale + self.shift


class NotAModule:
    def __init__(self):
        self.weight = torch.randn(10, 10, requires_grad=True)

    def __call__(self, x):
        return x @ self.weight


class RealModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(10, 10))

    def forward(self, x):
        return x @ self.weight


class PlainPartNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = NotAModule()
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(F.relu(self.part(x)))


class ModulePartNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = RealModule()
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(F.relu(self.part(x)))


class TableNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.randn(6, 10)
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(x + self.table)


class BufferNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.randn(6, 10))
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(x + self.table)


class TransientBufferNet(nn.Module):
    def __init__(self):
        super().__init__()
        table = torch.randn(6, 10)
        self.register_buffer("table", table, persistent=False)
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(x + self.table)
