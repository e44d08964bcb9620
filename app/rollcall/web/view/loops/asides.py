"""What else a loop did: states and files, learning rates, what it printed and returned."""

from rollcall.experiments.loops.recorded import StateMove
from rollcall.experiments.loops.report import LoopSubject
from rollcall.web.view.loops.finding_words import told_of
from rollcall.web.view.numerals import change, printed
from rollcall.web.view.sentence import Part, Sentence, code, em, sentence, strong
from rollcall.web.view.words import plural

OWN_LOSS = "It minimizes no mean squared error: its curve is the loss that it computes itself."
MOST_STATES = 6  # that are told, the last ones
CALLS = {
    "taken": "state_dict()",
    "loaded": "load_state_dict()",
    "saved": "torch.save()",
    "read": "torch.load()",
}


def asides(subject: LoopSubject) -> list[Sentence]:
    """One sentence for each."""
    told = [told_of(finding, subject).sentence for finding in subject.findings[1:]]
    told += _states(subject)
    if subject.own_loss and subject.losses:
        told.append(sentence(OWN_LOSS))
    rates = [of_step[0] for of_step in subject.rates if of_step]
    if len(set(rates)) > 1:
        shown = change(printed(rates[0]), printed(rates[-1]))
        told.append(sentence(f"The learning rate goes {shown}."))
    if subject.returned:
        told.append(_returned(subject.returned))
    return told


def _states(subject: LoopSubject) -> list[Sentence]:
    told = []
    skipped = len(subject.states) - MOST_STATES
    if skipped > 0:
        told.append(sentence(f"{plural(skipped, 'earlier state', 'earlier states')} …"))
    told.extend(map(_state, subject.states[-MOST_STATES:]))
    return told


def _state(move: StateMove) -> Sentence:
    where = f" at batch {move.step}"
    if move.line is not None:
        where += f", line {move.line}"
    parts: list[Part] = [code(CALLS[move.kind]), where, ": "]
    if move.name:
        parts += [code(move.name), ", "]
    parts.append(_tensors(move))
    parts.append(_equal(move))
    return sentence(*parts)


def _tensors(move: StateMove) -> Part:
    tensors = plural(move.tensors, "tensor", "tensors")
    if move.kind == "loaded" and (move.missing or move.unexpected):
        return em(f"{move.tensors} loaded, {move.missing} missing, {move.unexpected} unexpected")
    return tensors


def _equal(move: StateMove) -> Part:
    if move.equal is None or not move.tensors:
        return "."
    of = f"of batch {move.of_step}"
    if move.equal:
        return sentence(", ", strong("equal"), f" to those {of}.")
    return sentence(", ", em("not equal"), f" to those {of}.")


def _returned(kind: str) -> Sentence:
    if kind in ("generator", "coroutine"):
        return sentence("It returned a ", em(kind), ", and nothing of it was run.")
    return sentence("It returned ", code(kind), ", which nobody takes.")
