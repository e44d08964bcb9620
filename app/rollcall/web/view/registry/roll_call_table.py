"""The roll call of one column: a row for each tensor, with the answer of each caller."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rollcall.core.report import Raised
from rollcall.core.roll_call import RollCall
from rollcall.core.scan import TensorEntry
from rollcall.core.used_parameters import UnreachableLeaf, UsedParameters
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.registry.answers import NO_TENSOR, Answer
from rollcall.web.view.registry.standing import LOST, TENSORS, Standing, answers_of_many
from rollcall.web.view.sentence import Sentence, read, sentence
from rollcall.web.view.tree.opening import Line
from rollcall.web.view.words import NAMED, all_of, number, one_or_many, plural

FOUND_NOWHERE = "found nowhere in the model."


@dataclass(frozen=True, slots=True)
class Row:
    """One tensor, or a module that holds none."""

    path: str
    label: str
    note: str  # the class of a module, how many tensors share the row, or why none misses it
    lost: bool
    harmless: bool  # it is unregistered, and nobody misses it
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
    subject: RegistrySubject, lines: Iterable[Line], standing: Standing
) -> RollCallTable:
    """The table of a subject that was built: the rows of each line of its tree."""
    roll = subject.roll_call
    scan = subject.scan
    assert roll
    assert scan
    groups = [_group(line, standing, subject.card.class_name) for line in lines]
    return RollCallTable(
        moved_to=roll.moved_to,
        short=roll.moved_to.replace("float", "f"),
        groups=tuple(group for group in groups if group.rows),
        refusals=tuple(_refusals(roll, scan.used, scan.tensors)),
        hidden_leaves=hidden_leaves(scan.used),
    )


def _group(line: Line, standing: Standing, model: str) -> Group:
    branch, module = line.branch, line.branch.first
    if branch.children and not line.open:
        return _summary(line, model)
    if branch.gathers:
        return Group((), Answer("na"))
    rows = [_tensor_row(line, tensor, standing.of_tensor(tensor)) for tensor in branch.tensors]
    if not rows and module.stateful:
        rows = [_module_row(line, model)]
    return Group(tuple(rows), standing.of_module(module))


def _tensor_row(line: Line, tensor: TensorEntry, answers: tuple[Answer, ...]) -> Row:
    note = ""
    if tensor.is_note and tensor.rank:
        note = tensor.rank
    return Row(
        path=tensor.path,
        label=line.written(tensor.path),
        note=note,
        lost=tensor.status == "unregistered",
        harmless=tensor.is_note,
        answers=answers,
    )


def _module_row(line: Line, model: str) -> Row:
    module = line.branch.first
    note = module.class_name
    if not module.path:  # the label says it
        note = ""
    return Row(
        path=module.path,
        label=line.label or model,
        note=note,
        lost=module.status == "unregistered",
        harmless=module.is_note,
        answers=(Answer("na", NO_TENSOR),) * 4,
    )


def _summary(line: Line, model: str) -> Group:
    """One row for all that is below a closed line."""
    totals = line.totals
    if not any(totals[LOST + 1 :]):
        return Group((), Answer("na"))
    *answers, hears = answers_of_many(totals)
    row = Row(
        path=line.branch.first.path,
        label=line.label or model,
        note=plural(totals[TENSORS], "tensor", "tensors"),
        lost=totals[LOST] > 0,
        harmless=False,
        answers=tuple(answers),
    )
    return Group((row,), hears)


def _refusals(
    roll: RollCall,
    used: UsedParameters | None,
    tensors: Sequence[TensorEntry],
) -> list[Refusal]:
    refusals = []
    trains = any(tensor.requires_grad for tensor in tensors) or (used and used.fresh)
    if roll.optimizer_raised and trains:  # else nobody wants an optimizer
        # The head of the column says what the optimizer is made from.
        call = roll.optimizer_raised.during.replace("(model.parameters())", "(…)") or "SGD(…)"
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
            why = f"not there before: state_dict() has {names} after the first call."
        told.append(sentence(_reached(others), why))
    return tuple(told)


def _reached(leaves: Sequence[UnreachableLeaf]) -> str:
    shapes = Counter("×".join(map(str, leaf.shape)) or "one number" for leaf in leaves)
    listed = [_of_shape(shape, times) for shape, times in shapes.items()]
    if len(listed) > NAMED:
        others = sum(list(shapes.values())[NAMED:])
        listed = [*listed[:NAMED], f"{number(others)} more"]
    return f"Backward also reached {', '.join(listed)} "


def _of_shape(shape: str, times: int) -> str:
    if times == 1:
        return f"a tensor of {shape}"
    return f"{number(times)} tensors of {shape}"


def _made_anew(used: UsedParameters, leaves: int) -> str:
    every_call = "that forward makes anew at every call"
    if used.added_by_forward:
        names = read(all_of(used.added_by_forward))
        return f"{every_call}. After the first call state_dict() has {names}."
    return f"{every_call}; state_dict() never has {one_or_many(leaves, 'it', 'them')}."
