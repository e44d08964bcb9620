"""Parameters that are none, and some that look as if they were none."""

import numpy as np
import torch
from torch import nn

DEVICE = torch.device("cpu")


class Negated(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift = -nn.Parameter(torch.ones(6))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x + self.shift)


class RequiresGrad(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift = torch.zeros(6, requires_grad=True)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x + self.shift)


class Registered(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(6))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x + self.shift)


class DeletedAndSet(Registered):
    def __init__(self):
        super().__init__()
        del self.shift
        self.shift = torch.ones(6)


class OnTheDevice(nn.Module):
    def __init__(self, device="cpu"):
        super().__init__()
        self.table = nn.Parameter(torch.ones(6, 6)).to(device=device, dtype=torch.float32)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x @ self.table)


class MadeOnTheDevice(nn.Module):
    def __init__(self, device="cpu"):
        super().__init__()
        self.table = nn.Parameter(torch.ones(6, 6, device=device))
        self.out = nn.Linear(6, 2, device=device)

    def forward(self, x):
        return self.out(x @ self.table)


class NumpyWeight(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = np.full((6, 6), 0.5, dtype=np.float32)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x @ torch.from_numpy(self.weight))


class OnTheDeviceOfTheFile(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.ones(6, 6)).to(DEVICE)
        self.out = nn.Linear(6, 2).to(DEVICE)

    def forward(self, x):
        return self.out(x @ self.table)


class MadeOnTheDeviceOfTheFile(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.ones(6, 6, device=DEVICE))
        self.out = nn.Linear(6, 2).to(DEVICE)

    def forward(self, x):
        return self.out(x @ self.table)


class ListWeight(nn.Module):
    def __init__(self):
        super().__init__()
        self.rows = [[float(i == j) for j in range(6)] for i in range(6)]
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x @ torch.tensor(self.rows))


class LateParameter(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = None
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        if self.scale is None:
            self.scale = nn.Parameter(torch.ones(x.shape[-1]))
        return self.out(x * self.scale)


class LocalLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(nn.Linear(6, 6)(x))


class Reassigned(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        self.out.weight = nn.Parameter(self.out.weight.detach() * 0.9)
        return self.out(x)


class Lazy(nn.Module):
    """Its weights have a size after the first call, and are registered all the time."""

    def __init__(self):
        super().__init__()
        self.body = nn.LazyLinear(6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.body(x))


class FrozenOnPurpose(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6).requires_grad_(False)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.body(x))


class PlainWeight(nn.Module):
    """Nothing is registered, and nothing could be trained."""

    def __init__(self):
        super().__init__()
        self.weight = torch.randn(6, 2)

    def forward(self, x):
        return x @ self.weight


class Temperature(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x) / self.scale.item()


class LazyInAList(nn.Module):
    """Its weights are made by the first forward, in a layer that no file has."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.heads = [nn.LazyLinear(2)]

    def forward(self, x):
        return self.heads[0](self.body(x))


class StartsFromTheFirstBatch(nn.Module):
    """An activation norm: its parameters begin with what the first batch needs."""

    def __init__(self):
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(6))
        self.register_buffer("ready", torch.tensor(False))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        if self.training and not self.ready:
            with torch.no_grad():
                self.shift.copy_(-x.mean(0))
                self.ready.fill_(True)
        return self.out(x + self.shift)
