"""Keys that a file gets, and numbers that a move changes."""

import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm


class CompiledNet(nn.Module):
    """A compiled body and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(10, 20)
        self.body = torch.compile(self.body)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


class CompiledInPlaceNet(nn.Module):
    """A compiled body and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(10, 20)
        self.body.compile()
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


class PlainNet(nn.Module):
    """A body and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


class WeightNormNet(nn.Module):
    """A body and a head."""

    def __init__(self):
        super().__init__()
        self.body = weight_norm(nn.Linear(10, 20))
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


class TotalBufferNet(nn.Module):
    """Divides by a total, which is not trained."""

    def __init__(self):
        super().__init__()
        self.register_buffer("total", torch.tensor(70000.0))
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(x / self.total)


class TotalNumberNet(nn.Module):
    """Divides by a total, which is not trained."""

    def __init__(self):
        super().__init__()
        self.total = 70000.0
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(x / self.total)


class FrozenTableNet(nn.Module):
    """A table that nobody is to train, and a head."""

    def __init__(self):
        super().__init__()
        table = torch.randn(6, 10)
        self.table = nn.Parameter(table, requires_grad=False)
        self.head = nn.Linear(10, 5)
        self.requires_grad_(True)

    def forward(self, x):
        return self.head(x + self.table)


class BufferTableNet(nn.Module):
    """A table that nobody is to train, and a head."""

    def __init__(self):
        super().__init__()
        table = torch.randn(6, 10)
        self.register_buffer("table", table)
        self.head = nn.Linear(10, 5)
        self.requires_grad_(True)

    def forward(self, x):
        return self.head(x + self.table)
