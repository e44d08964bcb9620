"""Other values of what a forward lets its caller choose: a flag, the key or the place of a part."""

import inspect
from collections.abc import Iterator
from typing import Any

from torch import nn

from rollcall.core.input.model_input import ModelInput

MOST_CHOICES = 12  # that are tried: each is a forward
NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def other_choices(model: nn.Module, x: ModelInput) -> list[ModelInput]:
    """Calls that differ from one in one choice.

    So `forward(self, x, task="depth")` is called with each key that stands beside "depth" in an
    nn.ModuleDict, an index with each place of an nn.ModuleList, and a flag the other way round.
    """
    return list(_all(model, x))[:MOST_CHOICES]


def _all(model: nn.Module, x: ModelInput) -> Iterator[ModelInput]:
    for place, value in enumerate(x.args):
        for other in _others(model, value):
            yield ModelInput((*x.args[:place], other, *x.args[place + 1 :]), x.kwargs)
    for name, value in {**_defaults(model, len(x.args)), **x.kwargs}.items():
        for other in _others(model, value):
            yield ModelInput(x.args, {**x.kwargs, name: other})


def _defaults(model: nn.Module, given: int) -> dict[str, Any]:
    """Of what a call with so many arguments leaves out."""
    try:
        parameters = list(inspect.signature(model.forward).parameters.values())[given:]
    except (TypeError, ValueError):
        return {}
    named = [each for each in parameters if each.kind in NAMED]
    return {each.name: each.default for each in named if each.default is not each.empty}


def _others(model: nn.Module, value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        for module in model.modules():
            if isinstance(module, nn.ModuleDict) and value in module:
                yield from (key for key in module if key != value)
    elif isinstance(value, int):
        for module in model.modules():
            if isinstance(module, nn.ModuleList) and 0 <= value < len(module):
                yield from (place for place in range(len(module)) if place != value)
