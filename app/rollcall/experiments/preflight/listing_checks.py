"""The lines that ask what a model lists: its layers, its parameters, and how many numbers."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from torch import nn

from rollcall.core.model_code import model_code
from rollcall.core.module_facts import extra_repr
from rollcall.core.rng.random_state import seeded
from rollcall.core.stateless import is_stateless
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.preflight.checked_model import CheckedModel
from rollcall.experiments.preflight.outcome import NOT_APPLICABLE, CheckOutcome, judged

CONTAINERS = (list, tuple, dict, set, frozenset, deque)
NAMES = tuple(kind.__name__ for kind in CONTAINERS)
REGISTERING = (nn.ModuleList, nn.ModuleDict, nn.Sequential, nn.ParameterList, nn.ParameterDict)


def printed(checked: CheckedModel) -> CheckOutcome:
    """Every layer that forward calls is one that the printout lists, and it can be printed."""
    model = checked.build()
    with model_code("print(model)"):
        str(model)
    paths = {id(found.value): found.path for found in walk(model).modules}
    called: dict[int, nn.Module] = {}

    def note(module: nn.Module, *_: Any) -> None:
        called[id(module)] = module

    with nn.modules.module.register_module_forward_hook(note), seeded(checked.factory.seed):
        with model_code("model.modules()"):
            shown = {id(module) for module in model.modules()}
        checked.example.call(model)
    layers = [module for module in called.values() if module is not model]
    if not layers:
        return NOT_APPLICABLE
    missing = []
    for layer in layers:
        if id(layer) not in shown and not is_stateless(layer):
            name = f"{type(layer).__name__}({extra_repr(layer)})"
            missing.append(paths.get(id(layer)) or name)
    n_listed = len(layers) - len(missing)
    return judged(not missing, paths=tuple(missing), found=n_listed, wanted=len(layers))


def parameters(checked: CheckedModel) -> CheckOutcome:
    """`named_parameters()` is not empty."""
    with model_code("model.named_parameters()"):
        names = list(checked.untouched.named_parameters())
    if not checked.has_parameters_to_want:
        return NOT_APPLICABLE
    return judged(bool(names), found=len(names))


def counted(checked: CheckedModel) -> CheckOutcome:
    """The trainable numbers that are counted are those that backward reaches."""
    if not checked.has_parameters_to_want:
        return NOT_APPLICABLE
    with model_code("model.parameters()"):
        list(checked.untouched.parameters())
    known, total = checked.answering
    return judged(known == total, found=known, wanted=total)


def _kinds_of_container(modules: Iterable[nn.Module]) -> Iterator[str]:
    """The classes of theirs that derive from one, such as a namedtuple or a defaultdict."""
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, CONTAINERS):
                yield type(value).__name__


def containers(checked: CheckedModel) -> CheckOutcome:
    """No list, tuple, dict or set of Python's holds a layer or a tensor."""
    modules = [found for found in walk(checked.untouched).modules if found.registered]
    kinds = {*NAMES, *_kinds_of_container(found.value for found in modules)}
    plain = [place for place in checked.scan.hiding_places if place.holds in kinds]
    registering = [found for found in modules if isinstance(found.value, REGISTERING)]
    if not plain and not registering:
        return NOT_APPLICABLE
    return judged(not plain, paths=tuple(f"{place.attribute}: {place.holds}" for place in plain))
