"""Every experiment by name, in the order of the tabs."""

from rollcall.experiments.assign import ASSIGN
from rollcall.experiments.device import DEVICE
from rollcall.experiments.dropout import DROPOUT
from rollcall.experiments.experiment import Experiment
from rollcall.experiments.forward import FORWARD
from rollcall.experiments.init import INIT
from rollcall.experiments.layers import LAYERS
from rollcall.experiments.modes import MODES
from rollcall.experiments.preflight import PREFLIGHT
from rollcall.experiments.registry import REGISTRY
from rollcall.experiments.saving import SAVING
from rollcall.experiments.training import TRAINING

_TABS: tuple[Experiment, ...] = (
    REGISTRY,
    DEVICE,
    TRAINING,
    SAVING,
    MODES,
    DROPOUT,
    FORWARD,
    LAYERS,
    PREFLIGHT,
    ASSIGN,
    INIT,
)
EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in _TABS}

__all__ = ["EXPERIMENTS", "Experiment"]
