"""Layers that act differently in training and in evaluation."""

import torch
import torch.nn.functional as F
from torch import nn


class MyDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        keep = 1 - self.p
        mask = torch.empty_like(x).bernoulli_(keep)
        return x * (mask / keep if keep else mask)

    def extra_repr(self):
        return f"p={self.p}"


class DropoutNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.norm = nn.BatchNorm1d(20)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        x = F.relu(self.norm(self.hidden(x)))
        return self.head(self.dropout(x))


class DropoutListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)
        self.dropouts = []
        self.dropouts.append(nn.Dropout(0.2))
        self.dropouts.append(nn.Dropout(0.5))

    def forward(self, x):
        x = F.relu(self.hidden(self.dropouts[0](x)))
        return self.head(self.dropouts[1](x))


class DropoutModuleListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)
        self.dropouts = nn.ModuleList()
        self.dropouts.append(nn.Dropout(0.2))
        self.dropouts.append(nn.Dropout(0.5))

    def forward(self, x):
        x = F.relu(self.hidden(self.dropouts[0](x)))
        return self.head(self.dropouts[1](x))


class ForgetfulDropoutNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        x = F.dropout(x, 0.5)
        return self.head(x)


class AttentiveDropoutNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        x = F.dropout(x, 0.5, self.training)
        return self.head(x)


class BatchNormListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)
        self.norms = []
        self.norms.append(nn.BatchNorm1d(10))
        self.norms.append(nn.BatchNorm1d(20))

    def forward(self, x):
        x = self.hidden(self.norms[0](x))
        return self.head(F.relu(self.norms[1](x)))


class BatchNormModuleListNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 20)
        self.head = nn.Linear(20, 5)
        self.norms = nn.ModuleList()
        self.norms.append(nn.BatchNorm1d(10))
        self.norms.append(nn.BatchNorm1d(20))

    def forward(self, x):
        x = self.hidden(self.norms[0](x))
        return self.head(F.relu(self.norms[1](x)))
