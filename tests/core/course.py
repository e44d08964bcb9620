"""The built-in course, loaded once, and the names of its models."""

from typing import Any

from torch import Tensor, nn

from rollcall.core.catalog import Catalog, load
from rollcall.folders import MODELS

COURSE: Catalog = load(MODELS)
NAMES = tuple(COURSE.contents.cards)
# What each model with a bug hides, as (class, attribute): the assignments after which PyTorch knows no more.
BUGS: dict[str, list[tuple[str, str]]] = {
    "containers.BadListNet": [("BadListNet", "layers")],
    "containers.HalfListNet": [("HalfListNet", "hidden")],
    "containers.BadDictNet": [("BadDictNet", "layers")],
    "parameters.BadLayer": [("BadLayer", "weight")],
    "parameters.DemoModule": [("DemoModule", "scale")],
    "parameters.PlainPartNet": [("PlainPartNet", "part"), ("NotAModule", "weight")],
    "parameters.TableNet": [("TableNet", "table")],
    "dropout.DropoutListNet": [("DropoutListNet", "dropouts")],
    "dropout.BatchNormListNet": [("BatchNormListNet", "norms")],
}


def build(name: str, seed: int = 0) -> Any:
    """A fresh model of the course."""
    return COURSE.build(name, seed)


def example(name: str, model: nn.Module, seed: int = 0) -> Tensor:
    """The input it is shown with."""
    return COURSE.example(name, model, seed)
