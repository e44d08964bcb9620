"""The inputs that a forward asks for, by its signature, before anything is known of them."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from torch import nn

from rollcall.core.input.input_spec import BOOL, INT, ConstantSpec, GroupSpec, Spec, TensorSpec
from rollcall.lectures.input_search.wants import BATCH, TIME, WIDTH

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
NUMBERS = re.compile(r"num|feat|dense|cont")
COUNT = re.compile(r"^(n|k|num|steps)$|^(n|num)_|_steps$|^max_len")
# What one calls such inputs, and what they look like beside a first one.
BY_NAME: list[tuple[re.Pattern[str], Callable[[TensorSpec], Spec]]] = [
    (re.compile(r"mask"), lambda first: TensorSpec(first.shape[:2], BOOL)),
    (re.compile(r"^edge_index$|^edges$"), lambda first: _edges(first)),
    (re.compile(r"^adj|^a_hat$|laplacian"), lambda first: _square(first)),
    (re.compile(r"len(s|gths?)$"), lambda first: _lengths(first)),
    (re.compile(r"^t$|^time(steps?)?$|sigma|noise_level"), lambda first: _one_each(first)),
]
BY_ANNOTATION: dict[Any, Any] = {int: 2, float: 0.5, bool: False}
BY_ANNOTATION |= {"int": 2, "float": 0.5, "bool": False}  # from __future__ import annotations


def calls_of(model: nn.Module, first: TensorSpec) -> Iterator[GroupSpec]:
    """Calls with every input that has no default; then with one or two more.

    Args:
        model: whose forward is called.
        first: what its first input is thought to be.
    """
    required, optional = _parameters(model)
    for number in range(min(2, len(optional)) + 1):
        items: list[tuple[int | str, Spec]] = []
        for place, parameter in enumerate([*required, *optional[:number]]):
            key: int | str = place
            if parameter.kind not in POSITIONAL:
                key = parameter.name
            items.append((key, _spec(parameter, first, place, model)))
        if items or number or not optional:
            yield GroupSpec("call", tuple(items))
        else:
            yield GroupSpec("call", ())


def _parameters(model: nn.Module) -> tuple[list[inspect.Parameter], list[inspect.Parameter]]:
    """Those without a default, and those whose default is None: what one may leave out."""
    try:
        parameters = list(inspect.signature(model.forward).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = [each for each in parameters if each.kind not in variable]
    required = [each for each in named if each.default is inspect.Parameter.empty]
    has_several = any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters)
    has_one = any(each.kind in POSITIONAL for each in named)
    if not named or (has_several and not has_one):  # forward(self, *inputs, scale=1.0)
        required.insert(0, inspect.Parameter("x", inspect.Parameter.POSITIONAL_ONLY))
    if required:
        return required, [each for each in named if each.default is None]
    return required, [each for each in named if each not in required]


def _spec(parameter: inspect.Parameter, first: TensorSpec, place: int, model: nn.Module) -> Spec:
    if parameter.annotation in (str, "str"):
        return ConstantSpec(next(iter(keys_of_layers(model)), ""))
    if parameter.annotation in BY_ANNOTATION:
        return ConstantSpec(BY_ANNOTATION[parameter.annotation])
    name = parameter.name.lower()
    if COUNT.search(name):
        return ConstantSpec(2)
    if NUMBERS.search(name) and not first.is_float:
        return TensorSpec((BATCH, WIDTH))
    if place:
        for pattern, make in BY_NAME:
            if pattern.search(name):
                return make(first)
    return first


def _edges(first: TensorSpec) -> TensorSpec:
    return TensorSpec((2, 6), INT, high=first.shape[0])


def _square(first: TensorSpec) -> TensorSpec:
    return TensorSpec((first.shape[0], first.shape[0]), low=0, high=1)


def _lengths(first: TensorSpec) -> TensorSpec:
    """All of them as long as the longest."""
    steps = TIME
    if len(first.shape) > 1:
        steps = first.shape[1]
    return TensorSpec(first.shape[:1], INT, low=steps, high=steps + 1)


def _one_each(first: TensorSpec) -> TensorSpec:
    return TensorSpec((first.shape or (BATCH,))[:1])


def keys_of_layers(model: nn.Module) -> list[Any]:
    """The first key of every dict of layers in a model, for whoever asks for one by its key."""
    keys: list[Any] = []
    for module in model.modules():
        if isinstance(module, nn.ModuleDict | nn.ParameterDict):
            keys += list(module)[:1]
        for name, value in vars(module).items():
            if isinstance(value, dict) and value and not name.startswith("_"):
                keys.append(next(iter(value)))
    return keys
