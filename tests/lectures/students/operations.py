"""What forward does with its inputs itself tells their sizes: no layer is asked first."""

import functools

import torch
import torch.nn.functional as F
from torch import nn


class BatchedProduct(nn.Module):
    """Of two inputs, each sample with its own matrix."""

    def __init__(self):
        super().__init__()
        self.left = nn.Linear(6, 5)
        self.right = nn.Linear(7, 3)

    def forward(self, a, b):
        return torch.bmm(self.left(a), self.right(b))


class Memory(nn.Module):
    """Rows that are put beside what was learnt."""

    def __init__(self):
        super().__init__()
        self.slots = nn.Parameter(torch.randn(4, 9))

    def forward(self, x):
        return torch.cat([self.slots, x], dim=0)


class Wide(nn.Module):
    """Two inputs side by side: as many rows, and of each its own number of columns."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(5, 8)
        self.b = nn.Linear(6, 8)

    def forward(self, a, b):
        return torch.stack([self.a(a), self.b(b)], 1)


class Folded(nn.Module):
    """A row becomes a picture, whose size is fixed."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3, 8, 8))

    def forward(self, x):
        return x.view(-1, 3, 8, 8) * self.scale


class FixedBatch(nn.Module):
    """The shape of all that is given is written down."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(6))

    def forward(self, x):
        return x.reshape(5, 6) * self.scale


class Prototypes(nn.Module):
    """The distance from each of a few vectors."""

    def __init__(self):
        super().__init__()
        self.points = nn.Parameter(torch.randn(3, 11))

    def forward(self, x):
        return F.mse_loss(x.unsqueeze(1).expand(-1, 3, -1), self.points.expand(len(x), 3, 11))


class Chances(nn.Module):
    """A loss that takes numbers between 0 and 1 alone."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 1)

    def forward(self, x, chance):
        return F.binary_cross_entropy(torch.sigmoid(self.out(x)), chance)


class Masked(nn.Module):
    """Some places of the answer are left out."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 4)

    def forward(self, x, mask):
        return self.out(x).masked_fill(mask, 0.0)


class Unpacks(nn.Module):
    """Four sizes are taken from the shape."""

    def __init__(self):
        super().__init__()
        self.out = nn.LazyLinear(2)

    def forward(self, x):
        b, c, h, w = x.shape
        return self.out(x.reshape(b, c * h * w))


class Picks(nn.Module):
    """Rows of a table, by their numbers."""

    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.randn(5, 3))

    def forward(self, rows):
        return self.table[rows]


class HeadsByHand(nn.Module):
    """Attention whose products are written as an equation."""

    def __init__(self):
        super().__init__()
        self.queries = nn.Linear(12, 12)
        self.keys = nn.Linear(12, 12)

    def forward(self, x):
        return torch.einsum("bik,bjk->bij", self.queries(x), self.keys(x)).softmax(-1)


class ChannelsLast(nn.Module):
    """The channels are put in the second place by hand."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(6, 4, 3)

    def forward(self, x):
        return self.conv(x.permute(0, 2, 1))


class Enlarges(nn.Module):
    """A picture of twice the size, without a layer."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.gain * F.interpolate(x, scale_factor=2, mode="bilinear")


class Mixes(nn.Module):
    """A matrix product from the right, of what was learnt with what is given."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Parameter(torch.randn(7, 7))

    def forward(self, x):
        return self.mix @ x


class HiddenMatrix(nn.Module):
    """The matrix is an argument that a partial keeps, and the layer after it tells nothing."""

    def __init__(self):
        super().__init__()
        self.project = functools.partial(F.linear, weight=torch.randn(8, 6, requires_grad=True))
        self.out = nn.Linear(8, 2)

    def forward(self, x):
        return self.out(self.project(x))


class SeveralInputs(nn.Module):
    """It sums over however many inputs there are, and none is not what is meant."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, *inputs, scale=1.0, **options):
        return sum(self.out(x) for x in inputs) * scale


class Capsules(nn.Module):
    """Each of six capsules of four numbers votes for each of three, by a matrix for each pair."""

    def __init__(self):
        super().__init__()
        self.votes = nn.Parameter(torch.randn(6, 3, 4, 5))

    def forward(self, capsules):
        return torch.einsum("bij,ikjl->bkl", capsules, self.votes)
