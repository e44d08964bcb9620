"""Models that run and are broken: each waits for somebody who repairs it."""

import torch
import torch.nn.functional as F
from torch import nn


class YourListNet(nn.Module):
    def __init__(self):
        super().__init__()
        # TODO: let the optimizer find both layers
        self.layers = [nn.Linear(10, 20), nn.Linear(20, 5)]

    def forward(self, x):
        first, second = self.layers
        return second(F.relu(first(x)))


class YourLayer(nn.Module):
    def __init__(self):
        super().__init__()
        # TODO: let the optimizer step the weight
        self.weight = torch.randn(10, 10, requires_grad=True)

    def forward(self, x):
        return x @ self.weight


class YourDropoutNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        # TODO: drop in training, and never after eval()
        return self.head(F.dropout(x, 0.5))


class YourTableNet(nn.Module):
    def __init__(self):
        super().__init__()
        # TODO: move and save the table, and never train it
        self.table = torch.randn(6, 10)
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        return self.head(x + self.table)
