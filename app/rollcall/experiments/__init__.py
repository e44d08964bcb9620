"""Every experiment by name, in the order of the tabs."""

from rollcall.experiments.experiment import Experiment
from rollcall.experiments.forward import FORWARD
from rollcall.experiments.modes import MODES
from rollcall.experiments.registry import REGISTRY

EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in (REGISTRY, MODES, FORWARD)}

__all__ = ["EXPERIMENTS", "Experiment"]
