"""A sentence for each kind of finding about what a forward leaves behind."""

import re

from rollcall.core.findings.forward_kinds import (
    AddedByForward,
    CarriedOver,
    ChangedByForward,
    ChangedInput,
    MixedRows,
    OwnOptimizer,
    ReplacedByForward,
    SwitchedMode,
)
from rollcall.web.view.numerals import significant
from rollcall.web.view.sentence import Sentence, code, em, sentence
from rollcall.web.view.words import all_of, listed, named, one_or_many, plural


def added(finding: AddedByForward) -> Sentence:
    """A tensor or module that the first one has made."""
    made = sentence("The first forward makes ", _name_of(finding.path))
    if finding.registered and finding.trainable:
        return sentence(made, ": ", em("an optimizer built before it"), " does not hold it.")
    if finding.registered:
        return sentence(made, ", which is in no file that was saved ", em("before it"), ".")
    missed = em(".to() and state_dict() miss it")
    if finding.trainable:
        missed = em("the optimizer, .to() and state_dict() miss it")
        return sentence(made, f" ({finding.class_name}), which is not registered: ", missed, ".")
    return sentence(made, f", a plain {finding.class_name}: ", missed, ".")


def _name_of(path: str) -> Sentence:
    """What a global holds, such as a cached function, has no path that anybody would write."""
    held_by = re.search(r"\(global: (\w+)\)(.+)", path)
    if held_by is None:
        return sentence(code(path))
    return sentence("what ", code(held_by[1]), " keeps")


def replaced(finding: ReplacedByForward) -> Sentence:
    """A Parameter in whose place it puts another."""
    return sentence(
        "Forward puts a new Parameter in the place of ",
        code(finding.path),
        ": ",
        em("the optimizer holds the old one"),
        ".",
    )


def changed(finding: ChangedByForward) -> Sentence:
    """Parameters that it gives other values."""
    changes = sentence(em("Forward itself changes "), all_of(finding.paths))
    if finding.stepped_at is not None:
        own = "by a step of an optimizer of its own"
        return sentence(changes, f", {own} (line {finding.stepped_at}).")
    return sentence(changes, ", outside of any training step.")


def changed_input(finding: ChangedInput) -> Sentence:
    """What it does to the batch."""
    where = ""
    if finding.line is not None:
        where = f" (line {finding.line})"
    changes = em("Forward changes its own input")
    return sentence(changes, f" in place{where}: after a call the batch is another one.")


def carried_over(finding: CarriedOver) -> Sentence:
    """What ties the graph of one forward to that of the next."""
    lead = one_or_many(len(finding.paths), "leads", "lead")
    names = sentence(all_of(finding.paths), f" {lead} from one forward to the next: ")
    raises = em(f"the second backward raises {finding.raised}")
    return sentence(names, raises, ", for the graph of the first is used up.")


def switched_mode(finding: SwitchedMode) -> Sentence:
    """Which parts it switches, and how long that lasts."""
    switches = sentence(em("Forward switches "), listed([named(path) for path in finding.paths]))
    mode = finding.mode.replace("train", "training")
    return sentence(switches, f" to {mode} mode, which lasts beyond that call.")


def mixed_rows(finding: MixedRows) -> Sentence:
    """Who mixes the samples of a batch, and what that does to one of them."""
    who = sentence(code(finding.path or finding.name), f" ({finding.name})")
    if finding.line is not None:
        who = sentence(code(finding.name), f" (line {finding.line})")
    mixes = em("mixes the samples of a batch")
    if finding.time_first:
        mixes = em("takes the samples of a batch for steps in time")
    far = significant(finding.row_change)
    if finding.rows is not None:
        come = (
            f": {finding.samples} samples come out as {plural(finding.rows, 'row', 'rows')}, and "
        )
        moves = f"one moves by up to {far} when the other samples change."
        return sentence("After eval(), ", who, " ", mixes, come, moves)
    moves = f": the answer for one moves by up to {far} when the others change."
    return sentence("After eval(), ", who, " ", mixes, moves)


def own_optimizer(finding: OwnOptimizer) -> Sentence:
    """Which optimizer it is, and what none of its steps moves."""
    does_not = f"{one_or_many(len(finding.optimizers), 'does', 'do')} not hold "
    holds = sentence(all_of(finding.optimizers), " ", em(does_not), all_of(finding.paths))
    numbers = plural(finding.numel, "number", "numbers")
    return sentence(holds, f": {numbers} with a gradient that no step of the model’s own moves.")
