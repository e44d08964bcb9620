"""A deep stack of equal linear layers, and what travels through it in both directions."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from rollcall.core.rng.random_state import seeded

Init = Literal[
    "kaiming_uniform_a5", "kaiming_normal", "xavier_uniform", "randn", "small_normal", "zeros"
]
Activation = Literal["relu", "tanh", "sigmoid", "gelu", "identity"]

INITS: dict[Init, str] = {
    "kaiming_uniform_a5": "nn.init.kaiming_uniform_(w, a=math.sqrt(5))",
    "kaiming_normal": 'nn.init.kaiming_normal_(w, nonlinearity="relu")',
    "xavier_uniform": "nn.init.xavier_uniform_(w)",
    "randn": "nn.init.normal_(w)",
    "small_normal": "nn.init.normal_(w, std=0.01)",
    "zeros": "nn.init.zeros_(w)",
}
ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "identity": nn.Identity,
}
BATCH = 128


@dataclass(frozen=True)
class Passage:
    """One batch forward and one gradient back."""

    # depth + 1 of shape (BATCH, width): the input, then the output of each layer
    activations: list[Tensor]
    # with respect to each of them, in the same order, though the last was computed first
    gradients: list[Tensor]
    # (depth, width, width)
    weight: Tensor


def pass_through(
    init: Init, activation: Activation, *, depth: int, width: int, seed: int, device: str = "cpu"
) -> Passage:
    """Build `depth` layers of `width` units, without biases, and send N(0, 1) through them.

    The input is drawn from N(0, 1). So is the gradient of the output, so that both directions start
    from the same size. The seed decides both, and the weights. Two inits get the same input and
    gradient.
    """
    with seeded(seed):
        given, returned = torch.randn(BATCH, width), torch.randn(BATCH, width)
        layers = [nn.Linear(width, width, bias=False) for _ in range(depth)]
        # The page shows this line, so this line is what runs.
        line = compile(INITS[init], "<init>", "eval")
        for layer in layers:
            eval(line, {"nn": nn, "math": math, "w": layer.weight})
    activations = [given.to(device).requires_grad_()]
    act = ACTIVATIONS[activation]()
    for layer in layers:
        activations.append(act(layer.to(device)(activations[-1])))
    gradients = torch.autograd.grad(activations[-1], activations, returned.to(device))
    return Passage(
        [each.detach() for each in activations],
        list(gradients),
        torch.stack([layer.weight.detach() for layer in layers]),
    )


def expected_factor(activation: Activation, width: int, weight_std: float) -> float | None:
    """By how much one layer multiplies the standard deviation, in theory.

    A sum of `width` products has variance width · Var(w) · E[x²], and ReLU keeps half of that (He
    et al. 2015, section 2.2).

    Returns:
        None for tanh, sigmoid and GELU, where it depends on how large x is.
    """
    share = {"identity": 1.0, "relu": 0.5}.get(activation)
    if share is None:
        return None
    return math.sqrt(width * share) * weight_std
