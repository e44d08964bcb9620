"""The headline and the rows of the forward page, before they are HTML."""

from typing import Any, Literal

import pytest

from rollcall.core.report import Raised
from rollcall.core.tensors.tensor_stats import TensorFacts
from rollcall.experiments.forward.alignment import Pair
from rollcall.experiments.forward.call_log import CallLog, Step
from rollcall.experiments.forward.experiment import ForwardQuery, ForwardReport
from rollcall.experiments.forward.subject import ForwardSubject
from rollcall.web.view.forward.call_table import Row, Who, call_table, stopped_call
from rollcall.web.view.forward.headline import headline
from rollcall.web.view.forward.numbers import numbers
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")
NAN = float("nan")


def facts(name: str = "", **given: Any) -> TensorFacts:
    known: dict[str, Any] = {"mean": 0.0, "std": 1.0, "zeros": 0.0, "not_finite": 0}
    known |= {"shape": (4, 5), "dtype": "float32", "histogram": (), "max_abs": 1.0}
    return TensorFacts(**known | {"name": name} | given)


def step(path: str = "", *outputs: TensorFacts, **given: Any) -> Step:
    known: dict[str, Any] = {"kind": "module", "name": "Linear", "detail": "", "depth": 0}
    known |= {"status": "registered", "appeared": False, "line": None, "inputs": ()}
    return Step(**known | {"path": path, "outputs": outputs, "returned": "Tensor"} | given)


def subject(*steps: Step, **given: Any) -> ForwardSubject:
    log = CallLog(steps=steps, **given)
    return ForwardSubject(card=card("Net"), input_shape=(4, 10), call_log=log)


def report(
    left: ForwardSubject, right: ForwardSubject, *pairs: Pair, **asked: Any
) -> ForwardReport:
    query = ForwardQuery.model_validate(asked)
    return ForwardReport(query=query, left=left, right=right, rows=pairs, apart=None)


def row(shown: Step, **asked: Any) -> Row:
    """The row of one call."""
    made = call_table(report(subject(shown), subject(), (0, None), **asked), "left")[0]
    assert isinstance(made, Row)
    return made


def test_headline_of_a_forward_that_returns() -> None:
    lost = step("a", status="unregistered")
    function = step("a", kind="function", status="unregistered")
    shown = headline(subject(step("", facts()), lost, lost, function, more=5))
    assert (shown.stopped_in, shown.given, shown.returned) == ("", "4×10", "4×5")
    assert (shown.calls, shown.lost) == ("8 calls", "2 unregistered")
    assert headline(subject(step("", returned="str"))).returned == "str"
    assert headline(subject(step(""), step("a"))).lost == ""


def test_headline_of_several_inputs_and_outputs() -> None:
    pair = step("", facts(), facts(shape=(4, 1)), inputs=((4, 10), (4, 2)))
    assert (headline(subject(pair)).given, headline(subject(pair)).returned) == (
        "4×10, 4×2",
        "4×5, 4×1",
    )
    many = step("", facts(), facts(), facts(), inputs=((4, 10),) * 3)
    shown = headline(subject(many))
    assert (shown.given, shown.returned) == ("4×10, 4×10, …", "4×5, 4×5, …")


def test_headline_of_a_forward_that_stops() -> None:
    assert headline(subject(raised=RAISED, raised_in=step("head"))).stopped_in == "head"
    nameless = step("", name="F.relu")
    assert headline(subject(raised=RAISED, raised_in=nameless)).stopped_in == "F.relu"
    assert headline(subject(raised=RAISED)).stopped_in == "Net"


def test_the_call_that_stopped() -> None:
    at = step("head", inputs=((4, 10), (3,)))
    assert stopped_call(CallLog(raised=RAISED, raised_in=at)) == "head(4×10, 3)"
    assert stopped_call(CallLog(raised=RAISED)) == "model(input)"


def test_equals_stand_beside_equals() -> None:
    left = subject(step("", facts()), step("a", facts("[0]"), facts("[1]")))
    right = subject(step("", facts()))
    shown = report(left, right, (0, 0), (1, None), (None, 0))
    assert names(shown, "left") == ["Net", "a", "[1]", None]
    assert names(shown, "right") == ["Net", None, None, "Net"]


