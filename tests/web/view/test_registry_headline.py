"""The number over a column says no more than the report."""

from typing import Any

import pytest

from lectures.course import column
from rollcall.core.findings import Finding, Findings
from rollcall.core.findings.forward_kinds import ReplacedByForward
from rollcall.core.findings.kinds import (
    LeftOutByParameters,
    NoGraph,
    SharedModule,
    Unreached,
    ZeroGradient,
)
from rollcall.core.findings.look import Run
from rollcall.core.report import Raised
from rollcall.core.roll_call import RollCall
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry
from rollcall.core.used_parameters import UsedParameters
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.headline import Headline
from rollcall.web.view.registry.headline import headline
from web.view.entries import card, hidden, module, tensor

HEAD = tensor("head.weight", "head")
RAISED = Raised(type="TypeError", message="'list' object is not callable")
SILENT = {"backward_raised": None, "optimizer_raised": None, "to_raised": None}


def scan(
    reached: int | None,
    answering: int = 0,
    modules: tuple[ModuleEntry, ...] = (),
    tensors: tuple[TensorEntry, ...] = (HEAD,),
    paths: tuple[str, ...] | None = None,
) -> RegistrySubject:
    """A column; unless it is said otherwise, forward used all of its tensors."""
    used = None
    if reached is not None:
        if paths is None:
            paths = tuple(each.path for each in tensors if reached)
        used = UsedParameters(reached=reached, answering=answering, paths=paths, unreachable=())
    return RegistrySubject(
        card=card("Net"),
        scan=Scan(class_name="Net", modules=modules, tensors=tensors, used=used),
        roll_call=RollCall(moved_to="float64", tensors=(), modules=(), **SILENT),
    )


def raising(**raised: Raised) -> RegistrySubject:
    roll = RollCall(moved_to="float64", tensors=(), modules=(), **{**SILENT, **raised})
    return scan(6, 6).model_copy(update={"roll_call": roll})


def finding(subject: RegistrySubject, *found: Finding, **others: Any) -> RegistrySubject:
    return subject.model_copy(update={"findings": Findings(findings=found, **others)})


def shown(subject: RegistrySubject) -> tuple[str, str]:
    told = headline(subject)
    return told.verdict, told.count


def test_all_answer() -> None:
    told = Headline("good", "1,200 of 1,200", "trainable numbers", "answer the roll call", False)
    assert headline(scan(1200, 1200)) == told


def test_some_answer() -> None:
    lost = module("layers[0]", **hidden("layers"))
    shown = headline(scan(282, 58, (lost,)))
    assert shown == Headline("bad", "58 of 282", "trainable numbers", "answer the roll call", False)


def test_all_answer_and_a_module_does_not() -> None:
    lost = [module(f"drops[{index}]", **hidden("drops")) for index in range(2)]
    assert headline(scan(6, 6, (lost[0],))).second == "1 module does not"
    shown = headline(scan(6, 6, tuple(lost)))
    assert (shown.verdict, shown.lost) == ("none", True)
    assert (shown.first, shown.second) == ("trainable numbers answer,", "2 modules do not")


def test_all_answer_and_a_tensor_does_not() -> None:
    lost = tensor("alpha", requires_grad=False, **hidden("alpha", "Tensor"))
    shown = headline(scan(6, 6, tensors=(HEAD, lost)))
    assert (shown.second, shown.lost) == ("1 tensor does not", True)


def test_there_is_nothing() -> None:
    nothing = Headline("none", "0", "trainable numbers:", "nothing to register", False)
    assert headline(scan(0, tensors=())) == nothing


def test_what_is_there_and_was_not_used_is_not_nothing() -> None:
    shown = headline(scan(0))
    assert (shown.verdict, shown.count) == ("none", "0")
    assert (shown.first, shown.second) == ("of 6 trainable", "numbers were used")


def test_none_answers_where_no_optimizer_can_be_made() -> None:
    assert shown(raising(optimizer_raised=RAISED)) == ("bad", "0 of 6")


def test_where_forward_raised_the_walk_is_counted() -> None:
    lost = tensor("layers[0].weight", **hidden("layers"))
    shown = headline(scan(None, tensors=(HEAD, lost)))
    assert (shown.verdict, shown.count) == ("bad", "6 of 12")


BODY = (tensor("body.weight", "body"), tensor("body.bias", "body"))
DETACHED = scan(6, 6, tensors=(*BODY, HEAD), paths=("head.weight",))


def unreached(*paths: str, numel: int) -> Unreached:
    return Unreached(paths=paths, numel=numel, never_called=(), steps=3)


@pytest.mark.parametrize(
    ("subject", "count"),
    [
        (finding(DETACHED, unreached("body.weight", "body.bias", numel=12)), "6 of 18"),
        (finding(scan(6, 6), LeftOutByParameters(paths=("head.weight",))), "0 of 6"),
        # another input reaches one of them
        (finding(DETACHED, unreached("body.bias", numel=6)), "12 of 18"),
        # the forward made one more, which no backward reaches either
        (finding(DETACHED, unreached("body.weight", "body.bias", "late", numel=17)), "6 of 23"),
        (finding(scan(0), NoGraph(numel=6)), "0 of 6"),
        # the mode that was asked for uses what training does not reach
        (finding(scan(6, 6), unreached("head.weight", "spare", numel=10)), "6 of 10"),
        # nobody knows what the other steps would reach
        (finding(DETACHED, not_run=(Run(name="training", raised=RAISED),)), "6 of 18"),
    ],
)
def test_what_no_backward_reaches_does_not_answer(subject: RegistrySubject, count: str) -> None:
    assert shown(subject) == ("bad", count)


def test_what_a_parameters_of_its_own_gives_answers() -> None:
    """The headline says what the optimizer's cells below it say."""
    by_hand = column("by_hand.ByHandNet")
    assert by_hand.roll_call
    held = [each.path for each in by_hand.roll_call.tensors if each.optimizer]
    assert held == ["w1", "b1", "w2"]
    assert shown(by_hand) == ("bad", "320 of 325")


def test_what_one_input_leaves_out_answers() -> None:
    assert shown(DETACHED) == ("good", "18 of 18")


def test_what_forward_replaces_is_counted_once() -> None:
    """A backward reaches the new one only, which no optimizer holds."""
    replaced = scan(12, 6, tensors=(*BODY[:1], HEAD), paths=("head.weight",))
    subject = finding(replaced, ReplacedByForward(path="body.weight", numel=6))
    assert shown(subject) == ("bad", "6 of 12")


@pytest.mark.parametrize(
    "subject",
    [
        finding(scan(6, 6), ZeroGradient(paths=("head.weight",), numel=6, steps=3)),
        finding(scan(6, 6), SharedModule(path="a", aliases=("b",), class_name="Net", numel=6)),
        finding(scan(6, 6), not_run=(Run(name="eval", raised=RAISED),)),
        raising(eval_raised=RAISED),
        raising(backward_raised=RAISED),
    ],
)
def test_nothing_is_green_above_a_finding(subject: RegistrySubject) -> None:
    assert shown(subject) == ("none", "6 of 6")
