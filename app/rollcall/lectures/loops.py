"""Which functions of a file are training loops, and which model each of them trains."""

import inspect
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from torch import Tensor, nn

PARAMETERS = ("model", "batches")


class PlainNet(nn.Module):
    """What a loop trains that names no model, in a file without one."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Dropout(0.2))
        self.head = nn.Linear(20, 3)

    def forward(self, x: Tensor) -> Tensor:
        """From 10 numbers to 3."""
        answer: Tensor = self.head(self.body(x))
        return answer


def loops_in(module: ModuleType) -> dict[str, FunctionType]:
    """The functions that the file itself defines with `model` and `batches` as first parameters."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType)
        and value.__module__ == module.__name__
        and not name.startswith("_")
        and tuple(inspect.signature(value).parameters)[:2] == PARAMETERS
    }


def further_arguments(loop: FunctionType) -> tuple[str, ...]:
    """Those that nothing gives a value."""
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    further = list(inspect.signature(loop).parameters.values())[2:]
    return tuple(p.name for p in further if p.default is p.empty and p.kind not in variable)


def trained_by(loop: Callable[..., Any], module: ModuleType) -> type[nn.Module]:
    """The class that its annotation names, else the first of its file that needs no arguments.

    A net of ours where there is none.
    """
    said = loop.__annotations__.get("model")
    if isinstance(said, str):
        said = vars(module).get(said)
    if isinstance(said, type) and _is_made_without_arguments(said):
        return said
    for value in vars(module).values():
        if _is_made_without_arguments(value) and value.__module__ == module.__name__:
            kind: type[nn.Module] = value
            return kind
    return PlainNet


def _is_made_without_arguments(value: Any) -> bool:
    if not isinstance(value, type) or not issubclass(value, nn.Module) or value is nn.Module:
        return False
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(value).parameters.values()
    return all(p.default is not p.empty or p.kind in variable for p in parameters)
