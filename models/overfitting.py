"""A wide net for a small task, without dropout and with it."""

from torch import nn


class WideNet(nn.Module):
    """Two wide layers and a head."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(10, 50),
            nn.ReLU(),
            nn.Linear(50, 50),
            nn.ReLU(),
            nn.Linear(50, 5),
        )

    def forward(self, x):
        return self.layers(x)


class WideDropoutNet(nn.Module):
    """Two wide layers and a head."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(10, 50),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(50, 50),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(50, 5),
        )

    def forward(self, x):
        return self.layers(x)
