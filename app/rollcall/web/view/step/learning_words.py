"""What backward and the optimizer's step did, as a clause of the sentence above both columns."""

from rollcall.experiments.step.moment import Moment
from rollcall.web.view.sentence import Sentence, code, em, sentence
from rollcall.web.view.words import number, one_or_many, whole


def after_backward(moment: Moment) -> Sentence:
    """Who has a gradient, registered or not."""
    reached = [each for each in moment.tensors if each.gradient is not None]
    if not reached:
        return sentence(em("no tensor gets a gradient"))
    gets = one_or_many(len(reached), "gets a gradient", "get a gradient")
    said = _of(len(reached), len(moment.tensors))
    lost = sum(1 for each in reached if each.status == "unregistered")
    if lost:
        knows = f"{number(lost)} of which no registry knows"
        if lost == len(reached):
            knows = "though no registry knows of any"
        return sentence(f"{said} {gets}, ", em(knows))
    return sentence(f"{said} {gets}")


def after_step(moment: Moment) -> Sentence:
    """Who moved."""
    if moment.refused:
        call = code("SGD(model.parameters())")
        return sentence(call, " raises ", em(f"{moment.refused.type}: nothing moves"))
    moved = sum(1 for each in moment.tensors if each.moved)
    if moved == len(moment.tensors):
        return sentence(f"the step moves {whole(moved, 'tensor', 'tensors')}")
    of = f"{number(moved)} of {number(len(moment.tensors))} tensors"
    return sentence("the step moves ", em(of))


def _of(some: int, all_of_them: int) -> str:
    if some == all_of_them:
        return whole(some, "tensor", "tensors")
    return f"{number(some)} of {number(all_of_them)} tensors"
