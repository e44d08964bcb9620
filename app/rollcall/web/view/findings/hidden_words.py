"""What is said of an attribute behind which PyTorch's registries end, and what proves it."""

from collections.abc import Sequence

from rollcall.core.findings import Finding
from rollcall.experiments.registry.hidden_state import HiddenState, Witness
from rollcall.web.view.registry.finding_words import told as told_finding
from rollcall.web.view.registry.hidden_words import out_of_reach
from rollcall.web.view.sentence import Sentence, read, sentence
from rollcall.web.view.words import plural

EFFECTS = {
    "backward": "backward reaches",
    "step": "one step changes",
    ".to()": ".to() moves",
    "state_dict()": "state_dict() has",
}


def hidden_told(hidden: HiddenState) -> Sentence:
    """The attribute, what it is, and who will not reach it."""
    told = out_of_reach((hidden.place,), callers(hidden.misses))
    if hidden.repeats:
        more = plural(hidden.repeats, "more such place", "more such places")
        told = sentence(told, f" ({more}.)")
    return told


def callers(names: Sequence[str]) -> str:
    """One after the other, as in a sentence."""
    shown = [name.replace("optimizer", "the optimizer") for name in names]
    if not shown:
        return "PyTorch"
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def proof(hidden: HiddenState, effects: Sequence[Finding]) -> str:
    """What the calls reached when they were made, and what comes of it."""
    told = [read(each) for each in map(told_finding, effects)]
    counted = _counts(hidden)
    if counted:
        told.insert(0, f"{counted}.")
    return " ".join(told)


def _counts(hidden: HiddenState) -> str:
    """Of its tensors; "" where none was asked for."""
    told = [
        _counted(EFFECTS[name], witness, first=not number)
        for number, (name, witness) in enumerate(hidden.witnesses.items())
    ]
    if hidden.numel and hidden.witnesses:
        told.insert(0, plural(hidden.numel, "trainable number", "trainable numbers"))
    counted = ", ".join(told)
    if counted.startswith("state_dict()"):
        return counted
    return counted[:1].upper() + counted[1:]


def _counted(effect: str, witness: Witness, *, first: bool) -> str:
    if first:
        tensors = plural(witness.asked, "tensor", "tensors")
        return f"{effect} {witness.reached} of {tensors}"
    return f"{effect} {witness.reached}"
