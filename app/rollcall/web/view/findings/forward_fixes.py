"""What to do about a finding of what a forward leaves behind."""

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
from rollcall.web.view.sentence import Sentence, code, sentence
from rollcall.web.view.words import all_of, one_or_many

INPLACE = code("inplace=True")


def added(finding: AddedByForward) -> Sentence:
    """A tensor or module that the first one has made."""
    if finding.registered or finding.path.isidentifier():
        return sentence("Make ", code(finding.path), " in __init__.")
    registered = sentence(", and assign it to ", code("self"))
    if "[" in finding.path:
        dictionary, list_ = code(f"nn.{_content(finding)}Dict"), code(f"nn.{_content(finding)}List")
        registered = sentence(", in an ", dictionary, " or an ", list_)
    return sentence("Make it in __init__", registered, ".")


def _content(finding: AddedByForward) -> str:
    if finding.holds == "module":
        return "Module"
    return "Parameter"


def replaced(finding: ReplacedByForward) -> Sentence:
    """A tensor in whose place each one puts another."""
    return sentence("Make ", code(finding.path), " in __init__, and keep it there.")


def changed(finding: ChangedByForward) -> Sentence:
    """What each one leaves changed."""
    if finding.stepped_at is not None:
        return sentence(f"Make the step of line {finding.stepped_at} where the model is trained.")
    they_are = one_or_many(len(finding.paths), "it is", "they are")
    return sentence("Leave ", all_of(finding.paths), f" as {they_are} in forward.")


def changed_input(finding: ChangedInput) -> Sentence:
    """What it was given is written into."""
    new, old = code("x = x - 1"), code("x -= 1")
    return sentence("Compute a new tensor: ", new, ", not ", old, ", nor ", INPLACE, ".")


def carried_over(finding: CarriedOver) -> Sentence:
    """A graph that goes on into the next one."""
    if finding.once:
        return sentence("Compute ", all_of(finding.paths), " anew in each forward.")
    them = one_or_many(len(finding.paths), "it", "them")
    return sentence("Put in ", code(".detach()"), f" where forward keeps {them}.")


def switched_mode(finding: SwitchedMode) -> Sentence:
    """A mode that it sets."""
    return sentence("Leave ", code(f"{finding.mode}()"), " to who calls the model.")


def mixed_rows(finding: MixedRows) -> Sentence:
    """Samples of a batch reach each other."""
    if finding.time_first:
        layer = code(finding.path or finding.name)
        return sentence("Make ", layer, " with ", code("batch_first=True"), ".")
    if finding.torn:
        flatten, swap = code("x.flatten(1)"), code("x.transpose(0, 1)")
        return sentence("Write ", flatten, " for a row of each sample, ", swap, " to swap two.")
    if finding.spread:
        same_dims = "Give both the same number of dimensions, as by "
        return sentence(same_dims, code("x.squeeze(1)"), ": a row and a column make a square.")
    if finding.product:
        return sentence("Multiply within each sample: ", code("x @ x.transpose(-2, -1)"), ".")
    if "soft" in finding.name.lower():
        return sentence("Take it over the classes of each sample: ", code("dim=-1"), ".")
    return sentence("Take it over the numbers of each sample, and not over the batch.")


def own_optimizer(finding: OwnOptimizer) -> Sentence:
    """What the model keeps holds too little."""
    return sentence("Make ", all_of(finding.optimizers), " when all layers are there.")
