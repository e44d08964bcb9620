"""The hint at the first check that an exercise does not pass."""

import pytest

from rollcall.core.findings.kinds import RandomPlace
from rollcall.core.walk.found import HidingPlace
from rollcall.experiments.exercise.repair_checks import CHECKS as REPAIR_CHECKS
from rollcall.experiments.exercise.repair_checks import RepairLine
from rollcall.experiments.layer_checks.checks import CHECKS as LAYER_CHECKS
from rollcall.experiments.layer_checks.findings import Described
from rollcall.web.view.exercise.checks import checks
from rollcall.web.view.exercise.layer_hints import layer_hint
from rollcall.web.view.exercise.repair_hints import repair_hint
from rollcall.web.view.sentence import read
from web.view.exercise_parts import UNWRITTEN, WRONG, exercise, layer, repair

LAYERS = sorted({name for of_kind in LAYER_CHECKS.values() for name in of_kind})
COUNTS = ("trainable", "answering", "stepped", "moved", "saved")


def failing(name: str) -> RepairLine:
    counted = {"found": 1, "wanted": 2, "paths": ("table",)} if name in COUNTS else {}
    return repair(name, "fail", **counted)


@pytest.mark.parametrize("name", REPAIR_CHECKS)
def test_every_check_of_a_repair_has_a_title_evidence_and_a_hint(name: str) -> None:
    row = checks(exercise(failing(name))).next
    assert row
    assert row.title
    assert read(row.hint).endswith((".", "?"))
    passing = checks(exercise(repair(name, "pass", found=2, wanted=2, shapes=((4, 5),)))).rows[0]
    assert passing.title == row.title
    assert read(passing.evidence)
    assert passing.hint == ()


@pytest.mark.parametrize("verdict", ["fail", "todo"])
def test_every_check_of_a_layer_has_a_title_and_a_hint(verdict: str) -> None:
    raised = UNWRITTEN if verdict == "todo" else None
    for name in LAYERS:
        row = checks(exercise(layer(name, verdict, raised=raised))).next
        assert row, name
        assert row.title, name
        assert read(row.hint).endswith((".", "?")), name
        assert ("Begin in line 11." in read(row.hint)) is (verdict == "todo"), name


def test_a_hint_names_what_hides_a_layer() -> None:
    of = {
        HidingPlace("layers", "list"): "layers is a plain list. PyTorch does not look into one. "
        "torch.nn has a list of its own.",
        HidingPlace("parts", "dict"): "parts is a plain dict. PyTorch does not look into one. "
        "torch.nn has a dict of its own.",
        HidingPlace("weight", "Tensor"): "weight is a plain tensor. requires_grad=True brings it a "
        "gradient, and no place in parameters(): what is assigned has to be an nn.Parameter.",
        HidingPlace("part", "Part"): "part is a plain Part object. PyTorch registers an nn.Module "
        "that is assigned to self.",
    }
    for place, hint in of.items():
        line = repair("answering", "fail", found=0, wanted=9, places=(place,))
        assert read(repair_hint(line)) == hint


def test_a_hint_names_who_draws_after_eval() -> None:
    place = RandomPlace(path=None, name="F.dropout", line=38)
    line = repair("in_eval", "fail", drawing=(place,))
    assert read(repair_hint(line)).startswith("F.dropout in line 38 does not know of eval().")


def test_a_hint_says_which_shape_or_kind_is_wanted() -> None:
    wanted = Described(kind="Parameter", shape=(5, 10), dtype="float32")
    hints = {
        kind: read(layer_hint(layer("weight", "fail", of="weight", found=found, wanted=wanted)))
        for kind, found in {
            "nothing": Described(kind="nothing"),
            "tensor": Described(kind="Tensor", shape=(5, 10), dtype="float32"),
            "turned": Described(kind="Parameter", shape=(10, 5), dtype="float32"),
        }.items()
    }
    assert hints == {
        "nothing": "In __init__ assign a Parameter (5, 10) to self.weight.",
        "tensor": "PyTorch registers what is an nn.Parameter when it is assigned; "
        "self.weight is a Tensor.",
        "turned": "nn.Linear keeps its weight as (out_features, in_features).",
    }


def test_an_exception_is_to_be_read() -> None:
    for row in (
        checks(exercise(repair("output", "fail", raised=WRONG))).next,
        checks(exercise(layer("output", "fail", raised=WRONG))).next,
    ):
        assert row
        assert read(row.hint) == "It stops with an exception: read the message from its end."


def test_a_repair_that_was_begun_anew_is_still_to_be_written() -> None:
    line = repair("output", "todo", raised=UNWRITTEN)
    assert read(repair_hint(line)) == "It is still to be written."
