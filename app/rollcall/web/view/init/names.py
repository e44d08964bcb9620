"""How inits, activations and sizes are called."""

from math import isnan

from rollcall.experiments.init.deep_net import Activation, Init
from rollcall.experiments.init.experiment import InitReport
from rollcall.web.view.numerals import significant

NAMES: dict[Init, str] = {
    "kaiming_uniform_a5": "Kaiming uniform, a=√5",
    "kaiming_normal": "Kaiming normal",
    "xavier_uniform": "Xavier uniform",
    "randn": "plain randn",
    "small_normal": "normal, std 0.01",
    "zeros": "zeros",
}
SHORT: dict[Init, str] = {
    "kaiming_uniform_a5": "Kaiming a=√5",
    "kaiming_normal": "Kaiming normal",
    "xavier_uniform": "Xavier",
    "randn": "randn",
    "small_normal": "std 0.01",
    "zeros": "zeros",
}
ACTIVATIONS: dict[Activation, str] = {
    "relu": "ReLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "gelu": "GELU",
    "identity": "none",
}


def std_text(std: float) -> str:
    """A standard deviation; it is NaN where not all numbers were finite."""
    if isnan(std):
        return "overflow"
    if std == 0:
        return "0"
    return significant(std)


def healthy_range(report: InitReport) -> str:
    """From the smallest to the largest healthy standard deviation."""
    low, high = report.healthy
    return f"{low:g} to {high:g}"
