"""Every experiment by name, in the order of the tabs."""

from rollcall.experiments.device import DEVICE
from rollcall.experiments.experiment import Experiment
from rollcall.experiments.forward import FORWARD
from rollcall.experiments.modes import MODES
from rollcall.experiments.registry import REGISTRY
from rollcall.experiments.saving import SAVING

EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment for experiment in (REGISTRY, DEVICE, SAVING, MODES, FORWARD)
}

__all__ = ["EXPERIMENTS", "Experiment"]
