"""The headline and the lines of the pre-flight page, before they are HTML."""

from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.notes import Notes
from rollcall.experiments.preflight.experiment import ChecklistLine, PreflightSubject
from rollcall.experiments.preflight.outcome import CheckOutcome
from rollcall.experiments.preflight.own_tensors import OwnTensor
from rollcall.web.view.preflight.checklist import checklist
from rollcall.web.view.preflight.evidence import evidence, remark
from rollcall.web.view.preflight.headline import Headline, headline
from rollcall.web.view.sentence import read
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")


def line(name: str, verdict: str, **given: Any) -> ChecklistLine:
    outcome = CheckOutcome.model_validate({"verdict": verdict, **given})
    return ChecklistLine(name=name, title=name, python="...", outcome=outcome)


PASS, FAIL, NA = line("moved", "pass", found=2, wanted=2), line("loads", "fail"), line("x", "na")


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ([PASS, PASS], Headline("good", "2 of 2", "before training")),
        ([PASS, FAIL, NA], Headline("bad", "1 of 2", "1 does not apply")),
        ([PASS, NA, NA], Headline("good", "1 of 1", "2 do not apply")),
    ],
)
def test_headline(lines: list[ChecklistLine], shown: Headline) -> None:
    assert headline(PreflightSubject(card=card("Net"), lines=tuple(lines))) == shown


@pytest.mark.parametrize(
    ("checked", "text"),
    [
        (line("moved", "na"), "no tensor to move"),
        (line("stepped", "na"), "nothing to train"),
        (line("printed", "fail", found=1, wanted=2), "1 of 2 layers"),
        (line("printed", "pass", found=1, wanted=1), "1 of 1 layer"),
        (line("parameters", "pass", found=2), "2 parameters"),
        (line("parameters", "fail", found=0), "[ ]"),
        (line("counted", "fail", found=55, wanted=1075), "55 of 1,075 numbers"),
        (
            line("containers", "fail", paths=["layers: list", "heads: dict"]),
            "layers is a plain list, heads is a plain dict",
        ),
        (
            line("containers", "fail", paths=[f"{place}.parts: list" for place in range(2_500)]),
            "0.parts is a plain list, 1.parts is a plain list, 2.parts is a plain list, 2,497 more",
        ),
        (line("containers", "pass"), ""),
        (line("held", "fail", found=0, wanted=1), "0 of 1 tensor"),
        (line("located", "pass", answer="cuda:0"), "cuda:0"),
        (line("switched", "fail", found=3, wanted=5), "3 of 5 modules"),
        (line("compiled", "pass", found=1), "1 graph, equal"),
        (line("compiled", "fail", found=2), "2 graphs, other outputs"),
        (line("compiled", "na"), "torch.compile makes no graph of it"),
        (line("round_trip", "pass"), "equal"),
        (line("agreeing", "fail"), "of another shape"),
        (line("agreeing", "fail", apart=0.125), "apart by 0.12"),
        (line("exported", "fail", paths=["a"]), "a"),
        (line("exported", "fail", paths=["a", "b", "c"]), "a + 2 more"),
        (line("exported", "fail", found=0, wanted=1075), "it holds 0 of 1,075 numbers"),
        (line("exported", "pass"), "nothing lifted"),
        (line("exported", "na", too_large=1234), "not asked of 1,234 modules"),
        (line("traced", "pass"), ""),
    ],
)
def test_evidence(checked: ChecklistLine, text: str) -> None:
    assert read(evidence(checked)) == text


@pytest.mark.parametrize(
    ("checked", "text"),
    [
        (line("agreeing", "fail", paths=["drop"]), "still training: drop"),
        (line("agreeing", "pass", paths=["drop"]), ""),
        (
            line("stepped", "pass", idle=["a", "b"]),
            "a + 1 more got no gradient this time, or hardly any",
        ),
        (line("stepped", "pass"), ""),
        (
            line("moved", "fail", own=[OwnTensor(name="torch.zeros", line=7, where="float32")]),
            "forward itself makes a float32 tensor: torch.zeros (line 7)",
        ),
        (
            line(
                "moved",
                "fail",
                own=[
                    OwnTensor(name="torch.arange", line=None, where="cpu"),
                    OwnTensor(name="torch.ones", line=8, where="cpu"),
                ],
            ),
            "forward itself makes a cpu tensor: torch.arange, and 1 more",
        ),
    ],
)
def test_remark(checked: ChecklistLine, text: str) -> None:
    assert read(remark(checked)) == text


def test_nothing_is_green_beside_a_call_that_raised() -> None:
    notes = Notes(raised=(RAISED,))
    shown = headline(PreflightSubject(card=card("Net"), lines=(PASS,), notes=notes))
    assert (shown.verdict, shown.count) == ("bad", "1 of 1")


def test_an_exception_is_evidence_enough() -> None:
    raises = line("moved", "fail", raised=RAISED)
    impossible = line("traced", "na", raised=RAISED)
    shown = checklist(PreflightSubject(card=card("Net"), lines=(PASS, raises, impossible)))
    assert [check.mark for check in shown] == ["●", "○", "–"]
    assert [check.word for check in shown] == ["pass", "fail", "n/a"]
    assert shown[0].evidence
    assert shown[1].evidence is None
    assert shown[2].evidence
    assert read(shown[2].evidence) == "torch.fx cannot follow it"


def test_a_line_that_shows_no_forward_names_the_one_that_raised() -> None:
    raised = RAISED.model_copy(update={"during": "model(input)"})
    lines = [line(name, "fail", raised=raised) for name in ("held", "moved")]
    shown = checklist(PreflightSubject(card=card("Net"), lines=tuple(lines)))
    assert [check.raised_by for check in shown] == ["model(input)", ""]
