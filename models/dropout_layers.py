"""One dropout layer in many forms: right, wrong, and by the channel."""

import torch
import torch.nn.functional as F
from torch import nn


class TorchDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        return self.dropout(x)


class NaiveDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        mask = torch.empty_like(x).bernoulli_(1 - self.p)
        return x * mask


class ForgetfulDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, x):
        return F.dropout(x, self.p)


class AttentiveDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, x):
        return F.dropout(x, self.p, self.training)


class ListDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.layers = [nn.Dropout(p)]

    def forward(self, x):
        return self.layers[0](x)


class RowDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.dropout = nn.Dropout1d(p)

    def forward(self, x):
        return self.dropout(x)


class ChannelDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.dropout = nn.Dropout2d(p)

    def forward(self, x):
        return self.dropout(x)


class TorchAlphaDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.dropout = nn.AlphaDropout(p)

    def forward(self, x):
        return self.dropout(x)
