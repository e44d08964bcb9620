"""What eval() and requires_grad_() leave on, and a dropout that was never on."""

import torch
import torch.nn.functional as F
from torch import nn


class ForgetfulAttention(nn.Module):
    """Self-attention with dropout."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(10, 30)
        self.p = 0.5

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        p = self.p
        return F.scaled_dot_product_attention(q, k, v, dropout_p=p)


class AttentiveAttention(nn.Module):
    """Self-attention with dropout."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(10, 30)
        self.p = 0.5

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        p = self.p if self.training else 0.0
        return F.scaled_dot_product_attention(q, k, v, dropout_p=p)


class FrozenBodyNet(nn.Module):
    """A frozen body and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 20), nn.BatchNorm1d(20))
        self.body.requires_grad_(False)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(F.relu(self.body(x)))


class StillBodyNet(nn.Module):
    """A frozen body and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 20), nn.BatchNorm1d(20))
        self.body.requires_grad_(False)
        self.head = nn.Linear(20, 5)

    def train(self, mode=True):
        super().train(mode)
        self.body.eval()
        return self

    def forward(self, x):
        return self.head(F.relu(self.body(x)))


class OneLayerLSTM(nn.Module):
    """An LSTM with dropout, and a head."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(10, 20, num_layers=1, dropout=0.5)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.head(y)


class TwoLayerLSTM(nn.Module):
    """An LSTM with dropout, and a head."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(10, 20, num_layers=2, dropout=0.5)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.head(y)


class TrainMethodNet(nn.Module):
    """A net that brings its own training loop."""

    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(10, 5)

    def train(self, steps=100):
        optimizer = torch.optim.SGD(self.parameters(), lr=0.1)
        for _ in range(steps):
            optimizer.zero_grad()
            self(torch.randn(4, 10)).square().mean().backward()
            optimizer.step()

    def forward(self, x):
        return self.head(self.dropout(x))


class FitMethodNet(nn.Module):
    """A net that brings its own training loop."""

    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(10, 5)

    def fit(self, steps=100):
        optimizer = torch.optim.SGD(self.parameters(), lr=0.1)
        for _ in range(steps):
            optimizer.zero_grad()
            self(torch.randn(4, 10)).square().mean().backward()
            optimizer.step()

    def forward(self, x):
        return self.head(self.dropout(x))


class BatchStatisticsNet(nn.Module):
    """A batch norm between two layers."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.norm = nn.BatchNorm1d(20, track_running_stats=False)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(F.relu(self.norm(self.hidden(x))))


class RunningStatisticsNet(nn.Module):
    """A batch norm between two layers."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.norm = nn.BatchNorm1d(20)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(F.relu(self.norm(self.hidden(x))))


class PictureDropout(nn.Module):
    """Drops whole pictures of one sample: (picture, row, column)."""

    def __init__(self, p=0.5):
        super().__init__()
        self.dropout = nn.Dropout2d(p)

    def forward(self, x):
        return self.dropout(x)


class BatchedPictureDropout(nn.Module):
    """Drops whole pictures of one sample: (picture, row, column)."""

    def __init__(self, p=0.5):
        super().__init__()
        self.dropout = nn.Dropout2d(p)

    def forward(self, x):
        return self.dropout(x[None])[0]