def names(shown: ForwardReport, side: Literal["left", "right"]) -> list[str | None]:
    """Who was called, what is said of calls that are left out, and gaps."""
    told: list[str | None] = []
    for each in call_table(shown, side):
        if isinstance(each, Row):
            told.append(each.who.text)
        else:
            told.append(each)
    return told


def test_many_calls_are_left_out_on_both_sides_at_once() -> None:
    many = [step("", facts()), *(step(f"a{index}", facts()) for index in range(200))]
    many[100] = step("lost", facts(), status="unregistered")
    pairs = [(index, index) for index in range(201)]
    shown = report(subject(*many), subject(*many), *pairs)
    left, right = names(shown, "left"), names(shown, "right")
    assert left == right
    assert left[15:19] == [
        "a14",
        "… 84 calls more, in the JSON",
        "lost",
        "… 96 calls more, in the JSON",
    ]
    assert left[-1] == "a199"


@pytest.mark.parametrize(
    ("called", "who"),
    [
        (step(""), Who("name", "Net")),
        (step("a", depth=1), Who("name", "a", "Linear", "Linear()")),
        (
            step("", depth=2, detail="in_features=2, out_features=3, bias=True"),
            Who(
                "name",
                "no path",
                "Linear(2, 3)",
                "Linear(in_features=2, out_features=3, bias=True)",
            ),
        ),
        (step("a", kind="function", name="F.relu", line=7), Who("function", "F.relu", line=7)),
    ],
)
def test_who_was_called(called: Step, who: Who) -> None:
    assert row(called).who == who


def test_shapes() -> None:
    shown = row(step("a", facts("['y']", shape=()), inputs=((1,), (), (3, 4), (9,)), depth=9))
    assert (shown.given, shown.depth) == ("1, scalar, 3×4 → ", 5)
    assert shown.returned
    assert (shown.returned.text, shown.returned.dtype) == ("['y'] scalar", "")
    double = row(step("a", facts(dtype="float64")))
    assert double.returned
    assert (double.returned.text, double.returned.dtype) == ("4×5", "float64")


def test_what_is_no_tensor() -> None:
    shown = row(step("a", returned="dict")).returned
    assert shown
    assert (shown.text, shown.numbers) == ("dict", None)
    failed = row(step("a", returned="", inputs=((3,),)))
    assert (failed.returned, failed.given) == (None, "3")


def test_modules_that_no_registry_knows() -> None:
    lost = row(step("a", status="unregistered", appeared=True))
    assert (lost.lost, lost.made) == (True, True)
    function = row(step("a", kind="function", status="unregistered"))
    assert (function.lost, function.made) == (False, False)


def test_sources_of_randomness_lead_to_their_masks() -> None:
    assert row(step("a", facts())).mask is None
    drew: dict[str, Any] = {"mask": 2, "drew": True}
    links = [
        row(step("a", facts(), **given)).mask
        for given in ({**drew, "shows_mask": True}, drew, {"mask": 2})
    ]
    assert [link.text for link in links if link] == ["mask", "drew", "quiet"]
    assert links[0]
    assert "call=2" in links[0].url
    typed = row(step("a", facts(), **drew), x="3,7").mask
    assert typed
    assert "x=3%2C7" in typed.url


def test_numbers() -> None:
    assert numbers(facts(shape=(), mean=0.5, std=NAN)).std == "–"
    assert numbers(facts(shape=(0, 5), mean=NAN, std=NAN)).std == "NaN"
    shown = numbers(facts(mean=-0.001, std=12345.0, zeros=0.256, max_abs=2.5))
    assert (shown.mean, shown.std, shown.max_abs) == ("0.00", "10⁴", "2.50")
    assert (shown.zeros, shown.any_zeros) == ("26 %", True)
    assert [numbers(facts(zeros=zeros)).zeros for zeros in (0.0, NAN)] == ["0", "NaN"]
    means = [numbers(facts(mean=mean)).mean for mean in (-0.5, -1000.0, NAN)]
    assert means == ["−0.50", "−10³", "NaN"]
