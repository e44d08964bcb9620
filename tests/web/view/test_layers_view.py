"""The sentences above the layers page, and what each check rests on."""

from math import nan
from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.experiments.layer_checks.closeness import Closeness
from rollcall.experiments.layer_checks.findings import Described, Finding, Share
from rollcall.experiments.layers.experiment import LayersQuery, LayersReport, LayersSubject
from rollcall.web.view.layer_evidence import evidence
from rollcall.web.view.layers.narration import layers_narration
from rollcall.web.view.sentence import read
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck", line=7)
UNWRITTEN = Raised(type="NotImplementedError", message="", line=11)


def close(
    apart: float = 0.5, *, within: bool = False, place: tuple[int, ...] = (0, 3)
) -> Closeness:
    return Closeness(
        within=within, place=place, actual=1.5, expected=1.0, apart=apart, allowed=1e-5, unit=1.0
    )


def finding(verdict: Any = "fail", **given: Any) -> Finding:
    return Finding(verdict=verdict, **{"of": "y"} | given)


PARAMETER = Described(kind="Parameter", shape=(5, 10), dtype="float32")
TURNED = Described(kind="Parameter", shape=(10, 5), dtype="float32")
DOUBLE = Described(kind="Parameter", shape=(5, 10), dtype="float64")
TENSOR = Described(kind="Tensor", shape=(5,), dtype="float32")
PLAIN = Described(kind="Tensor", shape=(5, 10), dtype="float32")
NONE = Described(kind="None")
SHARE = Share(found=0.75, low=0.45, high=0.55, of=100)
PASSES = finding("pass")
TODO = finding("todo", raised=UNWRITTEN)


@pytest.mark.parametrize(
    ("name", "found", "text"),
    [
        ("output", TODO, "NotImplementedError in line 11"),
        ("output", finding("unreached"), "no weights to compare with"),
        ("output", finding(raised=RAISED), "line 7"),
        ("output", finding("pass", close=close(0.0, within=True)), "no difference"),
        ("output", finding("pass", close=close(2e-7, within=True)), "off by 2.0·10⁻⁷ ≤ 10⁻⁵"),
        (
            "input_gradient",
            finding("pass", of="x.grad", at=1.0, close=close(2e-7, within=True)),
            "f′ off by 2.0·10⁻⁷ ≤ 10⁻⁵",
        ),
        ("output", finding(close=close()), "y[0, 3] is 1.50, not 1.00"),
        ("output", finding(close=close(place=())), "y is 1.50, not 1.00"),
        ("output", finding(at=-2.25, close=close()), "f(−2.25) is 1.50, not 1.00"),
        ("nan", finding(at=nan, close=close()), "f(NaN) is 1.50, not 1.00"),
        ("fraction", finding(share=SHARE), "0.750 in 0.450 … 0.550"),
        ("weight", finding("pass", found=PARAMETER), "Parameter (5, 10)"),
        ("weight", finding(found=TURNED, wanted=PARAMETER), "is (10, 5), not (5, 10)"),
        ("output", finding(found=DOUBLE, wanted=PARAMETER), "y is float64, not float32"),
        ("output", finding(found=PLAIN, wanted=PARAMETER), "y is Tensor, not Parameter"),
        (
            "bias",
            finding(of="bias", found=TENSOR, wanted=PARAMETER),
            "is Tensor (5,), not Parameter (5, 10)",
        ),
        ("bias_off", finding(of="bias", found=TENSOR, wanted=NONE), "is Tensor (5,), not None"),
        ("copied", PASSES, "all keys matched"),
        ("keys", PASSES, "all agree"),
        ("changes", PASSES, "another mask"),
        ("changes", finding(), "twice the same"),
        ("eval", PASSES, "nothing to compare"),
    ],
)
def test_evidence(name: str, found: Finding, text: str) -> None:
    assert read(evidence(CheckLine(name=name, finding=found))) == text


def subject(*found: tuple[str, Finding], **given: Any) -> LayersSubject:
    lines = tuple(CheckLine(name=name, finding=each) for name, each in found)
    known: dict[str, Any] = {"kind": "linear", "reference_call": "nn.Linear(10, 5)", "lines": lines}
    return LayersSubject(card=card("Net"), **known | given)


def told(left: LayersSubject, mode: Any = "train") -> str:
    query = LayersQuery(mode=mode)
    rule: dict[str, Any] = {"tolerance": (0.0, 0.0), "tolerance_double": (0.0, 0.0)}
    report = LayersReport(query=query, left=left, right=left, matrix=None, **rule)
    return read(layers_narration(report))


ONE = ("output", PASSES)


@pytest.mark.parametrize(
    ("checked", "text"),
    [
        (subject(raised=RAISED), "Net cannot be built: RuntimeError."),
        (
            subject(reference_raised=RAISED),
            "Net cannot be checked: its reference raises RuntimeError.",
        ),
        (
            subject(kind=None),
            "Net imitates no layer of PyTorch’s, so there is nothing to check it against.",
        ),
        (
            subject(),
            "Net is built as nn.Linear(10, 5), of which nothing can be checked here.",
        ),
        (subject(ONE), "Net passes its only check against nn.Linear(10, 5)."),
        (subject(ONE, ONE, ONE), "Net passes all 3 checks against nn.Linear(10, 5)."),
        (
            subject(("output", finding(raised=RAISED))),
            "Net fails 1 check, “output”: RuntimeError.",
        ),
        (
            subject(ONE, ("output", finding(close=close())), ("large", finding())),
            "Net fails 2 checks, first “output”: y[0, 3] is 1.50 instead of 1.00.",
        ),
        (
            subject(("weight", finding(found=TURNED, wanted=PARAMETER))),
            "Net fails 1 check, “weight”: (10, 5) instead of (5, 10).",
        ),
        (
            subject(("copied", finding(raised=RAISED)), ("output", finding("unreached"))),
            "Net fails 1 check, “weights copied by name”: RuntimeError.",
        ),
        (
            subject(("fraction", finding(share=SHARE))),
            "Net fails 1 check, “fraction dropped”: 0.750 is not between 0.450 and 0.550.",
        ),
        (
            subject(("changes", finding())),
            "Net fails 1 check, “two draws differ”: two draws drop the same.",
        ),
        (
            subject(("output", TODO), ("large", TODO)),
            "Net is still to be written: 2 checks wait.",
        ),
        (
            subject(ONE, ("large", TODO)),
            "Net is on its way: 1 of 2 checks pass, and the rest is still to be written.",
        ),
    ],
)
def test_sentence(checked: LayersSubject, text: str) -> None:
    assert told(checked) == text


def test_a_layer_that_is_compared_in_another_mode() -> None:
    checked = subject(ONE, ONE, mode="eval")
    assert told(checked) == "Net passes both checks against nn.Linear(10, 5) in eval."
    assert told(checked, "eval") == "Net passes both checks against nn.Linear(10, 5)."
