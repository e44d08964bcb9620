"""The lines of the pre-flight checklist: each runs what its Python says, on models of its own."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

import torch
from torch import Tensor, nn

from rollcall.core.nested_tensors import tensors_in
from rollcall.core.object_walk import Found, walk
from rollcall.core.random_state import seeded
from rollcall.core.report import Raised, Report
from rollcall.core.round_trip import call_once, saved
from rollcall.core.round_trip import round_trip as save_and_load
from rollcall.core.scan import ModuleEntry, scan
from rollcall.core.tensor_compare import all_max_abs_diff, all_same
from rollcall.experiments.preflight.checked_model import CheckedModel

CONTAINERS = ("list", "tuple", "dict", "set", "frozenset", "deque")
# What torch.fx says only of a module or parameter that the model uses and does not list.
UNREGISTERED = (
    "module is not installed as a submodule",
    "parameter is not a member of this module",
)
REGISTERING = (nn.ModuleList, nn.ModuleDict, nn.Sequential, nn.ParameterList, nn.ParameterDict)


class CheckOutcome(Report):
    """What one line of the checklist found."""

    verdict: Literal["pass", "fail", "na"]
    paths: tuple[str, ...] = ()  # who is in the way
    found: int | None = None
    wanted: int | None = None
    # the largest difference between two outputs; infinite where only one is a number
    apart: float | None = None
    # in the optimizer and with a gradient, which was too small for a change, as before a batch norm
    idle: tuple[str, ...] = ()
    # the line could not be run to its end; with "na" this says nothing about the model
    raised: Raised | None = None


def printed(checked: CheckedModel) -> CheckOutcome:
    """Every layer that forward calls is one that the printout lists."""
    model = checked.build()
    paths = {id(found.value): found.path for found in walk(model).modules}
    called: dict[int, nn.Module] = {}

    def note(module: nn.Module, *_: Any) -> None:
        called[id(module)] = module

    with nn.modules.module.register_module_forward_hook(note), seeded(checked.factory.seed):
        shown = {id(module) for module in model.modules()}
        model(checked.example)
    layers = [module for module in called.values() if module is not model]
    if not layers:
        return CheckOutcome(verdict="na")
    missing = []
    for layer in layers:
        if id(layer) not in shown and _counts(layer):
            name = f"{type(layer).__name__}({layer.extra_repr()})"
            missing.append(paths.get(id(layer)) or name)
    n_listed = len(layers) - len(missing)
    return _judged(not missing, paths=tuple(missing), found=n_listed, wanted=len(layers))


def _counts(layer: nn.Module) -> bool:
    """Whether it matters that a layer is unknown: it holds state, or reads `self.training`."""
    entry = scan(layer).modules[0]
    return entry.stateful or bool(layer.state_dict())


def parameters(checked: CheckedModel) -> CheckOutcome:
    """`named_parameters()` is not empty."""
    names = list(checked.build().named_parameters())
    if not checked.has_parameters_to_want:
        return CheckOutcome(verdict="na")
    return _judged(bool(names), found=len(names))


def counted(checked: CheckedModel) -> CheckOutcome:
    """The trainable numbers that are counted are those that backward reaches."""
    used = checked.used
    if not checked.has_parameters_to_want:
        return CheckOutcome(verdict="na")
    # A lazy parameter has no elements before the first forward.
    found = max(checked.scan.registered, used.answering)
    return _judged(used.answering == used.reached == found, found=found, wanted=used.reached)


def containers(checked: CheckedModel) -> CheckOutcome:
    """No list, tuple, dict or set of Python's holds a layer or a tensor."""
    plain = [place for place in checked.scan.hiding_places if place.holds in CONTAINERS]
    registering = [
        module for module in checked.build().modules() if isinstance(module, REGISTERING)
    ]
    if not plain and not registering:
        return CheckOutcome(verdict="na")
    return _judged(not plain, paths=tuple(f"{place.attribute}: {place.holds}" for place in plain))


def moved(checked: CheckedModel) -> CheckOutcome:
    """All is where `.to()` was told to bring it, and forward runs there."""
    model = checked.build()
    tensors = [found.path for found in walk(model).tensors]
    left = tuple(each.path for each in checked.roll.tensors if each.to is False)
    model.to(checked.target)
    example = checked.example
    try:
        if example.is_floating_point():
            example = example.to(checked.target)
        with seeded(checked.factory.seed):
            model(example)
    except Exception as error:
        return CheckOutcome(verdict="fail", paths=left, raised=checked.factory.raised(error))
    if not tensors:
        return CheckOutcome(verdict="na")
    return _judged(not left, paths=left, found=len(tensors) - len(left), wanted=len(tensors))


def held(checked: CheckedModel) -> CheckOutcome:
    """`SGD(model.parameters())`, built before the first forward, holds every trainable tensor."""
    if not checked.has_parameters_to_want:
        return CheckOutcome(verdict="na")
    return _trained(
        checked, [each.path for each in checked.roll.tensors if each.optimizer is False]
    )


