"""The checks of a repaired model: each runs it, and none reads its source."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from torch import Tensor

from rollcall.core.findings.kinds import RandomInEval, RandomPlace
from rollcall.core.model_raised import ModelRaised
from rollcall.core.report import Raised, Report
from rollcall.core.roll_call import TensorAnswers
from rollcall.core.tensors.tensor_compare import all_max_abs_diff, all_same
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.core.walk.found import HidingPlace
from rollcall.experiments.exercise.repair import Repair, Wanted
from rollcall.experiments.layer_checks.closeness import closeness

Verdict = Literal["pass", "fail", "todo"]


class RepairFinding(Report):
    """The outcome of one check; what does not concern it is None or empty."""

    verdict: Verdict
    found: int | None = None
    wanted: int | None = None
    shapes: tuple[Shape | None, ...] = ()  # of the outputs
    wanted_shapes: tuple[Shape | None, ...] = ()
    unfrozen: bool = False  # it was counted after requires_grad_(True)
    paths: tuple[str, ...] = ()  # who is in the way
    places: tuple[HidingPlace, ...] = ()  # what keeps them from PyTorch's registries
    drawing: tuple[RandomPlace, ...] = ()  # who draws random numbers after eval()
    kinds: tuple[str, ...] = ()  # of what the registry page names
    apart: float | None = None  # the largest difference of two outputs
    raised: Raised | None = None


class RepairLine(Report):
    """One check by its name."""

    name: str
    finding: RepairFinding


# None: it does not apply
Check = Callable[[Repair, Wanted], RepairFinding | None]


def check_repair(repair: Repair, wanted: Wanted) -> tuple[RepairLine, ...]:
    """Run every check that applies, in order; what the model raises in one is its answer."""
    lines = []
    for name, run in CHECKS.items():
        finding = _outcome(run, repair, wanted)
        if finding is not None:
            lines.append(RepairLine(name=name, finding=finding))
    return tuple(lines)


def _outcome(run: Check, repair: Repair, wanted: Wanted) -> RepairFinding | None:
    try:
        return run(repair, wanted)
    except ModelRaised as error:
        return _judged(False, raised=repair.factory.raised(error))


def _judged(passes: bool, **evidence: Any) -> RepairFinding:
    """A verdict with what it rests on."""
    verdict: Verdict = "fail"
    raised: Raised | None = evidence.get("raised")
    if raised is not None and raised.type == NotImplementedError.__name__:
        verdict = "todo"
    elif passes:
        verdict = "pass"
    return RepairFinding(verdict=verdict, **evidence)


def output(repair: Repair, wanted: Wanted) -> RepairFinding:
    """Forward runs, and gives outputs of the shapes that the solution's have."""
    first, _ = repair.forwards("train")
    shapes = tuple(map(shape_of, first))
    return _judged(shapes == wanted.shapes, shapes=shapes, wanted_shapes=wanted.shapes)


def trainable(repair: Repair, wanted: Wanted) -> RepairFinding:
    """Backward reaches as many numbers as in the solution, so that no layer was thrown away.

    Also after requires_grad_(True), which would train a table that is a frozen Parameter.
    """
    found = repair.used.reached
    if found != wanted.trainable:
        return _judged(False, found=found, wanted=wanted.trainable)
    found = repair.reached_unfrozen
    return _judged(found == wanted.unfrozen, found=found, wanted=wanted.unfrozen, unfrozen=True)


def answering(repair: Repair, wanted: Wanted) -> RepairFinding | None:
    """Every trainable number that backward reaches is one of `model.parameters()`."""
    used = repair.used
    if not used.reached:
        return None
    answer = used.answering == used.reached
    return _judged(
        answer, found=used.answering, wanted=used.reached, places=_places(repair, answer)
    )


