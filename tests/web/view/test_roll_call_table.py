"""The rows of a roll call: each tensor's own answers, and what its module heard."""

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.core.roll_call import ModuleAnswers, RollCall, TensorAnswers
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry
from rollcall.core.used_parameters import UnreachableLeaf, UsedParameters
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.registry.answers import (
    COMPUTED,
    NO_GRADIENT,
    NO_MOVE,
    NOBODY,
    NOT_BUILT,
    Answer,
    of_many,
)
from rollcall.web.view.registry.hidden_leaves import hidden_leaves
from rollcall.web.view.registry.roll_call_table import RollCallTable, roll_call_table
from rollcall.web.view.registry.standing import Standing
from rollcall.web.view.sentence import read
from rollcall.web.view.tree.folding import by_owner, folded
from rollcall.web.view.tree.opening import opened
from web.view.entries import card, hidden, module, tensor

YES, NO = Answer("yes"), Answer("no")
RAISED = Raised(type="ValueError", message="optimizer got an empty parameter list")


def answers(path: str, **given: bool | None) -> TensorAnswers:
    known: dict[str, Any] = dict.fromkeys(
        ("trainable", "autograd", "optimizer", "stepped", "to"), True
    )
    known["state_dict"] = True
    return TensorAnswers(path=path, **known | given)


def table(
    modules: list[ModuleEntry],
    tensors: list[TensorEntry],
    given: list[TensorAnswers],
    heard: Mapping[str, bool | None],
    used: UsedParameters | None = None,
    **raised: Raised,
) -> RollCallTable:
    roll = RollCall(
        moved_to="float64",
        tensors=tuple(given),
        modules=tuple(ModuleAnswers(path=path, eval=value) for path, value in heard.items()),
        **{"backward_raised": None, "optimizer_raised": None, "to_raised": None} | raised,
    )
    scan = Scan(class_name="Net", modules=tuple(modules), tensors=tuple(tensors), used=used)
    subject = RegistrySubject(card=card("Net"), scan=scan, roll_call=roll)
    standing = Standing(subject)
    root = folded(modules, tensors, standing.facts(modules, by_owner(tensors), ()))
    assert root
    return roll_call_table(subject, opened(root), standing, RegistryQuery())


def test_what_nobody_misses_is_a_quiet_row_that_says_why() -> None:
    derived = hidden("fc.weight", "Tensor") | {"rank": "derived"}
    shown = table(
        [module(""), module("fc")],
        [
            tensor("fc.weight", "fc", kind="tensor", is_leaf=False, **derived),
            tensor("fc.scale", "fc", **hidden("fc.scale", "Tensor")),
        ],
        [answers("fc.weight", to=False), answers("fc.scale", to=False)],
        {"fc": True},
    )
    quiet, loud = shown.rows[-1].tensors
    assert (quiet.lost, quiet.note, quiet.mark) == (True, True, "unregistered, derived")
    assert (loud.lost, loud.note, loud.mark) == (True, False, "unregistered")


def test_a_module_is_asked_once_and_each_of_its_tensors() -> None:
    shown = table(
        [module("", stateful=False), module("head"), module("layers[0]", **hidden("layers"))],
        [
            tensor("head.weight", "head"),
            tensor("head.bias", "head"),
            tensor("layers[0].weight", "layers[0]", **hidden("layers")),
        ],
        [
            answers("layers[0].weight", optimizer=False, stepped=False, to=False, state_dict=False),
            answers("head.weight"),
            answers("head.bias", stepped=False),
        ],
        {"": True, "head": True, "layers[0]": False},
    )
    assert (shown.moved_to, shown.short) == ("float64", "f64")
    root, head, layer = shown.rows
    assert [row.path for row in head.tensors] == ["head.weight", "head.bias"]
    assert [row.answers for row in head.tensors] == [(YES,) * 4, (YES, Answer("held"), YES, YES)]
    assert (root.heard, head.heard, layer.heard) == (None, YES, NO)
    assert layer.tensors[0].answers == (YES, NO, NO, NO)
    assert [head.tensors[0].lost, layer.tensors[0].lost] == [False, True]
    assert shown.asks


def test_a_question_that_does_not_arise_says_why() -> None:
    shown = table(
        [module("")],
        [tensor("count", requires_grad=False)],
        [answers("count", trainable=False, autograd=None, optimizer=None, stepped=None, to=None)],
        {"": True},
    )
    no_gradient = Answer("na", NO_GRADIENT)
    assert shown.rows[0].tensors[0].answers == (
        no_gradient,
        no_gradient,
        Answer("na", NO_MOVE),
        YES,
    )


