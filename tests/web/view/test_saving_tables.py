"""The headline and the tables of the saving page, before they are HTML."""

from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.core.round_trip import Comparison, Key, RoundTrip, TensorTrip
from rollcall.experiments.saving.cross_load import CrossLoad, KeyDifference
from rollcall.experiments.saving.experiment import SavingQuery, SavingReport
from rollcall.experiments.saving.subject import SavingSubject
from rollcall.web.view.saving.file_table import NOT_LOADED, OTHER, SAME, Row, file_table
from rollcall.web.view.saving.headline import Headline, headline
from rollcall.web.view.saving.key_table import ABSENT, agreement, key_table
from rollcall.web.view.saving.story import SavedTensors, file_size, saved_tensors, why_it_differs
from web.view.entries import card

ERROR = Raised(type="RuntimeError", message="no luck")
EQUAL = Comparison(equal=True, furthest=0.0, repeats=True, draws=False)
NOTHING = EQUAL.model_copy(update={"nothing": True})


def tensor(path: str = "weight", **given: Any) -> TensorTrip:
    known: dict[str, Any] = {
        "path": path,
        "kind": "parameter",
        "status": "registered",
        "shape": (3, 2),
        "key": path,
        "back": True,
    }
    return TensorTrip(**known | given)


LOST = tensor("layers[0]", status="unregistered", key=None, back=False)


def trip(*tensors: TensorTrip, **given: Any) -> RoundTrip:
    known: dict[str, Any] = {
        "keys": (),
        "size": 1234,
        "tensors": tensors,
        "answer": None,
        "load_raised": None,
        "comparison": EQUAL,
        "forward_raised": None,
    }
    return RoundTrip(**known | given)


def test_why_two_forwards_of_the_saved_model_differ() -> None:
    differing = EQUAL.model_copy(update={"repeats": False})
    drawing = differing.model_copy(update={"draws": True})
    assert why_it_differs(drawing).startswith("forward still draws")
    assert "draws" not in why_it_differs(differing)


def apart(furthest: float | None) -> Comparison:
    return Comparison(equal=False, furthest=furthest, repeats=True, draws=False)


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (trip(tensor(), load_raised=ERROR), Headline("bad", "0", True, False)),
        (trip(tensor()), Headline("good", "0", equal=True, hides=False)),
        (trip(), Headline("none", "0", equal=True, hides=False)),
        (trip(tensor(), comparison=apart(0.12345)), Headline("bad", "0.123", False, False)),
        (trip(LOST, comparison=apart(2.0)), Headline("bad", "2", False, hides=True)),
        (trip(tensor(), comparison=NOTHING), Headline("none", "", False, False, nothing=True)),
        (
            trip(tensor(), comparison=NOTHING, load_raised=ERROR),
            Headline("bad", "", False, False, nothing=True),
        ),
        (trip(LOST, comparison=apart(None)), Headline("bad", "?", False, hides=True)),
    ],
)
def test_headline(made: RoundTrip, shown: Headline) -> None:
    assert headline(made) == shown


def test_a_forward_that_raised_is_bad() -> None:
    raised = Raised(type="RuntimeError", message="no luck")
    assert headline(trip(tensor(), comparison=None, forward_raised=raised)).verdict == "bad"


def test_how_many_tensors_are_in_the_file() -> None:
    assert saved_tensors(trip()) is None
    assert saved_tensors(trip(tensor())) == SavedTensors("yes", "●", "1 of 1 tensor")
    assert saved_tensors(trip(tensor(), LOST)) == SavedTensors("no", "○", "1 of 2 tensors")
    keys = (Key(name="weight", shape=(3, 2)),)
    assert file_size(trip(keys=keys)) == "1 key, 1,234 bytes"


def rows(left: RoundTrip, right: RoundTrip | None) -> list[Row]:
    subjects = {
        side: SavingSubject(card=card("Net"), trip=made)
        for side, made in (("left", left), ("right", right))
    }
    report = SavingReport(query=SavingQuery(), cross_load=None, **subjects)
    return file_table(report, "left").rows


def test_rows_follow_the_opposite_side() -> None:
    left = trip(tensor("head"), LOST)
    assert [row.path for row in rows(left, None)] == ["head", "layers[0]"]
    opposite = trip(tensor("layers.0"), tensor("head"))
    shown = rows(left, opposite)
    assert [row.path for row in shown] == ["layers[0]", "head"]
    assert [row.lost for row in shown] == [True, False]


def test_cells_of_a_tensor() -> None:
    made = trip(
        tensor(),
        tensor("tied", key="weight", back=False, shape=None),
        tensor("table", kind="persistent buffer", shape=()),
        tensor("cache", kind="non-persistent buffer", key=None, back=None),
    )
    shown = rows(made, None)
    assert [row.in_file.text for row in shown] == ["yes", "as weight", "yes", "no"]
    assert [row.in_file.kind for row in shown] == ["yes", "yes", "yes", "no"]
    assert [row.back for row in shown] == [SAME, OTHER, SAME, NOT_LOADED]
    assert [row.shape for row in shown] == ["3×2", "lazy", "scalar", "3×2"]
    assert [row.buffer for row in shown] == ["", "", "buffer", "non-persistent buffer"]


def test_a_tensor_that_stands_under_several_keys() -> None:
    (row,) = rows(trip(tensor(also=("b.weight", "c.weight"))), None)
    assert row.in_file.text == "under 3 keys"
    assert row.in_file.title == "weight, b.weight, c.weight"


def test_what_forward_makes_anew_is_a_note() -> None:
    made = tensor("seen", kind="tensor", status="unregistered", key=None, back=False)
    (row,) = rows(trip(remade=(made,)), None)
    assert (row.lost, row.in_file.kind, row.in_file.text) == (False, "na", "no")
    assert (row.back.kind, row.back.text) == ("na", "made anew")


def loaded(agreeing: int, *differences: KeyDifference) -> CrossLoad:
    return CrossLoad(differences=differences, agreeing=agreeing, answer=None, raised=None)


MISSING = KeyDifference(key="a", verdict="missing", in_file=None, in_model=(2,))
EXTRA = KeyDifference(key="b", verdict="unexpected", in_file=None, in_model=None)
MISSHAPEN = KeyDifference(key="c", verdict="shape", in_file=(3, 2), in_model=())


def test_keys_on_which_file_and_model_differ() -> None:
    missing, extra, misshapen = key_table(loaded(0, MISSING, EXTRA, MISSHAPEN)).rows
    assert (missing.in_file, missing.in_model.text, missing.verdict) == (ABSENT, "2", "missing")
    assert (extra.in_file.text, extra.in_model) == ("no tensor", ABSENT)
    assert (misshapen.in_file.text, misshapen.in_model.text) == ("3×2", "scalar")
    assert misshapen.verdict == "of another shape"


def test_what_is_said_of_the_keys_that_agree() -> None:
    assert agreement(loaded(0), "Net").startswith("The file is empty, and Net asks for nothing")
    assert agreement(loaded(0, MISSING), "Net") == ""
    assert agreement(loaded(1, MISSING), "Net") == "1 key agrees in name and shape."
    told = "2 keys agree in name and shape: nothing is missing, nothing unexpected."
    assert agreement(loaded(2), "Net") == told
