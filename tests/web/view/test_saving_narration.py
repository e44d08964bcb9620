"""The sentences above the saving page: what each file holds."""

from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.core.round_trip import Comparison, RoundTrip, TensorTrip
from rollcall.experiments.saving.cross_load import CrossLoad
from rollcall.experiments.saving.experiment import SavingQuery, SavingReport
from rollcall.experiments.saving.subject import SavingSubject
from rollcall.web.view.saving.narration import saving_narration
from rollcall.web.view.sentence import read
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")
EQUAL = Comparison(equal=True, furthest=0.0, repeats=True, draws=False)
UNEQUAL = Comparison(equal=False, furthest=1.0, repeats=True, draws=False)
DRAWS = Comparison(equal=True, furthest=0.0, repeats=False, draws=True)
NOTHING = EQUAL.model_copy(update={"nothing": True})
NO_TENSOR = "its forward returns no tensor with numbers, so there is nothing to compare."


def tensors(saved: int, missing: int) -> tuple[TensorTrip, ...]:
    keys = ["weight"] * saved + [None] * missing
    known: dict[str, Any] = {"path": "weight", "kind": "parameter", "status": "registered"}
    return tuple(TensorTrip(**known, shape=(2,), key=key, back=key is not None) for key in keys)


def trip(saved: int = 0, missing: int = 0, **given: Any) -> RoundTrip:
    known: dict[str, Any] = {
        "keys": (),
        "size": 100,
        "tensors": tensors(saved, missing),
        "answer": None,
        "load_raised": None,
        "comparison": EQUAL,
        "forward_raised": None,
    }
    return RoundTrip(**known | given)


def told(*subjects: SavingSubject) -> str:
    query = SavingQuery()
    report = SavingReport(query=query, left=subjects[0], right=subjects[-1], cross_load=None)
    return read(saving_narration(report))


def test_a_file_that_fits_its_own_model_alone() -> None:
    left, right = (SavingSubject(card=card(name), trip=trip(2)) for name in ("Net", "Other"))
    report = SavingReport(
        query=SavingQuery(), left=left, right=right, cross_load=CrossLoad(raised=RAISED)
    )
    text = "Each file brings its own model back: same outputs. "
    text += "Net’s file cannot be loaded into Other: RuntimeError."
    assert read(saving_narration(report)) == text
    lacks = SavingSubject(card=card("Other"), trip=trip(1, 1))
    report = report.model_copy(update={"right": lacks})
    assert read(saving_narration(report)).startswith("Net’s file holds both tensors")


SHARED = (tensors(1, 0)[0].model_copy(update={"also": ("other.weight",)}), *tensors(1, 0))
MATCHED = "PyTorch says that all keys matched, and"


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (trip(1), "Net’s file holds its only tensor: same outputs."),
        (trip(2), "Net’s file holds both tensors: same outputs."),
        (trip(3), "Net’s file holds all 3 tensors: same outputs."),
        (trip(2, comparison=NOTHING), f"Net’s file holds both tensors; {NO_TENSOR}"),
        (trip(1, 1, comparison=NOTHING), f"Net’s file holds 1 of its 2 tensors; {NO_TENSOR}"),
        (trip(comparison=NOTHING), f"Net holds nothing to save; {NO_TENSOR}"),
        (
            trip(3, remade=tensors(0, 1)),
            "Net’s file holds all 3 tensors (weight is made anew by each forward): same outputs.",
        ),
        (
            trip(tensors=SHARED),
            "Net’s file holds both tensors, 1 of them under several keys: same outputs.",
        ),
        (
            trip(3, comparison=UNEQUAL),
            "Net’s file holds every tensor that an attribute leads to, "
            "and the loaded model still computes something else.",
        ),
        (
            trip(0, 1),
            f"Net’s file does not hold its only tensor, {MATCHED} the outputs agree all the same.",
        ),
        (
            trip(0, 2, comparison=UNEQUAL),
            f"Net’s file holds neither of its two tensors, {MATCHED} "
            "the loaded model computes something else.",
        ),
        (
            trip(0, 3),
            f"Net’s file holds none of its 3 tensors, {MATCHED} the outputs agree all the same.",
        ),
        (
            trip(1, 1),
            f"Net’s file holds 1 of its 2 tensors, {MATCHED} the outputs agree all the same.",
        ),
        (trip(), "Net holds nothing to save."),
        (trip(comparison=DRAWS), "Net holds nothing to save, and two of its forwards differ."),
        (trip(1, load_raised=RAISED), "Net cannot load its own file: RuntimeError."),
        (
            trip(1, comparison=None, forward_raised=RAISED),
            "The forward of Net raises RuntimeError.",
        ),
    ],
)
def test_sentence(made: RoundTrip, text: str) -> None:
    assert told(SavingSubject(card=card("Net"), trip=made)) == text


def test_each_model_is_told_of() -> None:
    left = SavingSubject(card=card("Broken"), raised=RAISED)
    right = SavingSubject(card=card("Net"), trip=trip())
    assert told(left, right) == "Broken cannot be saved: RuntimeError. Net holds nothing to save."
