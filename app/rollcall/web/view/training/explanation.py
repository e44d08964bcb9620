"""Why PyTorch ended a training, where its message is of a kind that can be explained."""

from rollcall.experiments.training.report import TrainingSubject
from rollcall.web.view.sentence import Sentence, code, em, sentence
from rollcall.web.view.words import all_of, one_or_many

SECOND_BACKWARD = "backward through the graph a second time"
CHANGED_IN_PLACE = "modified by an inplace operation"
LEAF_IN_PLACE = "leaf Variable that requires grad"
NO_GRAPH = "does not require grad"


def explanation(subject: TrainingSubject) -> Sentence:
    """One sentence; empty where the message is of another kind, or says it all."""
    if subject.stopped is None:
        return ()
    message = subject.stopped.message
    if subject.graph_keepers and (SECOND_BACKWARD in message or CHANGED_IN_PLACE in message):
        return _earlier_graph(subject)
    if CHANGED_IN_PLACE in message:
        return sentence(
            "Forward computes with a tensor and then ",
            em("changes it in place"),
            ", by += or a function that ends in _: backward needs it as it was.",
        )
    if LEAF_IN_PLACE in message:
        return sentence(
            "Forward changes a Parameter in place, which autograd could not follow: ",
            em("do it under ", code("torch.no_grad()")),
            ", or compute a new tensor.",
        )
    if NO_GRAPH in message and subject.stopped_by == "backward":
        return sentence(
            "Nothing that forward returns was computed from a trainable tensor in a way that ",
            "backward can follow: ",
            em("forward uses none, or leaves the graph"),
            ", by detach() or no_grad() for example.",
        )
    return ()


def _earlier_graph(subject: TrainingSubject) -> Sentence:
    """What leads a backward into a graph that is used up, or whose tensors have changed since."""
    keepers = subject.graph_keepers
    stale = {tensor.path for tensor in subject.stale}
    names, them = all_of(keepers), one_or_many(len(keepers), "it", "them")
    if stale.issuperset(keepers):
        was = one_or_many(len(keepers), "was", "were")
        return sentence(
            names,
            f" {was} computed once, before the first step: ",
            em("every backward goes through that computation"),
            f", and the first one uses it up. Compute {them} in forward.",
        )
    if subject.kept_once:
        was = one_or_many(len(keepers), "was", "were")
        return sentence(
            names,
            f" {was} computed in the first forward, and every later one goes on with {them}: ",
            em("backward reaches the graph of that forward"),
            f", which is used up. Compute {them} anew in each.",
        )
    lead = one_or_many(len(keepers), "leads", "lead")
    return sentence(
        names,
        f" {lead} from one forward to the next: ",
        em("backward reaches the graph of an earlier step"),
        ", which is used up. Put in ",
        code(".detach()"),
        f" where forward keeps {them}.",
    )
