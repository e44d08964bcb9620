"""The lines of the pre-flight checklist: each runs what its Python says, on models of its own."""

from collections.abc import Callable

from rollcall.core.model_raised import ModelRaised
from rollcall.experiments.preflight.checked_model import CheckedModel
from rollcall.experiments.preflight.graph_checks import compiled, exported, traced
from rollcall.experiments.preflight.listing_checks import containers, counted, parameters, printed
from rollcall.experiments.preflight.mode_checks import switched
from rollcall.experiments.preflight.outcome import CheckOutcome
from rollcall.experiments.preflight.output_checks import agreeing, round_trip
from rollcall.experiments.preflight.training_checks import held, located, moved, stepped

CHECKS: dict[str, Callable[[CheckedModel], CheckOutcome]] = {
    "printed": printed,
    "parameters": parameters,
    "counted": counted,
    "containers": containers,
    "moved": moved,
    "located": located,
    "switched": switched,
    "held": held,
    "stepped": stepped,
    "round_trip": round_trip,
    "agreeing": agreeing,
    "traced": traced,
    "exported": exported,
    "compiled": compiled,
}


def check(name: str, checked: CheckedModel) -> CheckOutcome:
    """Run one line; what the model raises in it is its answer."""
    try:
        return CHECKS[name](checked)
    except ModelRaised as error:
        return CheckOutcome(verdict="fail", raised=checked.factory.raised(error))
