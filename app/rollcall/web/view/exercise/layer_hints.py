"""The next hint to whoever writes a layer, by the check that it does not pass."""

from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.experiments.layer_checks.findings import Finding
from rollcall.web.view.exercise.said import read_the_message
from rollcall.web.view.layer_evidence import described, place, told_both
from rollcall.web.view.sentence import Sentence, code, sentence

HINTS: dict[str, Sentence] = {
    "bias_off": sentence(
        "With bias=False register None under the name: ",
        code('self.register_parameter("bias", None)'),
        ". Forward has to do without it.",
    ),
    "keys": sentence("Give parameters and buffers the names and shapes of the reference."),
    "copied": sentence(
        code("load_state_dict()"),
        " goes by name: parameters and buffers need the names and shapes of the reference.",
    ),
    "input_gradient": sentence(
        "Autograd has to see each step: ",
        code("detach()"),
        ", ",
        code(".data"),
        ", ",
        code(".item()"),
        " and NumPy cut the way back.",
    ),
    "double": sentence(
        "Something is made in float32 on the way. Make it as x is: ",
        code("torch.zeros_like(x)"),
        ", ",
        code("x.new_zeros(…)"),
        ".",
    ),
    "batches": sentence(
        "Only the last dimension holds features, and any number of others stand before it: "
        "transpose the weight, never x."
    ),
    "small": sentence(
        "Two numbers that are nearly equal are subtracted, and their digits are lost. "
        "Look for a form without that difference."
    ),
    "nan": sentence(
        "Every comparison with NaN is false. A result that is chosen by one has lost the NaN."
    ),
    "changes": sentence("Draw a new mask at every call, not once in ", code("__init__"), "."),
    "fraction": sentence(
        "A number is dropped with probability p, and kept with 1 - p: which is drawn?"
    ),
    "survivors": sentence("Divide what survives by 1 - p, so that the mean stays what it was."),
    "gradient": sentence(
        "Multiply x by the mask that was drawn; then backward passes the same mask."
    ),
    "eval": sentence("After eval() ", code("self.training"), " is False: then return x as it is."),
    "none_dropped": sentence("Nothing may be dropped with p=0. Do you compare with > or with >=?"),
    "all_dropped": sentence("With p=1 all is 0. What is 0 / 0, and how do you keep out of it?"),
}
FORMULA = "Return the formula in the comment, put into Python."
OF_GRADIENTS = sentence(
    "Use the Parameter itself in forward, and let autograd follow: a copy, ",
    code(".data"),
    " or ",
    code("detach()"),
    " gets no gradient.",
)
LARGE_ACTIVATION = sentence(
    "exp() of 89 is inf in float32. Turn the formula so that exp() is only given numbers below 0."
)
LARGE = sentence("Something overflows on the way, although the result does not.")


def layer_hint(line: CheckLine) -> Sentence:
    """What to look at next; empty where nothing is left to do."""
    finding = line.finding
    if finding.verdict == "pass":
        return ()
    if finding.verdict == "todo" and line.name == "bias_off":  # __init__ was passed by then
        return sentence(_where(finding), FORMULA)
    if finding.verdict == "todo":
        return sentence(_where(finding), _told(line))
    if finding.raised and line.name != "copied":
        return read_the_message(finding.raised)
    return _told(line)


def _where(finding: Finding) -> str:
    if finding.raised and finding.raised.line:
        return f"Begin in line {finding.raised.line}. "
    return ""


def _told(line: CheckLine) -> Sentence:
    name, finding = line.name, line.finding
    if name in ("weight", "bias"):
        return _parameter(name, finding)
    if name == "large" and finding.at is not None:
        return LARGE_ACTIVATION
    if name == "large":
        return LARGE
    if name == "output":
        return _output(finding)
    if name.endswith("_gradient") and name != "input_gradient":
        return OF_GRADIENTS
    return HINTS.get(name, OF_GRADIENTS)


def _parameter(name: str, finding: Finding) -> Sentence:
    attribute = code(f"self.{name}")
    if finding.wanted is None or finding.found is None:
        return sentence("Assign an ", code("nn.Parameter"), " to ", attribute, ".")
    if finding.found.kind == "nothing":
        wanted = described(finding.wanted)
        return sentence("In ", code("__init__"), " assign a ", wanted, " to ", attribute, ".")
    if finding.found.kind != finding.wanted.kind:
        return sentence(
            "PyTorch registers what is an ",
            code("nn.Parameter"),
            " when it is assigned; ",
            attribute,
            f" is a {finding.found.kind}.",
        )
    return sentence("nn.Linear keeps its weight as (out_features, in_features).")


def _output(finding: Finding) -> Sentence:
    if finding.close is None:
        return sentence(FORMULA)
    found, wanted = told_both(finding)
    return sentence(
        f"Put the number of {place(finding)} through the formula by hand: {wanted} comes out, "
        f"and here {found}."
    )
