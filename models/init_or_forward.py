"""A layer that is created in __init__, and two that are created in forward."""

from torch import nn


class LocalLayerNet(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        layer = nn.Linear(10, 5)
        return layer(x)


class LateLayerNet(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        self.layer = nn.Linear(10, 5)
        return self.layer(x)


class InitLayerNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        return self.layer(x)
