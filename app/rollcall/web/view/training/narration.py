"""The sentences above both columns of the training page."""

from rollcall.experiments.training.experiment import TrainingReport
from rollcall.experiments.training.report import TrainingSubject
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.numerals import change, significant
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import all_of, number, one_or_many, plural, whole


def training_narration(report: TrainingReport) -> Sentence:
    """What each model learns, in one sentence where both do so alike."""
    left, right, shown = report.left, report.right, report.query.shown
    if left.card.name == right.card.name:
        return _about(left, shown)
    both = f"{left.card.said} and {right.card.said}"
    alike = not report.query.noise and left.losses == right.losses and left.broke_at is None
    if alike and not shown and left.trainable and right.trainable and left.losses:
        return sentence(f"{both} start alike, at a loss of {significant(left.losses[0])}.")
    if alike and shown and _all_learns(left) and _all_learns(right):
        return sentence(f"{both} learn alike, to the last bit: loss {_fall(left)}.")
    return joined([_about(left, shown), _about(right, shown)])


def _all_learns(subject: TrainingSubject) -> bool:
    flat = subject.flat_from is not None or subject.dead_from is not None
    return subject.all_changed and subject.loss_fell and not flat


def _about(subject: TrainingSubject, shown: int) -> Sentence:
    name = subject.card.said
    if subject.raised:
        return without_result(subject, "trained")
    if subject.ended_early and not subject.losses:
        return _never_began(name, subject)
    if not subject.trainable:
        return sentence(f"{name} has no trainable number, so backward has nowhere to go.")
    if subject.broke_at is not None:
        return _broken(subject, subject.broke_at)
    if subject.ended_early:
        return _ended(name, subject)
    if shown == 0:
        return sentence(f"{name} starts at a loss of {significant(subject.losses[0])}.")
    return _learnt(subject)


def _never_began(name: str, subject: TrainingSubject) -> Sentence:
    stopped = subject.stopped
    if stopped is None:
        return sentence(em(f"{name} cannot be trained"), f": its forward {subject.no_loss}.")
    if stopped.during == "optimizer":
        return sentence(
            "No optimizer can be made from ", code("parameters()"), f" of {name}: {stopped.type}."
        )
    return sentence("The first ", code(stopped.during), f" of {name} raises {stopped.type}.")


def _ended(name: str, subject: TrainingSubject) -> Sentence:
    if subject.stopped is None:
        return sentence(f"The training of {name} ended: its forward {subject.no_loss}.")
    return sentence(f"The training of {name} was ended by {subject.stopped.type}.")


def _broken(subject: TrainingSubject, step: int) -> Sentence:
    loss = significant(subject.losses[step])
    found = em(f"{subject.card.said}’s loss is {loss} after step {step}")
    return sentence(found, ": the learning rate is too large.")


def _learnt(subject: TrainingSubject) -> Sentence:
    name, fall = subject.card.said, _fall(subject)
    stuck, total = len(subject.stuck), len(subject.tensors)
    replaced = [t.path for t in subject.stuck if t.replaced_by_forward is not None]
    if subject.learning == 0 and replaced and len(replaced) == stuck:
        puts = sentence(": forward puts a new tensor in the place of ", all_of(replaced))
        return sentence(em(f"{name} learns nothing"), puts, " at each call.")
    if subject.learning == 0 and subject.only_zeros:
        zeros = ": every gradient is exactly 0."
        return sentence(em(f"{name} learns nothing"), zeros)
    if subject.learning == 0:
        return sentence(em(f"{name} learns nothing"), f": {_all_stuck(stuck, total)}.")
    if stale := subject.never_updated:
        was = one_or_many(len(stale), "it was", "they were")
        kept = em("No step updates ", all_of(stale))
        return sentence(kept, f", which forward of {name} uses: {was} computed once; loss {fall}.")
    if stuck:
        unchanged = sum(1 for tensor in subject.tensors if not tensor.changed)
        of = f"{number(unchanged)} of {name}’s {plural(total, 'tensor', 'tensors')}"
        never = one_or_many(unchanged, "never changes", "never change")
        though = f", though {_who_gets_one(stuck, unchanged)} a gradient: loss {fall}."
        return sentence(em(f"{of} {never}"), though)
    if subject.learning < subject.trainable:
        of = f"{number(subject.learning)} of {name}’s {number(subject.trainable)} numbers"
        changes = one_or_many(subject.learning, "changes", "change")
        return sentence(f"{of} {changes}: loss {fall}.")
    if subject.unseen:
        return _on_unseen(subject)
    return _all_changed(subject)


def _all_changed(subject: TrainingSubject) -> Sentence:
    """Whether that was of any use."""
    name, fall = subject.card.said, _fall(subject)
    everything = f"Everything in {name}"
    if subject.frozen_elements:
        everything = f"Everything in {name} that is not frozen"
    if not subject.loss_fell:
        not_falling = em("the loss does not fall")
        return sentence(f"{everything} changes, and ", not_falling, f": {fall}.")
    if subject.dead_from is not None:
        dead = em(f"every gradient is exactly 0 from step {subject.dead_from + 1} on")
        return sentence(f"{everything} changes, but ", dead, f": loss {fall}.")
    if subject.flat_from is not None:
        stays = em(f"from step {subject.flat_from} on the loss stays there")
        return sentence(f"{everything} learns: loss {fall}; ", stays, ".")
    return sentence(f"{everything} learns: loss {fall}.")


def _on_unseen(subject: TrainingSubject) -> Sentence:
    """What it learnt for inputs that it never saw."""
    name = subject.card.said
    first, last = significant(subject.unseen[0]), significant(subject.unseen[-1])
    both = f"loss {_fall(subject)} on what it sees, {change(first, last)} on what it never saw."
    if subject.by_heart:
        return sentence(em(f"{name} learns by heart"), f": {both}")
    return sentence(f"{name} learns what holds for others, too: {both}")


def _who_gets_one(stuck: int, unchanged: int) -> str:
    """Which of the unchanged tensors get a gradient all the same."""
    if stuck < unchanged:
        return f"{number(stuck)} of them {one_or_many(stuck, 'gets', 'get')}"
    return one_or_many(stuck, "it gets", "each gets")


def _all_stuck(stuck: int, total: int) -> str:
    """What gets a gradient and is not stepped, where nothing is."""
    if stuck == 0:
        return "no tensor gets a gradient"
    if stuck == total == 1:
        return "its one tensor gets a gradient and never changes"
    if stuck == total:
        return f"{whole(stuck, 'tensor', 'tensors')} get gradients and never change"
    of = f"{number(stuck)} of its {number(total)} tensors"
    if stuck == 1:
        return f"{of} gets a gradient and never changes"
    return f"{of} get gradients and never change"


def _fall(subject: TrainingSubject) -> str:
    """The loss before the first step and now."""
    return change(significant(subject.losses[0]), significant(subject.losses[-1]))
