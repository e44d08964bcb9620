"""What PyTorch was asked for when it raised, and what no optimizer clears."""

from rollcall.experiments.training.experiment import TrainingQuery
from rollcall.experiments.training.report import TrainingSubject
from rollcall.web.view.sentence import Sentence, sentence
from rollcall.web.view.words import all_of, plural

NAMES = {"sgd": "SGD", "momentum": "SGD", "adamw": "AdamW"}
CALLS = {"forward": "model(input)", "backward": "loss.backward()", "step": "optimizer.step()"}


def optimizer_class(query: TrainingQuery) -> str:
    """The class in torch.optim."""
    return NAMES[query.optimizer]


def ended_by(subject: TrainingSubject, query: TrainingQuery) -> str:
    """The call that ended a training early."""
    if subject.stopped and subject.stopped.during == "loss":
        return "loss(output, target)"
    if subject.stopped_by in CALLS:
        return CALLS[subject.stopped_by]
    return f"{optimizer_class(query)}(…)"


def cut_short(subject: TrainingSubject, query: TrainingQuery) -> str:
    """Why fewer steps were made than were asked for; empty where all were, or where it raised."""
    if subject.too_large is None or subject.ended_early:
        return ""
    modules = plural(subject.too_large, "module", "modules")
    return f"{subject.steps} of {query.steps} steps are made: a model of {modules} gets no more."


def uncleared(subject: TrainingSubject) -> str:
    """How many gradients grow, since the optimizer does not hold their tensors; empty for none."""
    growing = [tensor for tensor in subject.tensors if tensor.grows]
    if not growing:
        return ""
    return plural(len(growing), "gradient grows", "gradients grow")


def begun_alike(subject: TrainingSubject) -> list[Sentence]:
    """Which modules began with the same numbers."""
    return [
        sentence(all_of(paths), " began with the same numbers.") for paths in subject.equal_start
    ]
