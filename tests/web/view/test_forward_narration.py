"""The sentences above the forward page: how far apart outputs are, what they do not show."""

from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.core.tensors.tensor_stats import TensorFacts
from rollcall.experiments.forward.call_log import CallLog, Step
from rollcall.experiments.forward.experiment import ForwardQuery, ForwardReport
from rollcall.experiments.forward.subject import ForwardSubject
from rollcall.web.view.forward.narration import forward_narration
from rollcall.web.view.sentence import read
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")


def output(shape: tuple[int, ...]) -> TensorFacts:
    known: dict[str, Any] = {"mean": 0.0, "std": 1.0, "zeros": 0.0, "not_finite": 0}
    return TensorFacts(name="", shape=shape, dtype="float32", histogram=(), max_abs=1.0, **known)


def step(path: str = "", shape: tuple[int, ...] = (4, 5), **given: Any) -> Step:
    known: dict[str, Any] = {
        "kind": "module",
        "path": path,
        "name": "Linear",
        "detail": "",
        "status": "registered",
        "appeared": False,
        "depth": 0,
        "line": None,
        "inputs": (),
        "outputs": (output(shape),),
        "returned": "Tensor",
    }
    return Step(**known | given)


def subject(name: str = "Net", *steps: Step, **given: Any) -> ForwardSubject:
    return ForwardSubject(card=card(name), call_log=CallLog(steps=(step(), *steps), **given))


def told(left: ForwardSubject, right: ForwardSubject, apart: float | None = 0.0) -> str:
    query = ForwardQuery()
    report = ForwardReport(query=query, left=left, right=right, rows=(), apart=apart)
    return read(forward_narration(report))


GOOD = subject("Good")
HIDDEN = subject("Net", step("layers[0]", status="unregistered"))
MORE_HIDDEN = subject("More", step("a", status="unregistered"), step("b", status="unregistered"))
LOST = subject("Lost", step("", name="Dropout", status="unreachable"))
MADE = subject("Late", step("layer", appeared=True))
SAME = "Same input, same output, to the last bit"


@pytest.mark.parametrize(
    ("apart", "text"),
    [
        (0.0, f"{SAME}."),
        (2e-7, "Same input, same output, up to rounding (2·10⁻⁷)."),
        (0.125, "The outputs differ by up to 0.12."),
        (float("inf"), "The outputs differ, and not all of their numbers are finite."),
        (None, "Their outputs cannot be compared number by number."),
    ],
)
def test_how_far_apart(apart: float | None, text: str) -> None:
    assert told(subject(), GOOD, apart) == text


def test_outputs_of_different_shapes() -> None:
    other = ForwardSubject(card=card("Other"), call_log=CallLog(steps=(step(shape=(4, 1)),)))
    assert told(GOOD, other, None) == "Their outputs have different shapes."


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (HIDDEN, "in Net layers[0] is unregistered"),
        (MORE_HIDDEN, "in More a and b are unregistered"),
        (LOST, "in Lost the Dropout is unregistered"),
        (MADE, "Late made layer on the way"),
    ],
)
def test_what_a_forward_does_not_show(left: ForwardSubject, text: str) -> None:
    assert told(left, GOOD) == f"{SAME}: a forward does not show that {text}."
    assert told(left, GOOD, 0.5) == f"The outputs differ by up to 0.50; {text}."


def test_what_has_nothing_to_hide_is_not_told() -> None:
    layer = step("", name="Softmax", status="unreachable", stateless=True)
    listed = step("acts[0]", name="ReLU", status="unregistered", stateless=True)
    assert told(subject("Net", layer, listed), GOOD) == f"{SAME}."


def test_forwards_without_a_tensor() -> None:
    silent = ForwardSubject(
        card=card("Net"), call_log=CallLog(steps=(step().model_copy(update={"outputs": ()}),))
    )
    text = "The forwards return no tensor: there is nothing to compare."
    assert told(silent, silent, None) == text
    alone = "The forward of Net returns no tensor: there is nothing to compare."
    assert told(GOOD, silent, None) == told(silent, GOOD, None) == alone


def test_both_sides_hide_something() -> None:
    both = f"{SAME}: a forward does not show that in Net layers[0] is unregistered, and that "
    assert told(HIDDEN, MADE) == f"{both}Late made layer on the way."
    assert told(HIDDEN, HIDDEN).count("unregistered") == 1


def test_where_a_forward_stops() -> None:
    stopped = subject("Net", raised=RAISED, raised_in=step("head"))
    text = "The forward of Net stops in head with RuntimeError."
    assert told(stopped, GOOD, None) == text
    at_once = subject("Net", raised=RAISED)
    assert told(at_once, GOOD, None) == "The forward of Net stops in Net with RuntimeError."
    unbuilt = ForwardSubject(card=card("Bad"), raised=RAISED)
    assert told(unbuilt, stopped, None) == f"Bad cannot be run: RuntimeError. {text}"
