"""The next hint to whoever repairs a model, by the check that it does not pass."""

from rollcall.core.walk.found import HidingPlace
from rollcall.experiments.exercise.repair_checks import RepairFinding, RepairLine
from rollcall.web.view.exercise.repair_evidence import drawing
from rollcall.web.view.exercise.said import read_the_message
from rollcall.web.view.sentence import Sentence, code, sentence
from rollcall.web.view.words import TENSORS, all_of, place_name, what

# By the container of Python's that hides layers, the one of PyTorch's that registers them.
REGISTERING = {"list": "list", "tuple": "list", "dict": "dict"}

HINTS = {
    "output": "Keep what forward computes: only the bookkeeping is wrong.",
    "draws": "A dropout that is deleted drops nothing in training either: put it back.",
    "in_eval": "Something draws, or changes, in every forward after eval().",
    "agreeing": "With equal weights it answers otherwise: what else was changed in forward?",
    "nothing_else": "The registry page of this model names what, and where.",
}


def repair_hint(line: RepairLine) -> Sentence:
    """What to look at next; empty where nothing is left to do."""
    name, finding = line.name, line.finding
    if finding.verdict == "pass":
        return ()
    if finding.raised and finding.found is None:
        return read_the_message(finding.raised)
    if finding.places:
        return _hidden(finding.places[0], name)
    return _by_check(name, finding)


def _hidden(place: HidingPlace, name: str) -> Sentence:
    told = sentence(code(place_name(place)), f" is {what(place)}. ")
    if place.holds in REGISTERING:
        mine = REGISTERING[place.holds]
        return sentence(
            told, "PyTorch does not look into one. ", code("torch.nn"), f" has a {mine} of its own."
        )
    if place.holds in TENSORS and name == "answering":
        return sentence(
            told,
            code("requires_grad=True"),
            " brings it a gradient, and no place in ",
            code("parameters()"),
            ": what is assigned has to be an ",
            code("nn.Parameter"),
            ".",
        )
    if place.holds in TENSORS:
        return sentence(
            told, "PyTorch moves and saves parameters and buffers. Which of them is not trained?"
        )
    return sentence(told, "PyTorch registers an ", code("nn.Module"), " that is assigned to self.")


def _by_check(name: str, finding: RepairFinding) -> Sentence:
    if name == "trainable":
        return _trained(finding)
    if name == "in_eval" and finding.drawing:
        return sentence(
            drawing(finding.drawing),
            " does not know of eval(). A function is told the mode by an argument; "
            "a module hears it.",
        )
    if name == "agreeing" and finding.paths:
        names = all_of(finding.paths)
        return sentence("The solution’s file has ", names, ": keep the names of the attributes.")
    if name in HINTS:
        return sentence(HINTS[name])
    return sentence("Left out: ", all_of(finding.paths), ".")


def _trained(finding: RepairFinding) -> Sentence:
    if finding.unfrozen:
        return sentence(
            code("requires_grad_(True)"),
            " would train what is only frozen. A buffer is never trained.",
        )
    assert finding.found is not None
    assert finding.wanted is not None
    if finding.found < finding.wanted:
        return sentence("Forward has to use every layer that was there.")
    return sentence("Something is trained that was not to be: a table is no Parameter.")
