"""The headline, the flags and the statistics of the modes page, before they are HTML."""

from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.core.scan import ModuleEntry
from rollcall.experiments.modes.effects import Drop, Effects, TensorChange
from rollcall.experiments.modes.experiment import ModesQuery
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.web.view.modes.flag_table import (
    NO_NUMBERS,
    NOT_CALLED,
    NOTHING,
    RAISED,
    FlagTable,
    flag_table,
)
from rollcall.web.view.modes.headline import headline
from rollcall.web.view.modes.numbers import decimal, first_elements, short
from rollcall.web.view.modes.statistics import statistics
from web.view.entries import card, hidden, module

ERROR = Raised(type="RuntimeError", message="no luck")
NAN = float("nan")


def drop(path: str = "drop", **given: Any) -> Drop:
    known: dict[str, Any] = {"function": "", "line": None, "zeroed": 4, "of": 8, "acts": True}
    return Drop(**known | {"path": path, "drew": True, "calls": 1} | given)


def change(path: str = "norm.mean", by: float = 0.5, **given: Any) -> TensorChange:
    known: dict[str, Any] = {"owner": "norm", "before": (0.0, 1.0), "after": (0.5, 1.0)}
    known |= {"path": path, "numel": 2, "by": by, "statistic": True}
    return TensorChange(**known | given)


def effects(*found: Drop | TensorChange, apart: float | None = 0.0) -> Effects:
    return Effects(
        apart=apart,
        drops=tuple(each for each in found if isinstance(each, Drop)),
        tensor_changes=tuple(each for each in found if isinstance(each, TensorChange)),
    )


@pytest.mark.parametrize(
    ("shown", "asked", "verdict", "outcome", "first"),
    [
        (Effects(raised=ERROR), "eval", "none", "raised", "by the forward after eval()"),
        (effects(apart=None), "eval", "none", "no tensor", "with numbers is returned:"),
        (Effects(unlike=True), "eval", "bad", "differ", "in their shapes: two forwards"),
        (effects(), "eval", "good", "equal", "two forwards on the same"),
        (effects(), "train", "none", "equal", "two forwards on the same"),
        (effects(apart=0.25), "eval", "bad", "differ", "by up to 0.25: two forwards"),
        (effects(apart=0.25), "train", "none", "differ", "by up to 0.25: two forwards"),
        (effects(apart=NAN), "eval", "bad", "differ", "by up to NaN: two forwards"),
        (effects(change()), "eval", "bad", "changed", "by one forward after eval():"),
        (effects(change()), "train", "none", "changed", "by one forward after train():"),
        (effects(change(by=0.0)), "eval", "good", "equal", "two forwards on the same"),
    ],
)
def test_headline(shown: Effects, asked: str, verdict: str, outcome: str, first: str) -> None:
    made = headline(shown, ModesQuery.model_validate({"mode": asked}))
    assert (made.verdict, made.outcome, made.lines[0]) == (verdict, outcome, first)


def test_modules_whose_state_changed_are_counted_once() -> None:
    changed = effects(change("a.mean", owner="a"), change("a.var", owner="a"))
    assert headline(changed, ModesQuery()).lines[1] == "the state of 1 module"


def test_what_was_asked_for_is_not_bad() -> None:
    query = ModesQuery.model_validate({"train": ["norm"]})
    assert headline(effects(change()), query).verdict == "none"


def table(in_train: Effects, in_eval: Effects, *modules: ModuleEntry) -> FlagTable:
    subject = ModesSubject(
        card=card("Net"),
        before=modules,
        modules=modules,
        train=in_train,
        eval=in_eval,
    )
    return flag_table(subject, subject)


def test_the_same_input_twice() -> None:
    equal = table(effects(), effects())
    assert (equal.twice_in_train.kind, equal.twice_in_eval.kind) == ("", "yes")
    differ = table(effects(apart=0.3), effects(apart=0.3))
    assert (differ.twice_in_train.kind, differ.twice_in_eval.kind) == ("", "no")
    assert differ.twice_in_eval.text == "0.30"
    neither = table(Effects(raised=ERROR), effects(apart=None))
    assert (neither.twice_in_train, neither.twice_in_eval) == (RAISED, NO_NUMBERS)
    unlike = table(effects(), Effects(unlike=True)).twice_in_eval
    assert (unlike.kind, unlike.text) == ("no", "shapes")


def test_what_modules_are() -> None:
    lost = module("drops[0]", stateful=True, **hidden("drops"))
    modules = [module(""), module("relu", stateful=False), lost]
    root, relu, drops = table(effects(), effects(), *modules).modules.rows
    assert [root.name, relu.name, drops.name] == ["model", "relu", "drops[0]"]
    assert [root.inert, relu.inert, drops.inert] == [False, True, False]
    assert [root.lost, relu.lost, drops.lost] == [False, False, True]
    assert root.in_eval == NOTHING


