"""One input through a layer and its reference, and all that comes out compared."""

from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.nested_tensors import tensors_in
from rollcall.core.random_state import seeded
from rollcall.experiments.layers.closeness import DOUBLE
from rollcall.experiments.layers.findings import Finding, compared
from rollcall.experiments.layers.layer_pair import Bench, NotApplicable


def usual_input(bench: Bench) -> Tensor:
    """From -5 over 0 to 5 for what acts on single numbers, else what the course shows the layer with."""
    return torch.linspace(-5, 5, 41) if bench.kind() == "activation" else bench.example()


def run_both(
    bench: Bench,
    x: Tensor,
    *,
    only: str = "",
    relative: bool = False,
    double: bool = False,
    **options: Any,
) -> list[Finding]:
    """Call both, built with these options, and compare the output and every gradient, or `only` one of them.

    Raises:
        NotApplicable: the reference does not take such an input, or has no such gradient.
    """
    dtype = torch.float64 if double else torch.float32
    mine, theirs = bench.both(dtype, **options)
    x = x.to(bench.device, dtype if x.is_floating_point() else x.dtype)
    single, seed = bench.kind() == "activation", bench.candidate.seed
    try:
        wanted = _answers(theirs, x, seed, single, only)
    except Exception as error:
        raise NotApplicable from error
    pairs = [
        (of, each)
        for of, each in wanted.items()
        if isinstance(each, Tensor) and of.startswith(only)
    ]
    if not pairs:
        raise NotApplicable
    found = _answers(mine, x, seed, single, only)
    tolerance = DOUBLE if double else None
    findings = [
        compared(of, found.get(of), each, relative=relative, tolerance=tolerance)
        for of, each in pairs
    ]
    return [_told_at(x, finding) for finding in findings] if single else findings


def _told_at(x: Tensor, finding: Finding) -> Finding:
    """With the x that led to the number told of, where each number of the output has one of its own."""
    return (
        finding.model_copy(update={"at": float(x[finding.close.place])})
        if finding.close
        else finding
    )


def _answers(model: nn.Module, x: Tensor, seed: int, single: bool, only: str) -> dict[str, Any]:
    """By name, what forward returned and every gradient. For the output alone nobody asks for gradients."""
    returned = _output(model, x, seed)
    parts = [] if isinstance(returned, Tensor) else tensors_in(returned)
    answers = {"y": returned, **{f"y[{index}]": each for index, each in enumerate(parts)}}
    return answers if only == "y" else answers | _gradients(model, x, seed, single)


def _output(model: nn.Module, x: Tensor, seed: int) -> Any:
    """What forward returns, nobody asking for a gradient."""
    with seeded(seed), torch.no_grad():
        return model(x.clone())


def _gradients(model: nn.Module, x: Tensor, seed: int, plain: bool) -> dict[str, Tensor | None]:
    """The gradients of a random combination of all outputs, the same for both layers, or of their `plain` sum.

    Of what acts on single numbers the gradient of the sum is the derivative.

    Returns:
        By name, `x.grad` and `weight.grad`; None where none arrived.
    """
    x = x.clone().requires_grad_(x.is_floating_point())
    leaves = {"x": x, **dict(model.named_parameters())}
    leaves = {name: leaf for name, leaf in leaves.items() if leaf.requires_grad}
    with seeded(seed):
        outputs = tensors_in(model(x))
    if not leaves or not outputs:
        return {}
    generator = torch.Generator().manual_seed(
        seed ^ 1
    )  # not the one of x, which would be the same numbers
    weights = [
        torch.ones_like(output)
        if plain
        else torch.randn(output.shape, generator=generator).to(output)
        for output in outputs
    ]
    gradients = torch.autograd.grad(outputs, list(leaves.values()), weights, allow_unused=True)
    return {f"{name}.grad": gradient for name, gradient in zip(leaves, gradients, strict=True)}
