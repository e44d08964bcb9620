"""The checks of a layer against its reference: each really runs both."""

import math
from collections.abc import Callable

import torch
from torch import nn

from rollcall.core.report import Raised
from rollcall.core.round_trip import shape_of
from rollcall.experiments.layers.dropout_checks import DROPOUT
from rollcall.experiments.layers.findings import Described, Finding, described, judged, worst
from rollcall.experiments.layers.layer_pair import Bench, Kind, NotApplicable, NotCopied
from rollcall.experiments.layers.runs import run_both, usual_input

LARGE, SMALL = 1e4, 1e-4
EXTREMES = (
    10.0,
    20.0,
    50.0,
    89.0,
    100.0,
    1000.0,
    LARGE,
)  # exp(89) is the first whole number's that float32 lacks

Check = Callable[[Bench], Finding]


def keys(bench: Bench) -> Finding:
    """The state_dict has the reference's names and shapes."""
    mine, theirs = (
        {key: shape_of(value) for key, value in each.state_dict().items()} for each in _pair(bench)
    )
    if not theirs:
        raise NotApplicable
    odd = next((key for key in (*theirs, *mine) if mine.get(key) != theirs.get(key)), None)
    if odd is None:
        return judged(True)
    sides = (
        Described(kind="Tensor", shape=each[odd]) if odd in each else Described(kind="nothing")
        for each in (mine, theirs)
    )
    return judged(False, of=odd, found=next(sides), wanted=next(sides))


def copied(bench: Bench) -> Finding:
    """load_state_dict() takes the reference's weights by name."""
    if not bench.theirs().state_dict():
        raise NotApplicable
    bench.both()
    return judged(True)


def output(bench: Bench) -> Finding:
    """The same output."""
    return worst(run_both(bench, usual_input(bench), only="y"))


def input_gradient(bench: Bench) -> Finding:
    """The same gradient with respect to the input."""
    return worst(run_both(bench, usual_input(bench), only="x.grad"))


def parameter_gradients(bench: Bench) -> Finding:
    """The same gradient with respect to every parameter."""
    findings = [
        each for each in run_both(bench, usual_input(bench)) if each.of not in ("y", "x.grad")
    ]
    if not findings:
        raise NotApplicable
    return worst(findings)


def double(bench: Bench) -> Finding:
    """All of it again in float64."""
    return worst(run_both(bench, usual_input(bench), double=True))


def batches(bench: Bench) -> Finding:
    """All of it again in three dimensions."""
    single, x = bench.kind() == "activation", usual_input(bench)
    if not x.is_floating_point() or x.dim() > 2:
        raise NotApplicable
    return worst(run_both(bench, bench.drawn(2, 3, 4 if single else x.shape[-1])))


def large(bench: Bench) -> Finding:
    """All of it again with inputs of up to 10,000."""
    return _scaled(bench, LARGE)


def small(bench: Bench) -> Finding:
    """All of it again with inputs of about 0.0001."""
    return _scaled(bench, SMALL)


def nan(bench: Bench) -> Finding:
    """What is no number stays none where the reference leaves it."""
    return worst(run_both(bench, torch.tensor([math.nan]), only="y"))


def _pair(bench: Bench) -> tuple[nn.Module, nn.Module]:
    return bench.mine(), bench.theirs()


def _parameter(name: str) -> Check:
    def check(bench: Bench) -> Finding:
        mine, theirs = _pair(bench)
        found, wanted = _attribute(mine, name), described(getattr(theirs, name))
        return judged(found == wanted, of=name, found=found, wanted=wanted)

    return check


def _attribute(model: nn.Module, name: str) -> Described:
    if not hasattr(model, name):
        return Described(kind="nothing")
    found = described(getattr(model, name))
    return (
        found.model_copy(update={"kind": "buffer"})
        if name in dict(model.named_buffers())
        else found
    )


def _gradient(of: str) -> Check:
    def check(bench: Bench) -> Finding:
        return worst(run_both(bench, usual_input(bench), only=of))

    return check


def bias_off(bench: Bench) -> Finding:
    """Built with bias=False, it has None in its place, and computes what the reference computes without."""
    found = _attribute(bench.mine(bias=False), "bias")
    if found != described(None):
        return judged(False, of="bias", found=found, wanted=described(None))
    return worst(run_both(bench, usual_input(bench), bias=False))


def _scaled(bench: Bench, scale: float) -> Finding:
    """A sum of many products is as exact as its largest one, so that large and small are told from the largest."""
    if bench.kind() == "activation":
        extremes = torch.tensor(
            [sign * each for each in EXTREMES for sign in (1, -1)]
        )  # the first to fail is told
        x = extremes if scale == LARGE else torch.linspace(-scale, scale, 21)
        return worst(run_both(bench, x, relative=scale == SMALL))
    x = bench.example()
    if not x.is_floating_point():
        raise NotApplicable
    return worst(run_both(bench, x * scale, relative=True))


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


def check(run: Check, bench: Bench) -> Finding | None:
    """Run one check; what is raised in it is its answer, and None that it does not apply."""
    try:
        return run(bench)
    except NotApplicable:
        return None
    except NotImplementedError as error:
        return Finding(verdict="todo", raised=_raised(bench, error))
    except NotCopied as error:
        cause = error.__cause__ if run is copied else None
        return Finding(verdict="fail", blocked=run is not copied, raised=_raised(bench, cause))
    except Exception as error:
        return Finding(verdict="fail", raised=_raised(bench, error))


def _raised(bench: Bench, error: BaseException | None) -> Raised | None:
    return Raised.of(error, str(bench.candidate.file)) if error else None
