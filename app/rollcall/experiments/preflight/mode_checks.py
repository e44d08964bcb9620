"""The line that asks whether train() reaches every module, as it should before a training."""

from collections.abc import Collection

from torch import nn

from rollcall.core.model_code import model_code, set_mode
from rollcall.core.scan import ModuleEntry, scan
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.preflight.checked_model import CheckedModel
from rollcall.experiments.preflight.outcome import CheckOutcome, judged


def switched(checked: CheckedModel) -> CheckOutcome:
    """After `train()` the model trains, and no module that PyTorch does not know stays in eval.

    One that it knows may be kept in eval on purpose, by a train() of the model's own. Then eval()
    reaches it: a module that neither call reaches was forgotten.
    """
    model = checked.build()
    _flag_all(model, training=False)
    with model_code("model.train()"):
        model.train()
    after = scan(model)
    still = tuple(entry.path for entry in after.modules if not entry.training)
    unknown = [each for each in after.missing if isinstance(each, ModuleEntry)]
    passes = after.modules[0].training and all(each.training for each in unknown)
    kept = {each.path for each in after.modules if each.status == "registered"}.intersection(still)
    if passes and kept:
        passes = not _forgotten(model, kept)
    total = len(after.modules)
    return judged(passes, paths=still, found=total - len(still), wanted=total)


def _flag_all(model: nn.Module, *, training: bool) -> None:
    with model_code(f"module.training = {training}"):
        for found in walk(model).modules:
            found.value.training = training


def _forgotten(model: nn.Module, paths: Collection[str]) -> bool:
    """Whether eval() reaches one of these modules no more than train() did."""
    _flag_all(model, training=True)
    set_mode(model, "eval")
    asked = [entry for entry in scan(model).modules if entry.path in paths]
    return any(entry.training and entry.stateful for entry in asked)