def stepped(repair: Repair, wanted: Wanted) -> RepairFinding | None:
    """One step of SGD changes every trainable tensor."""
    roll = repair.roll
    tensors = [each for each in roll.tensors if each.trainable]
    if not tensors:
        return None
    missing = tuple(each.path for each in tensors if not each.stepped)
    raised = roll.backward_raised or roll.optimizer_raised
    counts = _counts(tensors, missing)
    return _judged(not missing and raised is None, raised=raised, paths=missing, **counts)


def moved(repair: Repair, wanted: Wanted) -> RepairFinding | None:
    """`.to()` takes every tensor along."""
    remade = repair.used.remade
    asked = [each for each in repair.roll.tensors if each.to is not None]
    tensors = [each for each in asked if each.path not in remade]
    if not tensors:
        return None
    missing = tuple(each.path for each in tensors if not each.to)
    counts = _counts(tensors, missing)
    return _judged(not missing, paths=missing, places=_places(repair, not missing), **counts)


def saved(repair: Repair, wanted: Wanted) -> RepairFinding | None:
    """The file holds every tensor."""
    remade = repair.used.remade
    tensors = [each for each in repair.roll.tensors if each.path not in remade]
    if not tensors:
        return None
    missing = tuple(each.path for each in tensors if not each.state_dict)
    raised = repair.roll.state_dict_raised
    counts = _counts(tensors, missing)
    return _judged(not missing and raised is None, raised=raised, paths=missing, **counts)


def draws(repair: Repair, wanted: Wanted) -> RepairFinding | None:
    """After train() two forwards differ, where those of the solution do."""
    if not wanted.draws:
        return None
    first, second = repair.forwards("train")
    return _judged(not all_same(first, second))


def in_eval(repair: Repair, wanted: Wanted) -> RepairFinding:
    """After eval() two forwards on one input are equal."""
    first, second = repair.forwards("eval")
    if all_same(first, second):
        return _judged(True)
    drawing = [each for each in repair.findings.findings if isinstance(each, RandomInEval)]
    places = tuple(place for finding in drawing for place in finding.places)
    return _judged(False, apart=all_max_abs_diff(first, second), drawing=places)


def agreeing(repair: Repair, wanted: Wanted) -> RepairFinding | None:
    """With the weights of the solution it answers as the solution does, after eval()."""
    if not wanted.weights:
        return None
    own = repair.keys
    missing = tuple(key for key in wanted.weights if key not in own)
    if missing:
        return _judged(False, paths=missing)
    actual, _ = repair.forwards("eval", wanted.weights)
    shapes = tuple(map(shape_of, actual))
    if shapes != wanted.shapes:
        return _judged(False, shapes=shapes, wanted_shapes=wanted.shapes)
    pairs = zip(_parts(actual), _parts(wanted.outputs), strict=True)
    close = [closeness(one, other) for one, other in pairs]
    within = all(each is None or each.within for each in close)
    return _judged(within, apart=all_max_abs_diff(actual, wanted.outputs))


def _parts(outputs: Iterable[Tensor]) -> Iterator[Tensor]:
    """The outputs, of a nested tensor the tensors in it."""
    for output in outputs:
        if output.is_nested:
            yield from output.unbind()
        else:
            yield output


def nothing_else(repair: Repair, wanted: Wanted) -> RepairFinding:
    """The registry page names nothing else."""
    kinds = tuple(dict.fromkeys(each.kind for each in repair.findings.findings))
    return _judged(not kinds, kinds=kinds)


def _places(repair: Repair, answer: bool) -> tuple[HidingPlace, ...]:
    """Behind which attributes PyTorch's registries end, where not all answer."""
    if answer:
        return ()
    return repair.scan.hiding_places


def _counts(tensors: list[TensorAnswers], missing: tuple[str, ...]) -> dict[str, int]:
    return {"found": len(tensors) - len(missing), "wanted": len(tensors)}


CHECKS: dict[str, Check] = {
    "output": output,
    "trainable": trainable,
    "answering": answering,
    "stepped": stepped,
    "moved": moved,
    "saved": saved,
    "draws": draws,
    "in_eval": in_eval,
    "agreeing": agreeing,
    "nothing_else": nothing_else,
}
