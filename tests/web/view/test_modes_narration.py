"""The sentences above the modes page: what still acts, and why."""

from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.modes.effects import Drop, Effects, TensorChange
from rollcall.experiments.modes.experiment import ModesQuery, ModesReport
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.web.view.modes.narration import modes_narration
from rollcall.web.view.sentence import read
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")
QUIET = Effects(apart=0.0)


def drop(path: str = "", function: str = "", **given: Any) -> Drop:
    known: dict[str, Any] = {"line": None, "zeroed": 4, "of": 8, "acts": True, "drew": True}
    return Drop(path=path, function=function, calls=1, **known | given)


def change(owner: str = "", by: float = 1.0, name: str = "mean") -> TensorChange:
    return TensorChange(
        path=f"{owner}.{name}",
        owner=owner,
        statistic=name == "mean",
        before=(0.0,),
        after=(by,),
        numel=1,
        by=by,
    )


def effects(*found: Drop | TensorChange, apart: float = 0.0) -> Effects:
    drops = tuple(each for each in found if isinstance(each, Drop))
    changes = tuple(each for each in found if isinstance(each, TensorChange))
    return Effects(apart=apart, drops=drops, tensor_changes=changes)


def told(in_eval: Effects = QUIET, in_train: Effects = QUIET, **given: Any) -> str:
    mode = given.pop("mode", "eval")
    known: dict[str, Any] = {"calls": (("", "eval"),), "train": in_train, "eval": in_eval}
    subject = ModesSubject(card=card("Net"), **known | given)
    query = ModesQuery(mode=mode)
    return read(modes_narration(ModesReport(query=query, left=subject, right=subject)))


NOISE = drop("noise", of=0)
OF_INIT = drop("", "init.uniform_", line=9, of=0)
F_DROPOUT = drop("", "F.dropout", line=7)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([drop("a")], "In Net, a still drops after eval()."),
        ([drop("a"), drop("b"), drop("a")], "In Net, a and b still drop after eval()."),
        ([drop()], "Net still drops after eval()."),
        ([NOISE], "In Net, noise still draws random numbers after eval()."),
        (
            [OF_INIT],
            "In Net, init.uniform_ in line 9 still draws weights after eval(): "
            "forward makes a layer there.",
        ),
        (
            [drop("a"), NOISE],
            "In Net, a still drops and noise still draws random numbers after eval().",
        ),
        (
            [F_DROPOUT],
            "In Net, F.dropout in line 7 still drops after eval(): "
            "a function has no flag to switch.",
        ),
        (
            [drop("", "torch.rand", of=0)],
            "In Net, torch.rand still draws random numbers after eval(): "
            "a function has no flag to switch.",
        ),
        ([change("norm")], "In Net, norm still updates its statistics after eval()."),
        ([change("")], "Net still updates its statistics after eval()."),
        ([change("gcn", name="weight")], "In Net, gcn.weight still changes after eval()."),
        (
            [drop("a"), change("n"), change("m")],
            "In Net, a still drops and n and m still update their statistics after eval().",
        ),
        ([change("norm", by=0.0)], "Two forwards of Net are equal."),
        ([drop("a", acts=False)], "Two forwards of Net are equal."),
    ],
)
def test_after_eval(found: list[Drop | TensorChange], text: str) -> None:
    assert told(effects(*found)) == text


def test_whom_the_call_did_not_reach() -> None:
    one = told(effects(drop("a"), drop("b")), unheard=("a",))
    assert one == "In Net, a and b still drop after eval(): the call did not reach it."
    both = told(effects(drop("a"), drop("b")), unheard=("a", "b", "c"))
    assert both == "In Net, a and b still drop after eval(): the call did not reach them."


def test_after_more_calls_nothing_is_still_so() -> None:
    calls = (("", "eval"), ("a", "train"))
    assert told(effects(drop("a")), calls=calls) == "In Net, a drops after these calls."


def test_what_is_not_heard_and_does_not_matter() -> None:
    text = "a of Net stayed in training mode; no layer here behaves differently in it."
    assert told(unheard=("a",)) == text


def test_what_differs_without_a_random_number() -> None:
    text = "Two forwards of Net differ after eval(), and no random generator moved in them."
    assert told(effects(apart=1.0)) == text
    in_train = told(in_train=effects(apart=1.0), mode="train")
    assert in_train == "Two forwards of Net differ, and no random generator moved in them."


def test_statistics_that_are_kept() -> None:
    assert told(in_train=effects(change("norm"))) == "Net keeps its statistics."


def test_in_training() -> None:
    alike = told(mode="train")
    assert alike == "Two forwards of Net are equal, in training mode too."
    drops = told(in_train=effects(drop("a"), apart=0.5), mode="train")
    assert drops == "In Net, a drops in training mode: two forwards differ by up to 0.50."
    updates = told(in_train=effects(change("norm")), mode="train")
    assert updates == "In Net, norm updates its statistics in training mode."


def test_two_models_of_which_nothing_is_to_be_told() -> None:
    left, right = (
        ModesSubject(card=card(name), calls=(("", "eval"),), train=QUIET, eval=QUIET)
        for name in ("Net", "Other")
    )
    report = ModesReport(query=ModesQuery(), left=left, right=right)
    assert read(modes_narration(report)) == "Two forwards are equal on both sides."


def test_a_model_that_raises() -> None:
    assert told(raised=RAISED) == "Net cannot be run: RuntimeError."
    text = "After eval() the forward of Net raises RuntimeError."
    assert told(Effects(raised=RAISED)) == text
