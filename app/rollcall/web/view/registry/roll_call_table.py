"""The roll call of one column: a row for each tensor, with the answer of each caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rollcall.core.report import Raised
from rollcall.core.roll_call import ModuleAnswers, RollCall, TensorAnswers
from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.core.used_parameters import UnreachableLeaf, UsedParameters
from rollcall.experiments.registry.experiment import RegistrySubject
from rollcall.web.view.registry.module_tree import by_owner
from rollcall.web.view.sentence import Sentence, sentence
from rollcall.web.view.words import one_or_many

NO_GRADIENT = "it does not require a gradient"
COMPUTED = "it is computed from other tensors, and no optimizer takes such a one"
NO_MOVE = "a move to a float type leaves integers alone"
NO_TENSOR = "it holds no tensor"
FOUND_NOWHERE = "that was found nowhere in the model."
NOT_BUILT = "a freshly built model does not have it"


class Answer(NamedTuple):
    """One cell."""

    kind: Literal["yes", "no", "held", "na"]
    why: str = ""  # the question was not asked


@dataclass(frozen=True, slots=True)
class Row:
    """One tensor, or a module that holds none."""

    path: str
    label: str
    class_name: str  # of a module; "" for a tensor
    lost: bool
    answers: tuple[Answer, ...]  # autograd, optimizer, .to() and state_dict


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one module. They share what it heard."""

    rows: tuple[Row, ...]
    heard: Answer


@dataclass(frozen=True)
class Refusal:
    """A caller that PyTorch answered with an exception."""

    call: str
    raised: Raised


@dataclass(frozen=True)
class RollCallTable:
    """All that stands under a tree."""

    moved_to: str
    short: str  # the same as a column's head
    groups: tuple[Group, ...]
    refusals: tuple[Refusal, ...]
    hidden_leaves: tuple[Sentence, ...]


def roll_call_table(
    subject: RegistrySubject, modules: Sequence[ModuleEntry], tensors: Sequence[TensorEntry]
) -> RollCallTable:
    """The table of a subject that was built, its modules and tensors in the order of the rows."""
    roll = subject.roll_call
    scan = subject.scan
    assert roll
    assert scan
    return RollCallTable(
        moved_to=roll.moved_to,
        short=roll.moved_to.replace("float", "f"),
        groups=tuple(_groups(roll, modules, tensors, subject.card.class_name)),
        refusals=tuple(_refusals(roll, scan.used, tensors)),
        hidden_leaves=hidden_leaves(scan.used),
    )


def _groups(
    roll: RollCall,
    modules: Sequence[ModuleEntry],
    tensors: Sequence[TensorEntry],
    model: str,
) -> list[Group]:
    given = {answers.path: answers for answers in roll.tensors}
    heard = {answers.path: answers for answers in roll.modules}
    owned = by_owner(tensors)
    groups = []
    for module in modules:
        own = owned.get(module.path, [])
        rows = [_tensor_row(tensor, given.get(tensor.path), roll) for tensor in own]
        if not own and module.stateful:
            rows = [_module_row(module, model)]
        if rows:
            groups.append(Group(tuple(rows), _heard(heard.get(module.path))))
    return groups


def _tensor_row(tensor: TensorEntry, given: TensorAnswers | None, roll: RollCall) -> Row:
    return Row(
        path=tensor.path,
        label=tensor.path,
        class_name="",
        lost=tensor.status == "unregistered",
        answers=_tensor_answers(tensor, given, roll),
    )


def _tensor_answers(
    tensor: TensorEntry, given: TensorAnswers | None, roll: RollCall
) -> tuple[Answer, ...]:
    if given is None:
        return (Answer("na", NOT_BUILT),) * 4
    optimizer = _answer(given.optimizer, _no_training(tensor, given, "the optimizer raised"))
    if given.optimizer and not given.stepped:
        optimizer = Answer("held")
    no_move = NO_MOVE
    if roll.to_raised:
        no_move = "the move raised"
    return (
        _answer(given.autograd, _no_training(tensor, given, "forward or backward raised")),
        optimizer,
        _answer(given.to, no_move),
        _answer(given.state_dict, "state_dict() raised"),
    )


def _no_training(tensor: TensorEntry, given: TensorAnswers, raised: str) -> str:
    """Why a question about gradients has no answer."""
    if given.trainable:
        return raised
    if tensor.requires_grad:
        return COMPUTED
    return NO_GRADIENT


def _module_row(module: ModuleEntry, model: str) -> Row:
    class_name = module.class_name
    if not module.path:  # the label says it
        class_name = ""
    return Row(
        path=module.path,
        label=module.path or model,
        class_name=class_name,
        lost=module.status == "unregistered",
        answers=(Answer("na", NO_TENSOR),) * 4,
    )


def _answer(value: bool | None, why: str) -> Answer:
    if value is None:
        return Answer("na", why)
    if value:
        return Answer("yes")
    return Answer("no")


def _heard(given: ModuleAnswers | None) -> Answer:
    if given is None:
        return Answer("na", NOT_BUILT)
    return _answer(given.eval, "eval() raised")


def _refusals(
    roll: RollCall,
    used: UsedParameters | None,
    tensors: Sequence[TensorEntry],
) -> list[Refusal]:
    refusals = []
    trains = any(tensor.requires_grad for tensor in tensors) or (used and used.fresh)
    if roll.optimizer_raised and trains:  # else nobody wants an optimizer
        call = roll.optimizer_raised.during or "SGD(…)"
        refusals.append(Refusal(call, roll.optimizer_raised))
    if roll.backward_raised:
        call = roll.backward_raised.during or "backward()"
        refusals.append(Refusal(call, roll.backward_raised))
    if roll.to_raised:
        refusals.append(Refusal(f"model.to({roll.moved_to})", roll.to_raised))
    if roll.state_dict_raised:
        refusals.append(Refusal("model.state_dict()", roll.state_dict_raised))
    if roll.eval_raised:
        refusals.append(Refusal("model.eval()", roll.eval_raised))
    return refusals


def hidden_leaves(used: UsedParameters | None) -> tuple[Sentence, ...]:
    """What backward reached and no attribute leads to, the tensors that forward made first."""
    if used is None:
        return ()
    told = []
    fresh = [leaf for leaf in used.unreachable if leaf.fresh]
    if fresh:
        told.append(sentence(_reached(fresh), _made_anew(used, len(fresh))))
    others = [leaf for leaf in used.unreachable if not leaf.fresh]
    if others:
        why = FOUND_NOWHERE
        if used.added_by_forward:
            names = ", ".join(used.added_by_forward)
            why = f"that was not there before: state_dict() has {names} after the first call."
        told.append(sentence(_reached(others), why))
    return tuple(told)


def _reached(leaves: Sequence[UnreachableLeaf]) -> str:
    shapes = ["×".join(map(str, leaf.shape)) or "one number" for leaf in leaves]
    listed = ", ".join(f"a tensor of {shape}" for shape in shapes)
    return f"Backward also reached {listed} "


def _made_anew(used: UsedParameters, leaves: int) -> str:
    every_call = "that forward makes anew at every call"
    if used.added_by_forward:
        names = ", ".join(used.added_by_forward)
        return f"{every_call}. After the first call state_dict() has {names}."
    return f"{every_call}; state_dict() never has {one_or_many(leaves, 'it', 'them')}."