def test_what_raised_is_no_answer() -> None:
    known: dict[str, bool | None] = dict.fromkeys(("autograd", "optimizer", "stepped", "to"))
    unanswered = answers("weight", **known, state_dict=None)
    calls = ("backward_raised", "optimizer_raised", "to_raised", "state_dict_raised", "eval_raised")
    raised: Any = dict.fromkeys(calls, RAISED)
    shown = table([module("")], [tensor("weight")], [unanswered], {"": None}, **raised)
    (root,) = shown.rows
    assert root.heard
    whys = [each.why for each in (*root.tensors[0].answers, root.heard)]
    assert whys == [
        "forward or backward raised",
        "the optimizer raised",
        "the move raised",
        "state_dict() raised",
        "eval() raised",
    ]
    assert [each.call for each in shown.refusals] == [
        "SGD(…)",
        "backward()",
        "model.to(float64)",
        "model.state_dict()",
        "model.eval()",
    ]


def test_a_tensor_that_was_computed_is_told_apart() -> None:
    computed = tensor("copy", requires_grad=True, is_leaf=False)
    given = answers("copy", trainable=False, autograd=None, optimizer=None, stepped=None)
    shown = table([module("")], [computed], [given], {"": True})
    assert shown.rows[0].tensors[0].answers[:2] == (Answer("na", COMPUTED),) * 2


def test_a_module_without_tensors_is_asked_if_it_heeds_its_mode() -> None:
    drop = module("drop", class_name="Dropout", **hidden("drops"))
    modules = [module("", class_name="Net"), module("relu", stateful=False), drop]
    shown = table(modules, [], [], {"": True, "relu": True, "drop": False})
    _, relu, dropout = shown.rows
    assert (relu.heard, relu.answers) == (None, ())
    assert (dropout.heard, dropout.answers) == (NO, ())


def test_what_a_fresh_model_does_not_have_was_not_asked() -> None:
    shown = table([module(""), module("late")], [tensor("late.weight", "late")], [], {"": True})
    late = shown.rows[-1]
    assert late.tensors[0].answers == (Answer("na", NOT_BUILT),) * 4
    assert late.heard == Answer("na", NOT_BUILT)


def test_nothing_to_ask() -> None:
    shown = table([module("", stateful=False)], [], [], {"": True})
    assert not shown.asks
    assert len(shown.rows) == 1


def many(count: int) -> tuple[list[ModuleEntry], list[TensorEntry], list[TensorAnswers]]:
    """So many layers in two levels of modules, of which the last is not in the optimizer."""
    modules, tensors, given = [module(""), module("deep")], [], []
    for index in range(count):
        path = f"deep.{index}"
        modules.append(module(path, "deep", class_name="Block", stateful=False))
        modules.append(module(f"{path}.head", path))
        tensors.append(tensor(f"{path}.head.weight", f"{path}.head"))
        given.append(answers(tensors[-1].path, optimizer=index < count - 1))
    return modules, tensors, given


def test_a_closed_line_sums_up_what_is_below_it() -> None:
    modules, tensors, given = many(40)
    heard = {each.path: True for each in modules}
    shown = table(modules, tensors, given, heard)
    rows = {row.label: [each.answers for each in row.tensors] for row in shown.rows}
    assert rows["deep.0-38.head"] == [(YES,) * 4]
    assert rows["deep.39.head"] == [(YES, NO, YES, YES)]
    wide = [module(""), *(module("x" * (index + 1)) for index in range(60))]
    shown = table(wide, [], [], {each.path: each.path != wide[50].path for each in wide})
    told = [row.heard.of_many for row in shown.rows if row.heard and row.heard.of_many]
    assert told == ["20 of 20", "9 of 9", "10 of 10"]
    (odd,) = [row for row in shown.rows if row.heard == NO]
    assert odd.module.path == wide[50].path


def test_of_those_that_differ_in_the_same_way_the_first_stands_alone() -> None:
    def rows(count: int, odd: Collection[int], hiding: Collection[int] = ()) -> list[str]:
        modules, tensors, given = many(count)
        modules += [module(f"deep.{at}.own", f"deep.{at}", **hidden("own")) for at in hiding]
        different = {f"deep.{at}.head.weight" for at in odd}
        asked = [answers(each.path, stepped=each.path not in different) for each in given]
        shown = table(modules, tensors, asked, {each.path: True for each in modules})
        return [row.label for row in shown.rows if row.label.count(".") == 1]

    assert rows(100, [50]) == ["deep.0-49", "deep.50", "deep.51-99"]
    assert rows(1000, range(50, 1000, 50)) == [
        "deep.0-49",
        "deep.50",
        "deep.51-550",
        "deep.551-999",
    ]
    assert {"deep.150", "deep.250"} <= set(rows(1000, range(50, 1000, 50), hiding=[150, 250]))


