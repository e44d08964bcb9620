"""Every experiment by name, in the order of the tabs."""

from rollcall.experiments.assign import ASSIGN
from rollcall.experiments.experiment import Experiment
from rollcall.experiments.preflight import PREFLIGHT
from rollcall.experiments.registry import REGISTRY

EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in (REGISTRY, PREFLIGHT, ASSIGN)}

__all__ = ["EXPERIMENTS", "Experiment"]
