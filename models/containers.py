"""Layers in containers, PyTorch's own and Python's."""

import torch.nn.functional as F
from torch import nn


class SequentialNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(10, 20),
            nn.ReLU(),
            nn.Linear(20, 5),
        )

    def forward(self, x):
        return self.layers(x)


class BadListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = []
        self.layers.append(nn.Linear(10, 20))
        self.layers.append(nn.Linear(20, 5))

    def forward(self, x):
        x = F.relu(self.layers[0](x))
        return self.layers[1](x)


class ModuleListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        self.layers.append(nn.Linear(10, 20))
        self.layers.append(nn.Linear(20, 5))

    def forward(self, x):
        x = F.relu(self.layers[0](x))
        return self.layers[1](x)


class HalfListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = []
        for _ in range(3):
            self.hidden.append(nn.Linear(10, 10))
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.head(x)


class FullListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.ModuleList()
        for _ in range(3):
            self.hidden.append(nn.Linear(10, 10))
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.head(x)


class BadDictNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {}
        self.layers["hidden"] = nn.Linear(10, 20)
        self.layers["head"] = nn.Linear(20, 5)

    def forward(self, x):
        x = F.relu(self.layers["hidden"](x))
        return self.layers["head"](x)


class ModuleDictNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict()
        self.layers["hidden"] = nn.Linear(10, 20)
        self.layers["head"] = nn.Linear(20, 5)

    def forward(self, x):
        x = F.relu(self.layers["hidden"](x))
        return self.layers["head"](x)
