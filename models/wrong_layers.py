"""Linear layers, each with the slip of somebody who wrote one."""

import torch
from torch import nn


class TransposedLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        weight = torch.randn(in_features, out_features)
        self.weight = nn.Parameter(weight)
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_features))
        else:
            self.bias = None

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias


class TensorLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = torch.randn(out_features, in_features)
        self.weight.requires_grad_()
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_features))
        else:
            self.bias = None

    def forward(self, x):
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias


class ForgetfulLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        weight = torch.randn(out_features, in_features)
        self.weight = nn.Parameter(weight)
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_features))
        else:
            self.bias = None

    def forward(self, x):
        return x @ self.weight.T


class StubbornLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        weight = torch.randn(out_features, in_features)
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return x @ self.weight.T + self.bias
