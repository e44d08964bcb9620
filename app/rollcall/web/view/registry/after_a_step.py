"""What one step changes in a model: told where it stands beside itself."""

from rollcall.core.roll_call import RollCall
from rollcall.experiments.registry.experiment import RegistryReport
from rollcall.web.view.sentence import Sentence, em, joined, sentence
from rollcall.web.view.words import all_of, number, one_or_many, whole

TENSORS = ("trainable tensor", "trainable tensors")


def after_a_step(report: RegistryReport) -> Sentence:
    """One sentence or two; empty where two models are compared, or where no step was made."""
    roll = report.left.roll_call
    if report.left.card.name != report.right.card.name or roll is None:
        return ()
    if roll.backward_raised and not roll.optimizer_raised:
        return ()
    trainable = [tensor for tensor in roll.tensors if tensor.trainable]
    if not trainable:
        return ()
    kept = tuple(tensor.path for tensor in trainable if not tensor.stepped)
    if not kept:
        return sentence(f"{_beginning(len(trainable))} changed.")
    return joined([_of_those_that_differ(len(trainable), len(kept), roll), _kept(kept)])


def _beginning(count: int) -> str:
    said = whole(count, *TENSORS)
    if count == 1:
        said = f"its {said}"
    return said[0].upper() + said[1:]


def _of_those_that_differ(count: int, kept: int, roll: RollCall) -> Sentence:
    if kept < count:
        return sentence(f"{number(count - kept)} of {number(count)} {TENSORS[1]} changed.")
    if roll.optimizer_raised:
        raised = roll.optimizer_raised.type
        return sentence(f"Nothing changed: SGD raises {raised}, so no step is made.")
    return sentence("Nothing changed.")


def _kept(paths: tuple[str, ...]) -> Sentence:
    stay = one_or_many(len(paths), "stays as it was", "stay as they were")
    return sentence(em(all_of(paths), f" {stay}"), ".")
