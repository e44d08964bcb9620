"""What a parameters() of the model's own gives an optimizer, though no registry knows it."""

from rollcall.core.entries import TensorEntry
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.sentence import Sentence, em, sentence
from rollcall.web.view.words import all_of, number, one_or_many


def in_own_books(subject: RegistrySubject) -> tuple[TensorEntry, ...]:
    """The unregistered tensors that the optimizer holds and a backward reaches."""
    scan, roll = subject.scan, subject.roll_call
    if not scan or not roll or roll.optimizer_raised:
        return ()
    held = {each.path for each in roll.tensors if each.optimizer and each.autograd}
    return tuple(each for each in scan.trainable("unregistered") if each.path in held)


def told_of_own_books(subject: RegistrySubject) -> Sentence:
    """How many numbers its own parameters() gives, and what is missing there; empty without one."""
    kept = in_own_books(subject)
    scan = subject.scan
    if not kept or not scan or not scan.used:
        return ()
    given = scan.used.answering + sum(each.numel for each in kept)
    name = subject.card.said
    gives = f"{name}’s own parameters() gives {number(given)} of {number(scan.used.reached)}"
    missing = [each.path for each in scan.trainable("unregistered") if each not in kept]
    if not missing:
        return sentence(f"{gives}; no registry knows them.")
    are = one_or_many(len(missing), "is", "are")
    return sentence(f"{gives}: ", em(all_of(missing), f" {are} missing there"), ".")
