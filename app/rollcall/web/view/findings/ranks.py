"""How grave a finding is, and which of PyTorch's calls it goes past."""

from typing import Literal, NamedTuple

from rollcall.core.findings import Finding
from rollcall.core.findings.forward_kinds import AddedByForward
from rollcall.core.findings.kinds import Unreached, ZeroGradient

# What suffers: what is trained, what a mode should change, what is moved and saved. The gravest
# first; the words are those of what is unregistered.
FindingRank = Literal["trainable", "stateful", "tensor"]
RANKS: tuple[FindingRank, ...] = ("trainable", "stateful", "tensor")
# error: results are wrong; warning: it may be meant
Level = Literal["error", "warning"]
Call = Literal["optimizer", ".to()", "state_dict()", "eval()"]


class Standing(NamedTuple):
    """What is known of a kind of findings."""

    rank: FindingRank
    level: Level
    misses: tuple[Call, ...] = ()


# What gets no gradient is held by the optimizer all the same, so that no call goes past it.
UNREGISTERED = "unregistered"
BEYOND_ATTRIBUTES = "no attribute leads to it"
KINDS: dict[str, Standing] = {
    UNREGISTERED: Standing("trainable", "error", ("optimizer", ".to()", "state_dict()", "eval()")),
    BEYOND_ATTRIBUTES: Standing("trainable", "error", ("optimizer", ".to()", "state_dict()")),
    "hidden by a class attribute": Standing("trainable", "error"),
    "no output requires a gradient": Standing("trainable", "error"),
    "no backward reaches it": Standing("trainable", "error"),
    "replaced by the first forward": Standing("trainable", "error", ("optimizer",)),
    "graph goes on": Standing("trainable", "error"),
    "a flag that nothing reads": Standing("trainable", "error"),
    "left out by parameters()": Standing("trainable", "error", ("optimizer",)),
    "changed by a forward": Standing("trainable", "error"),
    "array as a weight": Standing("trainable", "error", ("optimizer", ".to()", "state_dict()")),
    "computed once": Standing("trainable", "error", ("optimizer",)),
    "no Parameter on another device": Standing("trainable", "error", ("optimizer",)),
    "gradient is always 0": Standing("trainable", "error"),
    "mode is not passed on": Standing("stateful", "error", ("eval()",)),
    "random in eval": Standing("stateful", "error", ("eval()",)),
    "forward switches the mode": Standing("stateful", "error", ("eval()",)),
    "eval forwards differ": Standing("stateful", "error", ("eval()",)),
    "batch statistics in eval": Standing("stateful", "error", ("eval()",)),
    "split by a move": Standing("tensor", "error", (".to()",)),
    "the file does not reproduce the output": Standing("tensor", "error", ("state_dict()",)),
    "left out by its own optimizer": Standing("trainable", "warning", ("optimizer",)),
    "samples of a batch are mixed": Standing("stateful", "warning"),
    "frozen and moving": Standing("stateful", "warning"),
    "changes its input": Standing("stateful", "warning"),
    "two Parameters over one memory": Standing("trainable", "warning"),
    "shared by two models": Standing("trainable", "warning"),
    "shared module": Standing("trainable", "warning"),
    "made by the first forward": Standing("tensor", "warning", ("state_dict()",)),
    "wrapper in the keys": Standing("tensor", "warning"),
}


def standing(finding: Finding) -> Standing:
    """Of one finding; what a forward makes too late for an optimizer is as what it replaces."""
    if isinstance(finding, AddedByForward) and finding.trainable:
        if finding.registered:
            return KINDS["replaced by the first forward"]
        return KINDS[BEYOND_ATTRIBUTES]
    if isinstance(finding, ZeroGradient) and finding.only_biases:
        return Standing("trainable", "warning")
    if isinstance(finding, Unreached) and finding.only_in_eval:
        return Standing("trainable", "warning")
    return KINDS[finding.kind]