@pytest.mark.parametrize(
    ("found", "mark", "text", "detail", "in_eval"),
    [
        (drop(), "●", "drops", "4 of 8", "no"),
        (drop(acts=False), "○", "passes", "all 8", "yes"),
        (drop(of=0, calls=2), "●", "draws", "2 calls", "no"),
        (drop(of=0, acts=False), "○", "draws nothing", "", "yes"),
        (change(owner="drop"), "●", "updates", "statistics", "no"),
        (change(owner="drop", by=0.0), "○", "keeps", "statistics", "yes"),
        (change("drop.weight", owner="drop", statistic=False), "●", "changes", "weight", "no"),
    ],
)
def test_what_a_module_does(
    found: Drop | TensorChange, mark: str, text: str, detail: str, in_eval: str
) -> None:
    row = table(effects(found), effects(found), module("drop")).modules.rows[0]
    assert (row.in_eval.mark, row.in_eval.text, row.in_eval.detail) == (mark, text, detail)
    assert (row.in_train.kind, row.in_eval.kind) == ("", in_eval)


def test_what_is_no_statistic_is_called_by_its_name() -> None:
    made = [change(f"fc.{name}", owner="fc", statistic=False) for name in ("weight", "bias")]
    row = table(effects(*made), effects(), module("fc")).modules.rows[0]
    assert (row.in_train.text, row.in_train.detail) == ("changes", "weight + 1 more")


@pytest.mark.parametrize(
    ("acts", "status", "room_here", "room_there"),
    [
        (True, "registered", [0, 1], [0, 0, 0]),  # what it drops takes a line
        (False, "unregistered", [0, 0], [0, 0, 1]),  # so does the word
        (True, "unregistered", [0, 0], [0, 0, 0]),
    ],
)
def test_rows_stand_side_by_side(
    acts: bool, status: str, room_here: list[int], room_there: list[int]
) -> None:
    """What the opposite side alone has leaves room, and a line that it has more does."""
    listed = module("drops[0]", status=status)
    twin = [module("drops"), module("drops.0", "drops")]
    quiet, drops = effects(), effects(*[drop("drops.0")] * acts)
    sides = [
        ModesSubject(card=card("Net"), modules=tuple(found), train=shown, eval=quiet)
        for found, shown in (([module(""), listed], quiet), ([module(""), *twin], drops))
    ]
    here, there = (flag_table(*each).modules.rows for each in (sides, sides[::-1]))
    assert [row.blank for row in here] == [(), (1,)]
    assert [row.blank for row in there] == [(), (), ()]
    assert [row.room for row in here] == room_here
    assert [row.room for row in there] == room_there


def test_a_function_stands_under_the_module_that_calls_it() -> None:
    called = drop("", function="F.dropout", line=7)
    row = table(effects(called), effects(), module("")).modules.rows[0]
    step = row.steps[0]
    assert (step.function, step.line) == ("F.dropout", 7)
    assert (step.in_train.text, step.in_eval) == ("drops", NOT_CALLED)


def test_statistics() -> None:
    subject = ModesSubject(
        card=card("Net"),
        train=effects(change(), change("norm.count", before=(0.0,), after=(1.0,), numel=1)),
        eval=effects(change(by=0.0), change("other")),
    )
    mean, count, other = statistics(subject).rows
    assert [mean.path, count.path, other.path] == ["norm.mean", "norm.count", "other"]
    assert (mean.before, mean.train.elements, mean.eval.elements) == (
        "0.00 1.00",
        "0.50 1.00",
        "0.00 1.00",
    )
    assert (mean.train.kind, mean.train.title) == ("", "changed by up to 0.50")
    assert (mean.eval.kind, mean.eval.title, mean.eval.outcome) == ("yes", "", "unchanged")
    assert (count.before, count.train.elements) == ("0", "1")
    assert (other.train.outcome, other.eval.kind, other.eval.outcome) == (
        "unchanged",
        "no",
        "changed",
    )


def test_numbers() -> None:
    assert [decimal(x) for x in (0.5, 0.005, 0.001)] == ["0.50", "0.01", "0.001"]
    assert [short(x) for x in (-0.001, -0.5, 12.3, -1e4)] == ["0.00", "−0.50", "12.30", "−10⁴"]
    assert first_elements((1.0, 2.0, 3.0), 3) == "1.00 2.00 …"
    assert [first_elements((x,), 1) for x in (3.0, 0.5, NAN)] == ["3", "0.50", "NaN"]
