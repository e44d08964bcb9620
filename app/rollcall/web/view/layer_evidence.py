"""What one check of a layer rests on, in words."""

from math import isnan

from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.experiments.layer_checks.findings import Described, Finding
from rollcall.web.view.numerals import in_powers, told_apart
from rollcall.web.view.sentence import Sentence, sentence, strong

TITLES = {
    "weight": "weight",
    "bias": "bias",
    "bias_off": "bias=False",
    "keys": "names and shapes",
    "copied": "weights copied by name",
    "output": "output",
    "input_gradient": "gradient of the input",
    "weight_gradient": "gradient of weight",
    "bias_gradient": "gradient of bias",
    "parameter_gradients": "gradients of parameters",
    "double": "float64",
    "batches": "3-d input",
    "large": "large values",
    "small": "small values",
    "nan": "NaN stays NaN",
    "changes": "two draws differ",
    "fraction": "fraction dropped",
    "survivors": "survivors are x / (1 − p)",
    "gradient": "gradient follows the mask",
    "eval": "eval() changes nothing",
    "none_dropped": "p=0 drops none",
    "all_dropped": "p=1 drops all",
}
FUNCTIONS = {"y": "f", "x.grad": "f′"}  # of one number, whose values the gradient is taken of


def evidence(line: CheckLine) -> Sentence:
    """What a line shows at its right end; empty where an exception below it says it all."""
    finding = line.finding
    if finding.verdict == "todo":
        return sentence(f"NotImplementedError{_line(finding, ' in line ')}")
    if finding.verdict == "unreached":
        return sentence("no weights to compare with")
    if finding.raised:
        return sentence(_line(finding, "line "))
    if finding.close and finding.verdict == "pass":
        return _nearness(finding)
    if finding.close:
        found, wanted = told_both(finding)
        return sentence(f"{place(finding)} is ", strong(found), f", not {wanted}")
    if finding.share:
        low, high = f"{finding.share.low:.3f}", f"{finding.share.high:.3f}"
        return sentence(strong(f"{finding.share.found:.3f}"), f" in {low} … {high}")
    if finding.found:
        return _described(line.name, finding)
    return sentence(_agreement(line.name, finding))


def _line(finding: Finding, before: str) -> str:
    if finding.raised and finding.raised.line:
        return f"{before}{finding.raised.line}"
    return ""


def _agreement(name: str, finding: Finding) -> str:
    """Of a check that compares no numbers."""
    if name == "copied":
        return "all keys matched"
    if name == "keys":
        return "all agree"
    if name == "changes" and finding.verdict == "pass":
        return "another mask"
    if name == "changes":
        return "twice the same"
    return "nothing to compare"


def _nearness(finding: Finding) -> Sentence:
    close = finding.close
    assert close
    if not close.apart:
        return sentence("no difference")
    off = sentence("off by ", strong(small(close.apart)), f" ≤ {small(close.allowed)}")
    if finding.of == "y":
        return off
    return sentence(f"{_of(finding)} ", off)


def _described(name: str, finding: Finding) -> Sentence:
    assert finding.found
    if finding.verdict == "pass":
        return sentence(described(finding.found))
    assert finding.wanted
    found, wanted = unlike(finding.found, finding.wanted), unlike(finding.wanted, finding.found)
    told = sentence("is ", strong(found), f", not {wanted}")
    said_by_title = name in ("weight", "bias") or (name, finding.of) == ("bias_off", "bias")
    if said_by_title:
        return told
    return sentence(f"{finding.of} ", told)


def told_both(finding: Finding) -> tuple[str, str]:
    """The number that was found and the one that was wanted, with digits enough to differ."""
    close = finding.close
    assert close
    return told_apart(close.actual, close.expected), told_apart(close.expected, close.actual)


def place(finding: Finding) -> str:
    """Which number it is: f(−2.25), weight.grad[0, 3]."""
    close = finding.close
    assert close
    if finding.at is not None:
        return f"{_of(finding)}({_short(finding.at)})"
    if close.place:
        return f"{_of(finding)}[{', '.join(map(str, close.place))}]"
    return _of(finding)


def _short(x: float) -> str:
    if isnan(x):
        return "NaN"
    return in_powers(f"{x:.3g}").replace("-", "−")


def _of(finding: Finding) -> str:
    """Of a function of one number the value is f(x), the gradient of the sum its derivative."""
    if finding.at is None:
        return finding.of
    return FUNCTIONS[finding.of]


def small(number: float) -> str:
    """A difference or a tolerance: 0.020, 1.2·10⁻⁷."""
    if 0.001 <= number < 100:
        return f"{number:#.2g}".removesuffix(".")
    return in_powers(f"{number:.1e}").replace("-", "−")


def described(value: Described) -> str:
    """What stands where a tensor is wanted: Parameter (5, 10), None."""
    if value.shape is None:
        return value.kind
    return f"{value.kind} {_shape(value)}"


def unlike(value: Described, other: Described) -> str:
    """What there is, told by that in which it differs from the other."""
    if value.shape is None or other.shape is None:
        return described(value)
    if value.kind != other.kind and value.shape != other.shape:
        return described(value)
    if value.kind != other.kind:
        return value.kind
    if value.shape != other.shape:
        return _shape(value)
    return value.dtype


def _shape(value: Described) -> str:
    return str(value.shape)
