"""A tensor's row in the roll call."""

from dataclasses import dataclass

from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.web.view.registry.answers import Answer
from rollcall.web.view.registry.mark import mark
from rollcall.web.view.registry.usual import Usual
from rollcall.web.view.words import size

LETTERS = {
    "parameter": "P",
    "persistent buffer": "B",
    "non-persistent buffer": "b",
    "tensor": "T",
}


@dataclass(frozen=True, slots=True)
class TensorRow:
    """What it is, and who reaches it."""

    path: str
    name: str  # its path from the module on
    kind: str
    letter: str
    shape: str
    dtype: str  # "" where it is the usual one
    title: str
    aliases: str  # further names; "" where there are none, or where its module has the like
    lost: bool
    note: bool  # it is unregistered, and that does no harm
    mark: str  # that it is unregistered; "" where it is not, or where its module says so
    answers: tuple[Answer, ...]  # of autograd, optimizer, .to() and state_dict


def tensor_row(
    tensor: TensorEntry, module: ModuleEntry, answers: tuple[Answer, ...], usual: Usual
) -> TensorRow:
    """The row of one tensor of a module."""
    said = mark(tensor)
    shown = said
    if said == mark(module):
        shown = ""
    name = tensor.path.removeprefix(f"{module.path}.")
    aliases = ", ".join(tensor.aliases)
    if set(tensor.aliases) == {f"{alias}.{name}" for alias in module.aliases}:
        aliases = ""
    dtype = tensor.dtype
    if dtype == usual.dtype:
        dtype = ""
    return TensorRow(
        path=tensor.path,
        name=name,
        kind=tensor.kind,
        letter=LETTERS[tensor.kind],
        shape=size(tensor.shape),
        dtype=dtype,
        title=_title(tensor, said or tensor.status),
        aliases=aliases,
        lost=tensor.status == "unregistered",
        note=tensor.is_note,
        mark=shown,
        answers=answers,
    )


def _title(tensor: TensorEntry, standing: str) -> str:
    words = [f"{tensor.kind} {tensor.path}", tensor.dtype, standing]
    if tensor.aliases:
        words.append(f"also {', '.join(tensor.aliases)}")
    if not tensor.is_leaf:
        words.append("computed")
    if tensor.requires_grad:
        words.append("requires_grad")
    return ", ".join(words)
