"""The books of a net, kept by hand and kept by PyTorch."""

import torch
from torch import nn


def weight(n_out, n_in):
    return torch.randn(n_out, n_in) / n_in**0.5


class ByHand:
    """A net that is no nn.Module, and keeps its own books."""

    def __init__(self):
        self.w1 = weight(20, 10).requires_grad_()
        self.b1 = torch.zeros(20, requires_grad=True)
        self.w2 = weight(5, 20).requires_grad_()
        self.b2 = torch.zeros(5, requires_grad=True)
        self.names = ["w1", "b1", "w2"]

    def __call__(self, x):
        x = torch.relu(x @ self.w1.T + self.b1)
        return x @ self.w2.T + self.b2

    def parameters(self):
        for name in self.names:
            yield getattr(self, name)

    def to(self, *args):
        for tensor in self.parameters():
            tensor.data = tensor.data.to(*args)

    def state_dict(self):
        return {name: getattr(self, name) for name in self.names}


class ByHandNet(ByHand, nn.Module):
    """For a page that asks modules: each answer is ByHand's own."""

    def __init__(self):
        nn.Module.__init__(self)
        ByHand.__init__(self)

    def double(self):
        self.to(torch.float64)


class ByModuleNet(nn.Module):
    """The same net, and nn.Module keeps the books."""

    def __init__(self):
        super().__init__()
        self.w1 = nn.Parameter(weight(20, 10))
        self.b1 = nn.Parameter(torch.zeros(20))
        self.w2 = nn.Parameter(weight(5, 20))
        self.b2 = nn.Parameter(torch.zeros(5))

    def forward(self, x):
        x = torch.relu(x @ self.w1.T + self.b1)
        return x @ self.w2.T + self.b2
