"""Models whose constructor, forward or backward raises, warns or answers with what is no tensor."""

import warnings
from dataclasses import dataclass

import torch
from torch import nn


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError("not even its message can be read")


class ConstructorRaises(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, "4")

    def forward(self, x):
        return self.fc(x)


class ForwardRaises(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x) @ torch.ones(7, 7)


class ForwardRaisesUnspeakably(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        raise Unspeakable


class ForwardRaisesInEval(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        if not self.training:
            raise RuntimeError("call export() first")
        return self.fc(x)


class BackwardRaises(nn.Module):
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * x

        @staticmethod
        def backward(ctx, gradient):
            raise RuntimeError("nobody has written this backward")

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.Square.apply(self.fc(x))


class ReturnsNothing(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        self.fc(x)


class ReturnsWords(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return {"class": ["cat"] * len(self.fc(x))}


@dataclass
class Answer:
    scores: torch.Tensor


class ReturnsAnObject(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return Answer(self.fc(x))


class ReturnsIntegers(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x).argmax(1)


class WithoutGradient(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    @torch.inference_mode()
    def forward(self, x):
        return self.fc(x)


class ChangesItsInput(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        x.mul_(0.5)
        return self.fc(x)


class HookRaises(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)
        self.fc.register_forward_hook(self.check)

    def check(self, module, inputs, output):
        raise RuntimeError("the hook of fc says no")

    def forward(self, x):
        return self.fc(x)


class Warns(nn.Module):
    def __init__(self):
        super().__init__()
        warnings.warn("Warns is old, take Net", DeprecationWarning, stacklevel=2)
        self.conv = nn.Conv1d(3, 4, 3)
        self.drop = nn.Dropout2d(0.5)

    def forward(self, x):
        return self.drop(self.conv(x))


class WarnsInCpp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        y = torch.empty(3)
        torch.add(torch.ones(2), torch.ones(2), out=y)
        return self.fc(x) + y.sum()


class Slope(nn.Module):
    """It computes a gradient in forward, so nobody can call it under no_grad()."""

    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(1, 8), nn.Linear(8, 1)]

    def forward(self, t):
        t = t.requires_grad_()
        u = self.layers[1](torch.tanh(self.layers[0](t)))
        slope = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
        return torch.cat([u, slope], dim=1)
