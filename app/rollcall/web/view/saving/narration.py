"""The sentences above both columns of the saving page."""

from rollcall.core.round_trip import Comparison, RoundTrip
from rollcall.experiments.saving.experiment import SavingReport
from rollcall.experiments.saving.subject import SavingSubject
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.sentence import Sentence, em, joined, sentence
from rollcall.web.view.words import all_of, number, one_or_many, share


def saving_narration(report: SavingReport) -> Sentence:
    """What each model's file holds; the same model on both sides is told of once."""
    subjects = [report.left]
    if report.right.card != report.left.card:
        subjects.append(report.right)
    if len(subjects) == 2 and all(map(_is_whole, subjects)):
        refused = _refused(report)
        if refused:
            return refused
    return joined(_about(subject) for subject in subjects)


def _refused(report: SavingReport) -> Sentence:
    """Where each file is whole: that one does not fit the other; empty where it does."""
    loaded = report.cross_load
    if loaded is None or loaded.raised is None:
        return ()
    file, model = report.left.card.said, report.right.card.said
    whole = "Each file brings its own model back: same outputs. "
    refused = em(f"{file}’s file cannot be loaded into {model}")
    return sentence(whole, refused, f": {loaded.raised.type}.")


def _is_whole(subject: SavingSubject) -> bool:
    trip = subject.trip
    if trip is None or trip.comparison is None or trip.load_raised:
        return False
    if trip.comparison.nothing:
        return False
    plain = trip.tensors and not (trip.missing or trip.remade or _shared(trip))
    return bool(plain) and trip.comparison.equal


def _about(subject: SavingSubject) -> Sentence:
    name = subject.card.said
    if subject.raised:
        return without_result(subject, "saved")
    trip = subject.trip
    assert trip
    if trip.load_raised:
        return sentence(em(f"{name} cannot load its own file"), f": {trip.load_raised.type}.")
    if trip.comparison is None:
        assert trip.forward_raised
        return sentence(f"The forward of {name} raises {trip.forward_raised.type}.")
    return _compared(name, trip, trip.comparison)


def _compared(name: str, trip: RoundTrip, compared: Comparison) -> Sentence:
    total = len(trip.tensors)
    if compared.nothing:
        none = "; its forward returns no tensor with numbers, so there is nothing to compare."
        return sentence(_held_by_file(name, trip), none)
    if not total and compared.repeats:
        return sentence(f"{name} holds nothing to save.")
    if not total:
        return sentence(f"{name} holds nothing to save, and two of its forwards differ.")
    if trip.missing:
        saved = _held(name, total - len(trip.missing), total)
        told = f"{saved}, PyTorch says that all keys matched, and "
        if compared.equal:
            return sentence(told, "the outputs agree all the same.")
        return sentence(told, em("the loaded model computes something else"), ".")
    if compared.equal:
        held = f"{name}’s file holds {share(total, total, 'tensor', 'tensors')}"
        return sentence(held, _shared(trip), _made_anew(trip), ": same outputs.")
    told = f"{name}’s file holds every tensor that an attribute leads to"
    others = em("the loaded model still computes something else")
    return sentence(told, _made_anew(trip), ", and ", others, ".")


def _held_by_file(name: str, trip: RoundTrip) -> str:
    total = len(trip.tensors)
    if not total:
        return f"{name} holds nothing to save"
    if trip.missing:
        return _held(name, total - len(trip.missing), total)
    return f"{name}’s file holds {share(total, total, 'tensor', 'tensors')}"


def _shared(trip: RoundTrip) -> str:
    """How many tensors are in the file more than once."""
    shared = sum(1 for tensor in trip.tensors if tensor.also)
    if not shared:
        return ""
    return f", {number(shared)} of them under several keys"


def _made_anew(trip: RoundTrip) -> Sentence:
    if not trip.remade:
        return ()
    paths = [tensor.path for tensor in trip.remade]
    return sentence(
        " (", all_of(paths), f" {one_or_many(len(paths), 'is', 'are')} made anew by each forward)"
    )


def _held(name: str, saved: int, total: int) -> str:
    """How many tensors are in a file that lacks one at least."""
    if total == 1:
        return f"{name}’s file does not hold its only tensor"
    if total == 2 and not saved:
        return f"{name}’s file holds neither of its two tensors"
    if not saved:
        return f"{name}’s file holds none of its {number(total)} tensors"
    return f"{name}’s file holds {number(saved)} of its {number(total)} tensors"
