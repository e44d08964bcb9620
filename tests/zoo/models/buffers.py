"""Constants and statistics: registered, plain, aliased, made by forward."""

import torch
from torch import nn


class PlainConstant(nn.Module):
    def __init__(self):
        super().__init__()
        self.mean = torch.full((6,), 0.5)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x - self.mean)


class BufferedConstant(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.full((6,), 0.5))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x - self.mean)


class ConstantsInATuple(nn.Module):
    def __init__(self):
        super().__init__()
        self.stats = (torch.zeros(6), torch.ones(6))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out((x - self.stats[0]) / self.stats[1])


class Aliased(BufferedConstant):
    def __init__(self):
        super().__init__()
        self.constants = {"mean": self.mean}

    def forward(self, x):
        return self.out(x - self.constants["mean"])


class RunningMean(nn.Module):
    """Statistics by hand, in a plain attribute that forward replaces."""

    def __init__(self):
        super().__init__()
        self.mean = torch.zeros(6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(0)
        return self.out(x - self.mean)


class MaskOfTheFirstCall(nn.Module):
    def __init__(self):
        super().__init__()
        self.keep = None
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        if self.keep is None:
            self.keep = torch.ones(6)
        return self.out(x * self.keep)


class MaskReserved(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("keep", None)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        if self.keep is None:
            self.keep = torch.ones(6)
        return self.out(x * self.keep)


class KeepsActivations(nn.Module):
    """What a forward leaves behind for a plot is nobody's state."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        self.seen = self.body(x)
        return self.out(self.seen.relu())


class NotPersistent(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("grid", torch.arange(6.0), persistent=False)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x + self.grid)


class NotPersistentAndRandom(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("basis", torch.randn(6, 6), persistent=False)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x @ self.basis)


class Observed(nn.Module):
    """The largest value of the training, in a number that no file has."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)
        self.largest = 1.0

    def forward(self, x):
        if self.training:
            self.largest = max(self.largest, x.abs().max().item())
        return self.out(x / self.largest)


class KeepsForLater(nn.Module):
    def __init__(self):
        super().__init__()
        self.kept = {}
        self.body = nn.Linear(6, 6)
        self.body.register_forward_hook(self.keep)
        self.out = nn.Linear(6, 2)

    def keep(self, module, inputs, output):
        self.kept["body"] = output.detach()

    def forward(self, x):
        return self.out(self.body(x))


class Waves(nn.Module):
    def __init__(self):
        super().__init__()
        self.waves = None
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        if self.waves is None or self.waves.device != x.device or self.waves.dtype != x.dtype:
            self.waves = torch.arange(6, device=x.device, dtype=x.dtype).cos()
        return self.out(x * self.waves)
