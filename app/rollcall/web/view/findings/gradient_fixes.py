"""What to do about a finding of what no gradient reaches."""

from rollcall.core.findings.applied_function import BACKWARD
from rollcall.core.findings.graph_exits import INTO_PYTHON
from rollcall.core.findings.kinds import GraphExit, NoGraph, Unreached, ZeroGradient
from rollcall.web.view.sentence import Sentence, code, sentence
from rollcall.web.view.words import all_of, one_or_many

FREEZE = code("requires_grad_(False)")
GRAD_OFF = ("torch.no_grad", "torch.inference_mode")
COPYING = ("torch.tensor", "torch.as_tensor", "torch.Tensor")
# They give places.
CHOOSING = frozenset(
    (
        *("argmax", "argmin", "argsort", "topk", "sort", "multinomial", "nonzero", "max", "min"),
        *("searchsorted", "bucketize"),
    )
)
COMPARING = frozenset(("gt", "lt", "ge", "le", "eq", "ne"))


def unreached(finding: Unreached) -> Sentence:
    """Forward leaves it aside, or takes its result out of the graph."""
    if finding.frozen:
        return sentence("Set requires_grad in __init__, and not in forward.")
    if finding.only_in_eval:
        return sentence("Freeze a copy that is not trained: ", FREEZE, ".")
    if finding.never_called:
        them = one_or_many(len(finding.never_called), "it", "them")
        otherwise = sentence(f" in forward, delete {them}, or freeze {them} by ", FREEZE, ".")
        return sentence("Call ", all_of(finding.never_called), otherwise)
    if finding.exits and finding.exits[0].line is not None:
        return _stay_in_graph(finding.exits[0])
    return sentence("Let what forward makes of ", all_of(finding.paths), " reach its output.")


def _last_name(left: GraphExit) -> str:
    return left.name.rpartition(".")[2]


def _smooth(left: GraphExit) -> Sentence:
    """What has a gradient, in the place of a choice."""
    if _last_name(left) in CHOOSING:
        why = ": a choice has no gradient."
        return sentence("Let the scores themselves weigh what ", code(left.name), " chooses", why)
    instead = sentence(code("torch.sigmoid"), ", in the place of ", code(left.name))
    return sentence("Put a smooth step, as ", instead, f" in line {left.line}.")


def _stay_in_graph(left: GraphExit) -> Sentence:
    line = f" in line {left.line}."
    if left.name.endswith(BACKWARD):
        return sentence("Return a gradient for each argument in ", code(left.name), ".")
    if left.name == "checkpoint":
        return sentence("Pass ", code("use_reentrant=False"), f" to {left.name}{line}")
    if left.name == "nn.Parameter":
        return sentence("Use the computed tensor itself, without ", code(left.name), line)
    if _last_name(left) in CHOOSING | COMPARING:
        return _smooth(left)
    if left.name in GRAD_OFF:
        otherwise = sentence(f"{line[:-1]}, or freeze what it is not to train: ", FREEZE, ".")
        return sentence("Leave out ", code(left.name), otherwise)
    if left.name in INTO_PYTHON:
        return sentence(
            "Compute with the tensor, and not with what ", code(left.name), " gives", line
        )
    if left.name in COPYING:
        many = sentence("; for several, ", code("torch.stack"), ".")
        return sentence(
            "Use the computed tensor itself, without ", code(left.name), line[:-1], many
        )
    return sentence("Leave out ", code(left.name), line)


def no_graph(finding: NoGraph) -> Sentence:
    """So it is with all that forward returns."""
    if finding.exits and finding.exits[0].line is not None:
        left = finding.exits[0]
        if _last_name(left) in CHOOSING | COMPARING:
            return sentence("Leave out ", code(left.name), f" in line {left.line}.")
        return _stay_in_graph(left)
    if finding.returned:
        return sentence("Return what forward has computed.")
    return sentence("Return what was computed from the parameters, and not a copy of its numbers.")


def zero_gradient(finding: ZeroGradient) -> Sentence:
    """It arrives, and is 0."""
    if finding.only_biases:
        return sentence(
            "A difference or a normalization takes it out: write ", code("bias=False"), "."
        )
    return sentence(
        "Look for what makes it 0: a rounding, a factor of 0, a ReLU that never opens, a dropout "
        "of 1, a hook."
    )
