"""train(), eval(), and what draws random numbers."""

import random

import torch
import torch.nn.functional as F
from torch import nn


class HiddenDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.drops = [nn.Dropout(0.5)]
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.drops[0](x))


class HiddenNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.norms = (nn.BatchNorm1d(6),)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.norms[0](x))


class FunctionalDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(F.dropout(x, 0.5))


class FunctionalDropoutHeard(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(F.dropout(x, 0.5, self.training))


class AttentionDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(6, 18)

    def forward(self, x):
        q, k, v = self.qkv(x)[None].chunk(3, -1)
        return F.scaled_dot_product_attention(q, k, v, dropout_p=0.3)[0]


class AttentionDropoutHeard(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(6, 18)

    def forward(self, x):
        q, k, v = self.qkv(x)[None].chunk(3, -1)
        p = 0.3 if self.training else 0.0
        return F.scaled_dot_product_attention(q, k, v, dropout_p=p)[0]


class SkipsByPython(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        if random.random() < 0.5:
            x = x + self.body(x)
        return self.out(x)


class Noise(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x + 0.1 * torch.randn_like(x))


class NoiseInTraining(Noise):
    def forward(self, x):
        if self.training:
            return super().forward(x)
        return self.out(x)


class Seeds(nn.Module):
    """It seeds and draws nothing."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        torch.manual_seed(7)
        return self.out(x)


class EvalOverridden(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(6, 2)

    def eval(self):
        self.training = False

    def forward(self, x):
        return self.out(self.drop(x))


class TrainOverridden(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(6, 2)

    def train(self, mode=True):
        return super().train(mode)

    def forward(self, x):
        return self.out(self.drop(x))


class FrozenNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(6).requires_grad_(False).eval()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.norm(x))


class FrozenNormKept(FrozenNorm):
    def train(self, mode=True):
        super().train(mode)
        self.norm.eval()
        return self


class BatchInEval(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(6, track_running_stats=False)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.norm(x))


class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        self.calls += 1
        return self.out(x) / self.calls


class EvalIsAMethodOfItsOwn(nn.Module):
    """eval() that measures, and answers with what it measured."""

    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.drop(x))

    def eval(self, data=None):
        return self


class FastPath(nn.Module):
    """In eval PyTorch computes such a layer at once, and rounds otherwise than with hooks."""

    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(12, 2, 24, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, x):
        return self.encoder(x)


class FusesInEval(nn.Module):
    """The first forward in eval makes one layer of two, and a later training does not change it."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)
        self.fused = None

    def forward(self, x):
        if self.training:
            return self.out(self.body(x))
        if self.fused is None:
            self.fused = nn.Linear(6, 2)
            self.fused.weight.data = self.out.weight.data @ self.body.weight.data
            self.fused.bias.data = self.out(self.body.bias).data
        return self.fused(x)


class SwitchesItself(nn.Module):
    """Meant for one row, which a normalization cannot take in training mode."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        self.eval()
        return self.out(self.norm(x))


class KeepsItsTeacher(nn.Module):
    def __init__(self):
        super().__init__()
        self.teacher = nn.Sequential(nn.Linear(6, 6), nn.BatchNorm1d(6)).requires_grad_(False)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        self.teacher.eval()
        return self.out(x) + self.teacher(x)[:, :2]


class NormMadeInForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(nn.BatchNorm1d(6, affine=False)(x))
