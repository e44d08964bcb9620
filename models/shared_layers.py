"""One layer under several names, and two parameters over one memory."""

import torch
from torch import nn


class RepeatedNet(nn.Module):
    """Three layers, one after the other."""

    def __init__(self):
        super().__init__()
        layers = [nn.Linear(10, 10)] * 3
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return x


class ThreeLayerNet(nn.Module):
    """Three layers, one after the other."""

    def __init__(self):
        super().__init__()
        layers = [nn.Linear(10, 10) for _ in range(3)]
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return x


class DataTieNet(nn.Module):
    """Two layers that share one weight."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(10, 10)
        self.second = nn.Linear(10, 10)
        self.second.weight.data = self.first.weight.data

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)))


class ParameterTieNet(nn.Module):
    """Two layers that share one weight."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(10, 10)
        self.second = nn.Linear(10, 10)
        self.second.weight = self.first.weight

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)))
