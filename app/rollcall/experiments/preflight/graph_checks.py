"""The lines that ask what torch.fx, torch.export and torch.compile make of a model."""

import warnings
from collections.abc import Callable
from typing import Any, cast

import torch
import torch.compiler
from torch import Tensor, nn

from rollcall.core.compiled import compiled_parts
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import unheard
from rollcall.core.process.torch_settings import leaving_no_hook
from rollcall.core.rng.random_state import seeded
from rollcall.core.tensors.tensor_compare import all_same, have_numbers
from rollcall.core.walk.object_walk import Found, walk
from rollcall.experiments.preflight.checked_model import CheckedModel
from rollcall.experiments.preflight.compiler_guards import unmeasured, untied
from rollcall.experiments.preflight.listing_checks import printed
from rollcall.experiments.preflight.outcome import (
    NOTHING_TO_COMPARE,
    CheckOutcome,
    Verdict,
    judged,
)

MOST_MODULES = 1_000  # torch.export takes 1.5 ms for each on a slow machine
MOST_COMPILED = 100  # torch.compile takes 10 ms for each
# What torch.fx says only of a module or parameter that the model uses and does not list.
OF_A_MODULE = "module is not installed as a submodule"
UNREGISTERED = (
    OF_A_MODULE,
    "parameter is not a member of this module",
)


def traced(checked: CheckedModel) -> CheckOutcome:
    """`torch.fx.symbolic_trace` meets nothing that the model does not list.

    What it cannot follow, such as an `if` on a tensor or `len()`, is no fault of the model's.
    An activation that forward makes, or that a list holds, is none either.
    """
    model = checked.build()
    try:
        with seeded(checked.factory.seed):
            torch.fx.symbolic_trace(model)
    except Exception as error:  # of torch.fx, which runs the model
        verdict: Verdict = "na"
        unknown = isinstance(error, NameError) and str(error) in UNREGISTERED
        if unknown and not _is_of_stateless_modules(error, checked):
            verdict = "fail"
        return CheckOutcome(verdict=verdict, raised=checked.factory.raised(error))
    return CheckOutcome(verdict="pass")


def _is_of_stateless_modules(error: Exception, checked: CheckedModel) -> bool:
    """Whether no module that forward calls, and the model does not list, needs to be listed."""
    return str(error) == OF_A_MODULE and printed(checked).verdict != "fail"


def exported(checked: CheckedModel) -> CheckOutcome:
    """`torch.export` knows the model's parameters, and lifts none of its tensors to a constant.

    What it cannot export, such as an `if` on a tensor, is no fault of the model's.
    """
    n_modules = len(checked.scan.modules)
    if n_modules > MOST_MODULES:
        return CheckOutcome(verdict="na", too_large=n_modules)
    model, example = checked.build(), checked.example
    walked = walk(model)
    try:
        with seeded(checked.factory.seed), warnings.catch_warnings(), leaving_no_hook():
            warnings.simplefilter("ignore")  # it warns of what other lines say, and of itself
            program = torch.export.export(model, example.args, example.kwargs, strict=False)
    except Exception as error:  # of torch.export, which runs the model
        return CheckOutcome(verdict="na", raised=checked.factory.raised(error))
    unregistered = {found.value.data_ptr() for found in walked.tensors if _is_lost(found)}
    constants = [(name, value) for name, value in program.constants.items() if _has_data(value)]
    lifted = tuple(name for name, value in constants if value.data_ptr() in unregistered)
    known = sum(p.numel() for p in program.parameters() if p.requires_grad)
    reached = checked.used.reached
    return judged(not lifted and known >= reached, paths=lifted, found=known, wanted=reached)


def compiled(checked: CheckedModel) -> CheckOutcome:
    """What `torch.compile` makes of a forward computes the same.

    The backend "eager" runs the graphs as they are, and so shows whether there are any. What
    cannot be compiled is no fault of the model's.
    """
    model, fresh = checked.build(), checked.build()
    seed, example = checked.factory.seed, checked.example
    n_modules = len(walk(model).modules)
    if n_modules > MOST_COMPILED:
        return CheckOutcome(verdict="na", too_large=n_modules)
    if compiled_parts(model):
        return CheckOutcome(verdict="na")
    graphs = []

    def note(graph: torch.fx.GraphModule, _: Any) -> Callable[..., Any]:
        graphs.append(graph)
        return graph.forward

    try:
        plain = _outputs(model, example.clone(), seed)
        again = _outputs(checked.build(), example.clone(), seed)
        if not have_numbers(plain):
            return NOTHING_TO_COMPARE
        if not all_same(plain, again):  # it starts otherwise each time it is built
            return CheckOutcome(verdict="na")
        with torch.compiler.set_stance("default"), unheard(), unmeasured(), untied():
            outputs = _outputs(cast(nn.Module, torch.compile(fresh, backend=note)), example, seed)
    except Exception as error:  # of the model, or of torch.compile, which runs it
        return CheckOutcome(verdict="na", raised=checked.factory.raised(error))
    finally:
        torch.compiler.reset()  # what it made of one model is not kept for the next
    if not graphs:
        return CheckOutcome(verdict="na")
    return judged(all_same(outputs, plain), found=len(graphs))


def _outputs(model: nn.Module, example: ModelInput, seed: int) -> list[Tensor]:
    with seeded(seed):
        return [tensor.clone() for tensor in example.outputs(model)]


def _is_lost(found: Found) -> bool:
    """Whether it is a plain tensor or parameter that PyTorch does not know."""
    is_tensor = type(found.value) in (Tensor, nn.Parameter)
    return is_tensor and not found.registered and _has_data(found.value)


def _has_data(value: Any) -> bool:
    return isinstance(value, Tensor) and value.numel() > 0
