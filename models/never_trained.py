"""What never learns: parameters that no step reaches, and some that are not what they seem."""

import torch
from torch import nn


class DetachedNet(nn.Module):
    """A body and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        features = torch.tanh(self.body(x)).detach()
        return self.head(features)


class AttachedNet(nn.Module):
    """A body and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        features = torch.tanh(self.body(x))
        return self.head(features)


class MovedParameterNet(nn.Module):
    """A gate on each input, and a head."""

    def __init__(self, device="cpu"):
        super().__init__()
        gate = torch.rand(10)
        self.gate = nn.Parameter(gate).to(device)
        self.head = nn.Linear(10, 5, device=device)

    def forward(self, x):
        return self.head(x * self.gate)


class PlacedParameterNet(nn.Module):
    """A gate on each input, and a head."""

    def __init__(self, device="cpu"):
        super().__init__()
        gate = torch.rand(10)
        self.gate = nn.Parameter(gate.to(device))
        self.head = nn.Linear(10, 5, device=device)

    def forward(self, x):
        return self.head(x * self.gate)


class TemplateEncoder(nn.Module):
    """A Transformer of two layers."""

    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(
            d_model=10,
            nhead=2,
            dim_feedforward=20,
            batch_first=True,
        )
        self.encoder = nn.TransformerEncoder(self.layer, 2)

    def forward(self, x):
        return self.encoder(x)


class OwnLayersEncoder(nn.Module):
    """A Transformer of two layers."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(2):
            layer = nn.TransformerEncoderLayer(
                d_model=10,
                nhead=2,
                dim_feedforward=20,
                batch_first=True,
            )
            self.layers.append(layer)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class HiddenSkipNet(nn.Module):
    """A body with a skip around it."""

    skip = None

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(10, 10)
        self.skip = nn.Linear(10, 10)

    def forward(self, x):
        y = torch.tanh(self.body(x))
        if self.skip is not None:
            y = y + self.skip(x)
        return y


class SeenSkipNet(nn.Module):
    """A body with a skip around it."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(10, 10)
        self.skip = nn.Linear(10, 10)

    def forward(self, x):
        y = torch.tanh(self.body(x))
        if self.skip is not None:
            y = y + self.skip(x)
        return y