def stepped(checked: CheckedModel) -> CheckOutcome:
    """One step changes each of them, unless its gradient is too small for that."""
    if not checked.has_parameters_to_want:
        return CheckOutcome(verdict="na")
    if checked.roll.backward_raised:
        return CheckOutcome(verdict="fail", raised=checked.roll.backward_raised)
    trainable = [each for each in checked.roll.tensors if each.optimizer is not None]
    unchanged = [each for each in trainable if not each.stepped]
    idle = tuple(each.path for each in unchanged if each.optimizer and each.autograd)
    outcome = _trained(checked, [each.path for each in unchanged if each.path not in idle])
    if outcome.found is None:
        return outcome.model_copy(update={"idle": idle})
    return outcome.model_copy(update={"idle": idle, "found": outcome.found - len(idle)})


def _trained(checked: CheckedModel, missing: Iterable[str]) -> CheckOutcome:
    trainable = [each for each in checked.roll.tensors if each.optimizer is not None]
    sizes = ["×".join(map(str, leaf.shape)) or "1" for leaf in checked.used.unreachable]
    unknown = [f"a tensor of {size}" for size in sizes]
    missing = (*missing, *unknown)
    wanted = len(trainable) + len(unknown)
    raised = checked.roll.optimizer_raised
    found = wanted - len(missing)
    return CheckOutcome(
        verdict="fail" if missing or raised else "pass",
        paths=missing,
        found=found,
        wanted=wanted,
        raised=raised,
    )


def round_trip(checked: CheckedModel) -> CheckOutcome:
    """A model with other weights answers as this one does, once it has loaded this one's file.

    It is the check of the saving page.
    """
    model, seed = checked.build(), checked.factory.seed
    call_once(model, checked.example, seed)
    other = replace(checked.factory, seed=seed ^ 1)  # stays within the bounds of a seed
    file = str(checked.factory.file)
    trip = save_and_load(model, saved(model), other.build, checked.example, seed, file)
    if not trip.tensors:
        return CheckOutcome(verdict="na")
    if trip.comparison is None or trip.load_raised:
        return CheckOutcome(verdict="fail", raised=trip.load_raised or trip.forward_raised)
    if trip.comparison.equal:
        return CheckOutcome(verdict="pass")
    return CheckOutcome(verdict="fail", apart=trip.comparison.furthest)


def agreeing(checked: CheckedModel) -> CheckOutcome:
    """The same input twice, after `eval()`."""
    model = checked.factory.build().eval()
    stateful = [entry for entry in scan(model).missing if isinstance(entry, ModuleEntry)]
    unheard = tuple(entry.path for entry in stateful if entry.training)
    with seeded(checked.factory.seed):
        first = _outputs(model, checked.example)
        second = _outputs(model, checked.example)
    if all_same(first, second):
        return CheckOutcome(verdict="pass", paths=unheard)
    return CheckOutcome(verdict="fail", paths=unheard, apart=all_max_abs_diff(first, second))


def _outputs(model: nn.Module, example: Tensor) -> list[Tensor]:
    with torch.no_grad():
        return [output.clone() for output in tensors_in(model(example))]


def traced(checked: CheckedModel) -> CheckOutcome:
    """`torch.fx.symbolic_trace` meets nothing that the model does not list.

    What it cannot follow, such as an `if` on a tensor or `len()`, is no fault of the model's.
    """
    model = checked.build()
    try:
        with seeded(checked.factory.seed):
            torch.fx.symbolic_trace(model)
    except Exception as error:
        proof = isinstance(error, NameError) and str(error) in UNREGISTERED
        return CheckOutcome(verdict="fail" if proof else "na", raised=checked.factory.raised(error))
    return CheckOutcome(verdict="pass")


def exported(checked: CheckedModel) -> CheckOutcome:
    """`torch.export` knows the model's parameters, and lifts none of its tensors to a constant.

    What it cannot export, such as an `if` on a tensor, is no fault of the model's.
    """
    model, example = checked.build(), checked.example
    try:
        with seeded(checked.factory.seed):
            program = torch.export.export(model, (example,), strict=False)
    except Exception as error:
        return CheckOutcome(verdict="na", raised=checked.factory.raised(error))
    unregistered = {found.value.data_ptr() for found in walk(model).tensors if _is_lost(found)}
    constants = [(name, value) for name, value in program.constants.items() if _has_data(value)]
    lifted = tuple(name for name, value in constants if value.data_ptr() in unregistered)
    known = sum(p.numel() for p in program.parameters() if p.requires_grad)
    reached = checked.used.reached
    return _judged(not lifted and known >= reached, paths=lifted, found=known, wanted=reached)


def _is_lost(found: Found) -> bool:
    """Whether it is a plain tensor or parameter that PyTorch does not know."""
    is_tensor = type(found.value) in (Tensor, nn.Parameter)
    return is_tensor and not found.registered and _has_data(found.value)


def _has_data(value: Any) -> bool:
    return isinstance(value, Tensor) and value.numel() > 0


def _judged(passes: bool, **detail: Any) -> CheckOutcome:
    return CheckOutcome(verdict="pass" if passes else "fail", **detail)


CHECKS: dict[str, Callable[[CheckedModel], CheckOutcome]] = {
    "printed": printed,
    "parameters": parameters,
    "counted": counted,
    "containers": containers,
    "moved": moved,
    "held": held,
    "stepped": stepped,
    "round_trip": round_trip,
    "agreeing": agreeing,
    "traced": traced,
    "exported": exported,
}


def check(name: str, checked: CheckedModel) -> CheckOutcome:
    """Run one line; what is raised in it is its answer."""
    try:
        return CHECKS[name](checked)
    except Exception as error:
        return CheckOutcome(verdict="fail", raised=checked.factory.raised(error))
