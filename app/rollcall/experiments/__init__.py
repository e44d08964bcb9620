"""Every experiment by name, in the order of the tabs."""

from rollcall.experiments.assign.experiment import ASSIGN
from rollcall.experiments.base import Experiment
from rollcall.experiments.device.experiment import DEVICE
from rollcall.experiments.dropout.experiment import DROPOUT
from rollcall.experiments.exercise.experiment import EXERCISE
from rollcall.experiments.forward.experiment import FORWARD
from rollcall.experiments.init.experiment import INIT
from rollcall.experiments.layers.experiment import LAYERS
from rollcall.experiments.modes.experiment import MODES
from rollcall.experiments.preflight.experiment import PREFLIGHT
from rollcall.experiments.registry.experiment import REGISTRY
from rollcall.experiments.saving.experiment import SAVING
from rollcall.experiments.step.experiment import STEP
from rollcall.experiments.training.experiment import TRAINING

_TABS: tuple[Experiment, ...] = (
    REGISTRY,
    STEP,
    DEVICE,
    TRAINING,
    SAVING,
    MODES,
    DROPOUT,
    FORWARD,
    LAYERS,
    EXERCISE,
    PREFLIGHT,
    ASSIGN,
    INIT,
)
EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in _TABS}

__all__ = ["EXPERIMENTS", "Experiment"]
