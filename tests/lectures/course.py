"""The built-in course, loaded once, and the names of its models."""

from functools import cache
from typing import Any

from torch import Tensor, nn

from lectures.lectures import subject_of
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.folders import MODELS
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

COURSE: Catalog = load(MODELS)
NAMES = tuple(COURSE.contents.cards)
# An exercise raises NotImplementedError until somebody does it.
# Who answers is not what the models of some files show; test_real_bugs looks at those.
OF_THEIR_OWN = (
    "branches",
    "never_trained",
    "shared_layers",
    "left_on",
    "files",
    "overfitting",
    "by_hand",
    "loop_optimizers",
    "loop_steps",
    "loop_modes",
    "loop_files",
)
FINISHED = tuple(
    name for name in NAMES if name.partition(".")[0] not in ("exercises", *OF_THEIR_OWN)
)
# Their layers are made by forward: before it there is nothing to find.
IN_FORWARD = ("init_or_forward.LocalLayerNet", "init_or_forward.LateLayerNet")
# What each model with a bug hides, as (class, attribute): PyTorch does not see what is assigned.
BUGS: dict[str, list[tuple[str, str]]] = {
    "containers.BadListNet": [("BadListNet", "layers")],
    "containers.HalfListNet": [("HalfListNet", "hidden")],
    "containers.BadDictNet": [("BadDictNet", "layers")],
    "parameters.BadLayer": [("BadLayer", "weight")],
    "parameters.DemoModule": [("DemoModule", "scale")],
    "parameters.PlainPartNet": [("PlainPartNet", "part"), ("NotAModule", "weight")],
    "parameters.TableNet": [("TableNet", "table")],
    "repairs.YourListNet": [("YourListNet", "layers")],
    "repairs.YourLayer": [("YourLayer", "weight")],
    "repairs.YourTableNet": [("YourTableNet", "table")],
    "dropout.DropoutListNet": [("DropoutListNet", "dropouts")],
    "dropout_layers.ListDropout": [("ListDropout", "layers")],
    "dropout.BatchNormListNet": [("BatchNormListNet", "norms")],
    "wrong_layers.TensorLinear": [("TensorLinear", "weight")],
}
# Its forward makes no use of a parameter.
FORGETFUL = "wrong_layers.ForgetfulLinear"


def kind_of(name: str) -> tuple[str, bool]:
    """The lecture file of a model, and whether it hides something."""
    return name.partition(".")[0], name in BUGS


def build(name: str, seed: int = 0) -> Any:
    """A fresh model of the course."""
    return COURSE.build(name, seed)


@cache
def column(name: str) -> RegistrySubject:
    """What the registry page says about it."""
    return subject_of(COURSE, name)


def example(name: str, model: nn.Module, seed: int = 0) -> Tensor:
    """The input it is shown with."""
    tensor = COURSE.input(name).draw(seed).only
    assert tensor is not None
    return tensor
