"""What fits a Sequential container, and what does not."""

from collections import OrderedDict

import torch
from torch import nn


class FunctionInSequential(nn.Module):
    """A stack with an activation between its layers."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(10, 20),
            torch.relu,
            nn.Linear(20, 5),
        )

    def forward(self, x):
        return self.layers(x)


class ModuleInSequential(nn.Module):
    """A stack with an activation between its layers."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(10, 20),
            nn.ReLU(),
            nn.Linear(20, 5),
        )

    def forward(self, x):
        return self.layers(x)


class NamedSequential(nn.Module):
    """A stack whose layers have names."""

    def __init__(self):
        super().__init__()
        layers = OrderedDict()
        layers["hidden"] = nn.Linear(10, 20)
        layers["act"] = nn.ReLU()
        layers["head"] = nn.Linear(20, 5)
        self.layers = nn.Sequential(layers)

    def forward(self, x):
        return self.layers(x)


class Peek(nn.Module):
    """Hands on what it gets, and prints its shape and its mean."""

    def forward(self, x):
        print(tuple(x.shape), f"mean {x.mean():.2f}")
        return x


class PeekingSequential(nn.Module):
    """A stack with a look at what passes through it."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(10, 20),
            Peek(),
            nn.ReLU(),
            Peek(),
            nn.Linear(20, 5),
        )

    def forward(self, x):
        return self.layers(x)


class StackNet(nn.Module):
    """Two layers in a stack."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 10), nn.Tanh())

    def forward(self, x):
        return self.layers(x)


class SkipNet(nn.Module):
    """Two layers in a stack, and a way around them."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 10), nn.Tanh())

    def forward(self, x):
        return x + self.layers(x)


class TwoInputSequential(nn.Module):
    """Compares two rows."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(20, 10), nn.ReLU())

    def forward(self, a, b):
        return self.layers(a, b)


class TwoInputNet(nn.Module):
    """Compares two rows."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(20, 10), nn.ReLU())

    def forward(self, a, b):
        return self.layers(torch.cat([a, b], dim=1))


class BranchNet(nn.Module):
    """One body, two heads."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 20), nn.ReLU())
        self.classes = nn.Linear(20, 5)
        self.value = nn.Linear(20, 1)

    def forward(self, x):
        features = self.body(x)
        return self.classes(features), self.value(features)
