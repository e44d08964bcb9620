"""Layers to write yourself and to hold against PyTorch's own."""

import torch
from torch import nn


class YourLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        # weight: a Parameter of shape (out, in); bias: (out,) or None
        raise NotImplementedError

    def forward(self, x):
        # y = x Wᵀ + b
        raise NotImplementedError


class YourReLU(nn.Module):
    def forward(self, x):
        # x where it is positive, 0 where it is not
        raise NotImplementedError


class YourSigmoid(nn.Module):
    def forward(self, x):
        # 1 / (1 + exp(-x)), for x = -1000 too
        raise NotImplementedError


class YourTanh(nn.Module):
    def forward(self, x):
        # (exp(x) - exp(-x)) / (exp(x) + exp(-x)), for x = 1000 too
        raise NotImplementedError


class YourDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, x):
        # in training 0 with probability p, else x / (1 - p)
        raise NotImplementedError
