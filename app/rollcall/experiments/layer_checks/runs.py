"""One input through a layer and its reference, and all that comes out compared."""

from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.rng.random_state import seeded
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.experiments.layer_checks.closeness import DOUBLE
from rollcall.experiments.layer_checks.findings import Finding, compared
from rollcall.experiments.layer_checks.layer_pair import LayerPair, NotApplicable


def usual_input(pair: LayerPair) -> ModelInput:
    """The input that the course shows the layer with; for an activation, from -5 to 5."""
    if pair.kind() == "activation":
        return ModelInput.of(torch.linspace(-5, 5, 41))
    return pair.example()


def run_both(
    pair: LayerPair,
    x: ModelInput,
    *,
    only: str = "",
    relative: bool = False,
    double: bool = False,
    **options: Any,
) -> list[Finding]:
    """Call both, and compare the output and every gradient, or `only` one of them.

    Args:
        pair: the layer and its reference.
        x: the input of both.
        only: the name of what is compared: "y", "x.grad", "weight.grad".
        relative: compare relative to the largest element, as `closeness` does.
        double: compute in float64, and compare as strictly.
        options: what both are built with.

    Raises:
        NotApplicable: the reference does not take such an input, or has no such gradient.
    """
    dtype, tolerance = torch.float32, None
    if double:
        dtype, tolerance = torch.float64, DOUBLE
    layer, reference = pair.both(dtype, **options)
    x = x.to(pair.device, dtype)
    single, seed = pair.kind() == "activation", pair.factory.seed
    wanted = _wanted(reference, x, seed, single, only)
    actual = _answers(layer, x, seed, single, only)
    findings = []
    for of, expected in wanted.items():
        finding = compared(of, actual.get(of), expected, relative=relative, tolerance=tolerance)
        if single and finding.close and x.only is not None:
            # Each element of the output comes from one x.
            finding = finding.model_copy(update={"at": float(x.only[finding.close.place])})
        findings.append(finding)
    return findings


def _wanted(
    reference: nn.Module, x: ModelInput, seed: int, single: bool, only: str
) -> dict[str, Tensor]:
    """The tensors among the reference's answers whose name begins with `only`."""
    try:
        answers = _answers(reference, x, seed, single, only)
    except ModelRaised as error:
        raise NotApplicable from error
    wanted = {}
    for of, answer in answers.items():
        if isinstance(answer, Tensor) and of.startswith(only):
            wanted[of] = answer
    if not wanted:
        raise NotApplicable
    return wanted


def _answers(model: nn.Module, x: ModelInput, seed: int, single: bool, only: str) -> dict[str, Any]:
    """By name, what forward returned, and every gradient unless `only` the output is wanted."""
    returned = _output(model, x, seed)
    answers = {"y": returned}
    if not isinstance(returned, Tensor):
        answers |= {f"y[{index}]": each for index, each in enumerate(tensors_in(returned))}
    if only == "y":
        return answers
    return answers | _gradients(model, x, seed, single)


def _output(model: nn.Module, x: ModelInput, seed: int) -> Any:
    """What forward returns, nobody asking for a gradient."""
    with seeded(seed), torch.no_grad():
        return x.clone().call(model)


def _gradients(model: nn.Module, x: ModelInput, seed: int, plain: bool) -> dict[str, Tensor | None]:
    """The gradients of a combination of all outputs, which is the same for both layers.

    The combination is random, or if `plain` the sum: for an activation its gradient is the
    derivative.

    Returns:
        By name, `x.grad` and `weight.grad`; None where none arrived.
    """
    x = x.map(lambda tensor: tensor.clone().requires_grad_(tensor.is_floating_point()))
    with model_code("layer.named_parameters()"):
        leaves = {**_named(x), **dict(model.named_parameters())}
    leaves = {name: leaf for name, leaf in leaves.items() if leaf.requires_grad}
    with seeded(seed):
        outputs = tensors_in(x.call(model))
    if not leaves or not outputs:
        return {}
    # Not the seed of x, which would give the same numbers.
    generator = torch.Generator().manual_seed(seed ^ 1)
    weights = [torch.randn(output.shape, generator=generator).to(output) for output in outputs]
    if plain:
        weights = [torch.ones_like(output) for output in outputs]
    with model_code("backward()"):
        gradients = torch.autograd.grad(outputs, list(leaves.values()), weights, allow_unused=True)
    return {f"{name}.grad": gradient for name, gradient in zip(leaves, gradients, strict=True)}


def _named(x: ModelInput) -> dict[str, Tensor]:
    """The first tensor is called x, the others x1, x2 and so on."""
    return {f"x{number or ''}": tensor for number, tensor in enumerate(x.tensors)}
