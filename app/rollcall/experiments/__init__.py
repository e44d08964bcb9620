"""Every experiment by name, in the order of the tabs."""

from rollcall.experiments.experiment import Experiment
from rollcall.experiments.registry import REGISTRY
from rollcall.experiments.training import TRAINING

EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in (REGISTRY, TRAINING)}

__all__ = ["EXPERIMENTS", "Experiment"]
