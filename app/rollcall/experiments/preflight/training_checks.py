"""The lines that ask whether a move and a training step find all of a model."""

from collections.abc import Iterable
from contextlib import suppress

import torch

from rollcall.core.devices import SIMULATED_NAME
from rollcall.core.findings.kinds import Finding, SplitByMove, Unreached, ZeroGradient
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code, move_to, unheard
from rollcall.core.model_raised import ModelRaised
from rollcall.core.rng.random_state import seeded
from rollcall.core.roll_call import TensorAnswers
from rollcall.core.sending import send
from rollcall.core.simulated_gpu import simulated_gpu
from rollcall.experiments.preflight.checked_model import CheckedModel
from rollcall.experiments.preflight.outcome import NOT_APPLICABLE, CheckOutcome, judged
from rollcall.experiments.preflight.own_tensors import OwnTensors


def moved(checked: CheckedModel) -> CheckOutcome:
    """All is where `.to()` was told to bring it, and forward runs there."""
    model = checked.build()
    tensors = [tensor.path for tensor in checked.scan.tensors]
    alone = _left_alone(checked)
    stayed = tuple(
        each.path for each in checked.roll.tensors if each.to is False and each.path not in alone
    )
    watched = OwnTensors(checked.target, str(checked.factory.file))
    try:
        send(model, checked.target)
        example = _brought(checked.example, checked.target)
        with seeded(checked.factory.seed):
            watched.call(model, example)
    except ModelRaised as error:
        raised = checked.factory.raised(error)
        if isinstance(checked.target, torch.dtype) and not stayed and _runs_on_a_gpu(checked):
            return CheckOutcome(verdict="na", reason="own type", raised=raised)
        return CheckOutcome(verdict="fail", paths=stayed, own=tuple(watched.found), raised=raised)
    if not tensors:
        return NOT_APPLICABLE
    remade = checked.used.remade  # by each forward, from what was moved
    split = _split_off(checked)
    left = (*(path for path in stayed if path not in remade), *split)
    wanted = len(set(tensors).difference(remade)) + len(split)
    return judged(not left, paths=left, found=wanted - len(left), wanted=wanted)


def _runs_on_a_gpu(checked: CheckedModel) -> bool:
    """Whether a move to the simulated GPU brings all of the model there.

    Then a forward that raises in float64 makes tensors of float32 itself: `t.float()`, or a first
    state of a recurrent layer. So does many a correct one.
    """
    with suppress(ModelRaised), unheard():
        model = checked.build()
        with simulated_gpu():
            move_to(model, SIMULATED_NAME)
            checked.example.to(SIMULATED_NAME, None).call(model)
            return True
    return False


def located(checked: CheckedModel) -> CheckOutcome:
    """The first parameter is where the model was sent, which is all that one print can tell."""
    if not checked.has_parameters_to_want:
        return NOT_APPLICABLE
    model, target = checked.build(), checked.target
    send(model, target)
    with model_code("next(model.parameters())"):
        first = next(model.parameters())
    if isinstance(target, torch.dtype):
        there = first.dtype == target or not first.is_floating_point()
        return judged(there, answer=str(first.dtype))
    return judged(first.device == target, answer=str(first.device))


def _split_off(checked: CheckedModel) -> list[str]:
    """Second names of tensors, under which the old tensor stays behind."""
    return [found.alias for found in checked.findings if isinstance(found, SplitByMove)]


def _left_alone(checked: CheckedModel) -> set[str]:
    """Complex numbers, which double() does not touch, registered or not."""
    if isinstance(checked.target, torch.device):
        return set()
    return {each.path for each in checked.scan.tensors if each.dtype.startswith("complex")}


def _brought(example: ModelInput, target: torch.dtype | torch.device) -> ModelInput:
    """Where the model is. A move to another float type leaves integers alone."""
    if isinstance(target, torch.dtype):
        return example.to(dtype=target)
    return example.to(target)


def held(checked: CheckedModel) -> CheckOutcome:
    """`SGD(model.parameters())`, built before the first forward, holds every trainable tensor."""
    if not checked.has_parameters_to_want:
        return NOT_APPLICABLE
    missing = [each.path for each in _trainable(checked) if not each.optimizer]
    return _trained(checked, missing)


def stepped(checked: CheckedModel) -> CheckOutcome:
    """One step changes each of them, unless its gradient is too small, or absent by chance.

    A bias before a normalization has a gradient of rounding errors, and an expert that was not
    routed to has none. What gets none or exactly 0 for several inputs will not be trained.
    """
    if not checked.has_parameters_to_want:
        return NOT_APPLICABLE
    if checked.roll.backward_raised:
        return CheckOutcome(verdict="fail", raised=checked.roll.backward_raised)
    unchanged = [each for each in _trainable(checked) if not each.stepped]
    idle: tuple[str, ...] = ()
    if unchanged and checked.after_training is not None:
        without = _without_gradient(checked.after_training)
        idle = tuple(each.path for each in unchanged if each.optimizer and each.path not in without)
    if len(idle) == len(_trainable(checked)):  # the step changed nothing at all
        idle = ()
    outcome = _trained(checked, [each.path for each in unchanged if each.path not in idle])
    if outcome.found is None:
        return outcome.model_copy(update={"idle": idle})
    return outcome.model_copy(update={"idle": idle, "found": outcome.found - len(idle)})


def _without_gradient(findings: Iterable[Finding]) -> set[str]:
    """The parameters whose gradient is absent or exactly 0 for several seeds and inputs."""
    paths: set[str] = set()
    for finding in findings:
        if isinstance(finding, Unreached | ZeroGradient):
            paths.update(finding.paths)
    return paths


def _trainable(checked: CheckedModel) -> list[TensorAnswers]:
    return [each for each in checked.roll.tensors if each.trainable]


def _trained(checked: CheckedModel, missing: Iterable[str]) -> CheckOutcome:
    sizes = ["×".join(map(str, leaf.shape)) or "1" for leaf in checked.used.unreachable]
    unknown = [f"a tensor of {size}" for size in sizes]
    missing = (*missing, *unknown)
    wanted = len(_trainable(checked)) + len(unknown)
    found = wanted - len(missing)
    raised = checked.roll.optimizer_raised
    passes = not missing and raised is None
    return judged(passes, paths=missing, found=found, wanted=wanted, raised=raised)
