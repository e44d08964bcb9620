"""The lines that compare outputs: after loading, and of two calls after eval()."""

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.module_facts import is_training
from rollcall.core.rank import FINDINGS
from rollcall.core.rng.random_state import seeded
from rollcall.core.round_trip import call_once, saved
from rollcall.core.round_trip import round_trip as save_and_load
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.tensor_compare import all_max_abs_diff, all_same, have_numbers
from rollcall.core.unregistered import find_unregistered
from rollcall.experiments.preflight.checked_model import CheckedModel
from rollcall.experiments.preflight.outcome import (
    NOT_APPLICABLE,
    NOTHING_TO_COMPARE,
    CheckOutcome,
)


def round_trip(checked: CheckedModel) -> CheckOutcome:
    """A model with other weights answers as this one does, once it has loaded this one's file.

    It is the check of the saving page.
    """
    model, seed = checked.build(), checked.factory.seed
    call_once(model, checked.example, seed)
    other = replace(checked.factory, seed=seed ^ 1)  # stays within the bounds of a seed
    file = str(checked.factory.file)
    trip = save_and_load(model, saved(model), other.build, checked.example, seed, file)
    if not trip.tensors:
        return NOT_APPLICABLE
    if trip.comparison is None or trip.load_raised:
        return CheckOutcome(verdict="fail", raised=trip.load_raised or trip.forward_raised)
    if trip.comparison.nothing:
        return NOTHING_TO_COMPARE
    if trip.comparison.equal:
        return CheckOutcome(verdict="pass")
    return CheckOutcome(verdict="fail", apart=trip.comparison.furthest)


def agreeing(checked: CheckedModel) -> CheckOutcome:
    """The same input twice, after `eval()`."""
    model = checked.factory.build_in("eval")
    unheard = tuple(_hidden_in_training(model))
    with seeded(checked.factory.seed):
        first = _outputs(model, checked.example)
        second = _outputs(model, checked.example)
    if not have_numbers([*first, *second]):
        return NOTHING_TO_COMPARE
    if all_same(first, second):
        return CheckOutcome(verdict="pass", paths=unheard)
    return CheckOutcome(verdict="fail", paths=unheard, apart=all_max_abs_diff(first, second))


def _hidden_in_training(model: nn.Module) -> Iterator[str]:
    """Paths of the modules that eval() should have reached."""
    for found in find_unregistered(model):
        module = found.value
        if isinstance(module, nn.Module) and found.rank in FINDINGS and is_training(module):
            yield found.path


def _outputs(model: nn.Module, example: ModelInput) -> list[Tensor]:
    with torch.no_grad():
        return [output.clone() for output in tensors_in(example.call(model))]
