"""A linear layer written by hand, alone and in a stack."""

import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        weight = torch.empty(out_features, in_features)
        self.weight = nn.Parameter(weight)
        if bias:
            self.bias = nn.Parameter(torch.empty(out_features))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        if self.bias is not None:
            bound = 1 / self.weight.shape[1] ** 0.5
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x):
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        n_out, n_in = self.weight.shape
        return f"{n_in}, {n_out}, bias={self.bias is not None}"


class MyReLU(nn.Module):
    def forward(self, x):
        return torch.where(x <= 0, 0, x)


class MyLinearStack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            MyLinear(10, 20),
            MyReLU(),
            MyLinear(20, 5),
        )

    def forward(self, x):
        return self.layers(x)


class LinearStack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(10, 20),
            nn.ReLU(),
            nn.Linear(20, 5),
        )

    def forward(self, x):
        return self.layers(x)
