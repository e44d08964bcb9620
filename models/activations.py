"""Activations written from their formulas, those that overflow included."""

import torch
from torch import nn


class MyReLU(nn.Module):
    def forward(self, x):
        return torch.where(x <= 0, 0, x)


class NaiveReLU(nn.Module):
    def forward(self, x):
        return torch.where(x > 0, x, 0)


class MySigmoid(nn.Module):
    def forward(self, x):
        return 1 / (1 + torch.exp(-x.clamp(min=-80)))


class NaiveSigmoid(nn.Module):
    def forward(self, x):
        return 1 / (1 + torch.exp(-x))


class MyTanh(nn.Module):
    def forward(self, x):
        grown = torch.expm1(2 * x.clamp(-40, 40))
        return grown / (grown + 2)


class NaiveTanh(nn.Module):
    def forward(self, x):
        up, down = torch.exp(x), torch.exp(-x)
        return (up - down) / (up + down)


class MyGELU(nn.Module):
    def forward(self, x):
        return x * (1 + torch.erf(x / 2**0.5)) / 2


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)
