"""The checks of a layer against its reference: each really runs both."""

import math
from collections.abc import Callable

import torch
from torch import nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.round_trip import entry_shape
from rollcall.core.state_keys import listed
from rollcall.experiments.layer_checks.dropout_checks import DROPOUT
from rollcall.experiments.layer_checks.findings import Described, Finding, described, judged, worst
from rollcall.experiments.layer_checks.layer_pair import Kind, LayerPair, NotApplicable
from rollcall.experiments.layer_checks.runs import run_both, usual_input

NOTHING = Described(kind="nothing")
LARGE, SMALL = 1e4, 1e-4
# 89 is the first whole number whose exp() is too large for float32.
EXTREMES = (10.0, 20.0, 50.0, 89.0, 100.0, 1000.0, LARGE)

Check = Callable[[LayerPair], Finding]


def keys(pair: LayerPair) -> Finding:
    """The state_dict has the reference's names and shapes."""
    actual, expected = _shapes(pair.build_layer()), _shapes(pair.build_reference())
    if not expected:
        raise NotApplicable
    for key in (*expected, *actual):
        found, wanted = actual.get(key, NOTHING), expected.get(key, NOTHING)
        if found != wanted:
            return judged(False, of=key, found=found, wanted=wanted)
    return judged(True)


def _shapes(model: nn.Module) -> dict[str, Described]:
    entries = listed(model).items()
    return {key: Described(kind="Tensor", shape=entry_shape(value)) for key, value in entries}


def copied(pair: LayerPair) -> Finding:
    """load_state_dict() takes the reference's weights by name."""
    if not pair.build_reference().state_dict():
        raise NotApplicable
    pair.both()
    return judged(True)


def output(pair: LayerPair) -> Finding:
    """The same output."""
    return worst(run_both(pair, usual_input(pair), only="y"))


def input_gradient(pair: LayerPair) -> Finding:
    """The same gradient with respect to the input."""
    return worst(run_both(pair, usual_input(pair), only="x.grad"))


def parameter_gradients(pair: LayerPair) -> Finding:
    """The same gradient with respect to every parameter."""
    findings = run_both(pair, usual_input(pair))
    findings = [each for each in findings if each.of not in ("y", "x.grad")]
    if not findings:
        raise NotApplicable
    return worst(findings)


def double(pair: LayerPair) -> Finding:
    """All of it again in float64."""
    return worst(run_both(pair, usual_input(pair), double=True))


def batches(pair: LayerPair) -> Finding:
    """All of it again in three dimensions."""
    x = usual_input(pair).only
    if x is None or not x.is_floating_point() or x.dim() not in (1, 2):
        raise NotApplicable
    width = x.shape[-1]
    if pair.kind() == "activation":
        width = 4
    return worst(run_both(pair, pair.drawn(2, 3, width)))


def large(pair: LayerPair) -> Finding:
    """All of it again with inputs of up to 10,000."""
    return _scaled(pair, LARGE)


def small(pair: LayerPair) -> Finding:
    """All of it again with inputs of about 0.0001."""
    return _scaled(pair, SMALL)


def nan(pair: LayerPair) -> Finding:
    """What is no number stays none where the reference leaves it."""
    return worst(run_both(pair, ModelInput.of(torch.tensor([math.nan])), only="y"))


def _parameter(name: str) -> Check:
    def check(pair: LayerPair) -> Finding:
        found = _attribute(pair.build_layer(), name)
        wanted = described(getattr(pair.build_reference(), name))
        return judged(found == wanted, of=name, found=found, wanted=wanted)

    return check


def _attribute(model: nn.Module, name: str) -> Described:
    with model_code(f"layer.{name}"):
        if not hasattr(model, name):
            return NOTHING
        value = getattr(model, name)
    found = described(value)
    if name in vars(model)["_buffers"]:
        return found.model_copy(update={"kind": "buffer"})
    return found


def _gradient(of: str) -> Check:
    def check(pair: LayerPair) -> Finding:
        return worst(run_both(pair, usual_input(pair), only=of))

    return check


def bias_off(pair: LayerPair) -> Finding:
    """Built with bias=False, its bias is None, and it computes what the reference then computes."""
    found = _attribute(pair.build_layer(bias=False), "bias")
    if found != described(None):
        return judged(False, of="bias", found=found, wanted=described(None))
    return worst(run_both(pair, usual_input(pair), bias=False))


def _scaled(pair: LayerPair, scale: float) -> Finding:
    """The error of a sum of products depends on its largest one, so the tolerance does, too."""
    if pair.kind() == "activation":
        extremes = torch.tensor(EXTREMES)
        x = torch.stack([extremes, -extremes], dim=1).flatten()  # the first to fail is told
        if scale == SMALL:
            x = torch.linspace(-scale, scale, 21)
        return worst(run_both(pair, ModelInput.of(x), relative=scale == SMALL))
    example = pair.example()
    if not any(tensor.is_floating_point() for tensor in example.tensors):
        raise NotApplicable
    return worst(run_both(pair, _times(example, scale), relative=True))


def _times(example: ModelInput, scale: float) -> ModelInput:
    def scaled(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.is_floating_point():
            return tensor * scale
        return tensor

    return example.map(scaled)


_ACTIVATION: dict[str, Check] = {
    "output": output,
    "input_gradient": input_gradient,
    "double": double,
    "batches": batches,
    "large": large,
    "small": small,
    "nan": nan,
}
_LINEAR: dict[str, Check] = {
    "weight": _parameter("weight"),
    "bias": _parameter("bias"),
    "bias_off": bias_off,
    "copied": copied,
    "output": output,
    "input_gradient": input_gradient,
    "weight_gradient": _gradient("weight.grad"),
    "bias_gradient": _gradient("bias.grad"),
    "double": double,
    "batches": batches,
    "large": large,
    "small": small,
}
_MODULE: dict[str, Check] = {
    "keys": keys,
    "copied": copied,
    "output": output,
    "input_gradient": input_gradient,
    "parameter_gradients": parameter_gradients,
    "double": double,
    "batches": batches,
    "large": large,
    "small": small,
}
CHECKS: dict[Kind, dict[str, Check]] = {
    "linear": _LINEAR,
    "activation": _ACTIVATION,
    "dropout": DROPOUT,
    "module": _MODULE,
}


def check(run: Check, pair: LayerPair) -> Finding | None:
    """Run one check; what is raised in it is its answer, and None that it does not apply.

    Raises:
        NotCopied: there is nothing to compare.
    """
    try:
        return run(pair)
    except NotApplicable:
        return None
    except ModelRaised as error:
        raised = pair.factory.raised(error)
        if isinstance(error.cause, NotImplementedError):
            return Finding(verdict="todo", raised=raised)
        return Finding(verdict="fail", raised=raised)
