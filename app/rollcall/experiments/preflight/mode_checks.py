"""The line that asks whether train() reaches every module, as it should before a training."""

from rollcall.core.model_code import model_code
from rollcall.core.scan import ModuleEntry, scan
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.preflight.checked_model import CheckedModel
from rollcall.experiments.preflight.outcome import CheckOutcome, judged


def switched(checked: CheckedModel) -> CheckOutcome:
    """After `train()` the model trains, and no module that PyTorch does not know stays in eval.

    One that it knows may be kept in eval on purpose, by a train() of the model's own.
    """
    model = checked.build()
    with model_code("module.training = False"):
        for found in walk(model).modules:
            found.value.training = False
    with model_code("model.train()"):
        model.train()
    after = scan(model)
    still = tuple(entry.path for entry in after.modules if not entry.training)
    unknown = [each for each in after.missing if isinstance(each, ModuleEntry)]
    passes = after.modules[0].training and all(each.training for each in unknown)
    total = len(after.modules)
    return judged(passes, paths=still, found=total - len(still), wanted=total)