def test_a_closed_line_shows_its_own_tensors_and_sums_up_the_others() -> None:
    modules, tensors = [module(""), module("part")], [tensor("part.scale", "part")]
    for index in range(19):
        modules.append(module(f"part.{'x' * (index + 1)}", "part"))
        for name in ("weight", "bias"):
            tensors.append(tensor(f"{modules[-1].path}.{name}", modules[-1].path))
    given = [answers(each.path, to=each.path != "part.scale") for each in tensors]
    _, part = table(modules, tensors, given, {each.path: True for each in modules}).rows
    assert part.toggle
    assert part.toggle.text == "19 modules, 38 tensors"
    assert [each.answers for each in part.tensors] == [(YES, YES, NO, YES)]
    assert part.answers == (Answer("yes", of_many="38 of 38"),) * 4
    assert part.heard == Answer("yes", of_many="20 of 20")


@pytest.mark.parametrize(
    ("answering", "asked", "cell"),
    [
        (3, 3, Answer("yes", of_many="3 of 3")),
        (2, 3, Answer("some", of_many="2 of 3")),
        (0, 1500, Answer("no", of_many="0 of 1,500")),
        (0, 0, Answer("na", NOBODY)),
    ],
)
def test_one_cell_for_many(answering: int, asked: int, cell: Answer) -> None:
    assert of_many(answering, asked) == cell


def test_an_optimizer_is_missed_where_there_is_something_to_train() -> None:
    frozen = tensor("scale", requires_grad=False)
    for tensors, expected in (([tensor("weight")], ["SGD(…)"]), ([frozen], [])):
        given = [answers(each.path) for each in tensors]
        shown = table([module("")], tensors, given, {"": True}, optimizer_raised=RAISED)
        assert [refusal.call for refusal in shown.refusals] == expected
    fresh = UsedParameters(
        reached=6, answering=0, paths=(), unreachable=(leaf((3, 2), fresh=True),)
    )
    shown = table([module("")], [], [], {"": True}, fresh, optimizer_raised=RAISED)
    assert [refusal.raised for refusal in shown.refusals] == [RAISED]


def test_other_callers_that_raised() -> None:
    shown = table([module("")], [], [], {"": True}, backward_raised=RAISED, to_raised=RAISED)
    assert [refusal.call for refusal in shown.refusals] == ["backward()", "model.to(float64)"]


def leaf(
    shape: tuple[int, ...], *, fresh: bool = False, gone: bool = False, path: str = ""
) -> UnreachableLeaf:
    return UnreachableLeaf(
        shape=shape, dtype="float32", device="cpu", numel=6, fresh=fresh, gone=gone, path=path
    )


@pytest.mark.parametrize(
    ("leaves", "added", "told"),
    [
        ((), (), []),
        (
            (leaf((3, 2)), leaf(())),
            (),
            [
                "Backward also reached a tensor of 3×2 and a tensor of one number "
                "found nowhere in the model."
            ],
        ),
        (
            (leaf((3,), fresh=True),),
            (),
            [
                "Backward also reached a tensor of 3 that forward makes anew at every call; "
                "state_dict() never has it."
            ],
        ),
        (
            (leaf((3,), fresh=True), leaf((2,), fresh=True)),
            ("late.weight", "late.bias"),
            [
                "Backward also reached a tensor of 3 and a tensor of 2 that forward makes anew at "
                "every call. After the first call state_dict() has late.weight and late.bias."
            ],
        ),
        (
            (
                leaf((3,), gone=True),
                leaf((2,), path="heads['a']"),
                leaf((1,), fresh=True, path="w"),
            ),
            (),
            [
                "Backward also reached heads['a'] and w, which forward has made: "
                "no optimizer that was built before has them.",
                "Backward also reached a tensor of 3 that no forward after the first one uses.",
            ],
        ),
    ],
)
def test_hidden_leaves(
    leaves: tuple[UnreachableLeaf, ...], added: tuple[str, ...], told: list[str]
) -> None:
    used = UsedParameters(
        reached=12, answering=6, paths=(), unreachable=leaves, added_by_forward=added
    )
    assert [read(each) for each in hidden_leaves(used)] == told


def test_both_kinds_of_hidden_leaves_are_told_apart() -> None:
    leaves = (leaf((1,)), leaf((2,), fresh=True), leaf((3,), fresh=True))
    first, second = hidden_leaves(
        UsedParameters(reached=6, answering=0, paths=(), unreachable=leaves)
    )
    assert read(first).endswith("state_dict() never has them.")
    assert "a tensor of 1 found nowhere" in read(second)
