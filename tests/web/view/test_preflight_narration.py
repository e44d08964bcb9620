"""The sentences above the pre-flight page: who is ready to be trained."""

from typing import Literal

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.notes import Notes
from rollcall.experiments.preflight.experiment import (
    ChecklistLine,
    PreflightQuery,
    PreflightReport,
    PreflightSubject,
)
from rollcall.experiments.preflight.outcome import CheckOutcome
from rollcall.web.view.preflight.narration import preflight_narration
from rollcall.web.view.sentence import read
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")
Verdict = Literal["pass", "fail", "na"]


def line(verdict: Verdict, name: str = "other", raised: Raised | None = None) -> ChecklistLine:
    outcome = CheckOutcome(verdict=verdict, raised=raised)
    return ChecklistLine(name=name, title=name, python="...", outcome=outcome)


def subject(*lines: ChecklistLine, name: str = "Net", trains: Verdict = "pass") -> PreflightSubject:
    return PreflightSubject(card=card(name), lines=(*lines, line(trains, "parameters")))


def told(left: PreflightSubject, right: PreflightSubject | None = None) -> str:
    query = PreflightQuery()
    return read(preflight_narration(PreflightReport(query=query, left=left, right=right or left)))


FORWARD_RAISES = RAISED.model_copy(update={"during": "model(input)"})
FAILS, RAISES = line("fail"), line("fail", raised=RAISED)


@pytest.mark.parametrize(
    ("checked", "text"),
    [
        (subject(), "Net is ready to be trained."),
        (subject(trains="na"), "Net has nothing to train."),
        (
            subject().model_copy(update={"findings": ("shared module", "frozen and moving")}),
            "Net passes every check; the registry page names more: "
            "shared module, frozen and moving.",
        ),
        (PreflightSubject(card=card("Net"), raised=RAISED), "Net cannot be built: RuntimeError."),
        (subject(FAILS), "Net fails 1 of 2 checks; PyTorch raises no error."),
        (subject(FAILS, RAISES), "Net fails 2 of 3 checks; PyTorch raises an error for only 1."),
        (subject(RAISES, line("na")), "Net fails 1 of 2 checks; PyTorch raises an error."),
        (
            subject(line("fail", "held", raised=FORWARD_RAISES)),
            "model(input) of Net raises RuntimeError: 1 of 2 checks fails.",
        ),
        (
            subject(line("fail", "held", raised=RAISED.model_copy(update={"during": "SGD(…)"}))),
            "Net fails 1 of 2 checks; PyTorch raises an error.",
        ),
        (
            subject(line("fail", "moved", raised=FORWARD_RAISES)),
            "Net fails 1 of 2 checks; PyTorch raises an error.",
        ),
        (subject(FAILS, trains="fail"), "Net fails both checks; PyTorch raises no error."),
    ],
)
def test_sentence(checked: PreflightSubject, text: str) -> None:
    assert told(checked) == text


TRAIN_RAISES = RAISED.model_copy(update={"during": "model.train()"})
EVAL_RAISES = RAISED.model_copy(update={"during": "model.eval()"})


@pytest.mark.parametrize(
    ("checked", "raised", "text"),
    [
        (
            subject(),
            (TRAIN_RAISES,),
            "model.train() of Net raises RuntimeError; the checks ran without it. "
            "Net passes every check.",
        ),
        (
            subject(FAILS),
            (TRAIN_RAISES, EVAL_RAISES),
            "model.train() and model.eval() of Net raise RuntimeError; the checks ran without "
            "them. Net fails 1 of 2 checks.",
        ),
        (
            subject(RAISES),
            (TRAIN_RAISES,),
            "model.train() of Net raises RuntimeError; the checks ran without it. "
            "Net fails 1 of 2 checks; PyTorch raises an error.",
        ),
    ],
)
def test_what_the_checks_went_on_without(
    checked: PreflightSubject, raised: tuple[Raised, ...], text: str
) -> None:
    broken = checked.model_copy(update={"notes": Notes(raised=raised)})
    assert told(broken) == text
    assert told(subject(name="Other"), broken) == f"Other is ready to be trained. {text}"


def test_two_that_are_ready_share_a_sentence() -> None:
    both = "Net and Other are both ready to be trained."
    assert told(subject(), subject(name="Other")) == both


@pytest.mark.parametrize(
    "other", [subject(FAILS, name="Other"), subject(name="Other", trains="na")]
)
def test_two_that_are_not_have_a_sentence_each(other: PreflightSubject) -> None:
    assert told(subject(), other).startswith("Net is ready to be trained. Other ")
