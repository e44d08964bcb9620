"""What is unregistered in a model, in words, each with the line that assigns it."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from rollcall.core.code_place import CodePlace
from rollcall.core.rank import FINDINGS, ranks
from rollcall.core.walk.assigned_at import assigned_at
from rollcall.core.walk.found import Found, HidingPlace, Walk
from rollcall.core.walk.raw_read import name_of_class
from rollcall.web.view.sentence import read
from rollcall.web.view.words import listed, place_name, plural, what


class Told(NamedTuple):
    """What one attribute, or another place, keeps from PyTorch."""

    text: str
    at: CodePlace | None  # the line that assigns it; None where no method does
    values: tuple[object, ...]  # the modules and tensors


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Everything behind one place that is a finding."""

    place: HidingPlace
    found: list[Found]

    @property
    def outermost(self) -> list[Found]:
        """What is not inside another part of it."""
        inside = {id(each) for each in self.found}
        return [each for each in self.found if id(each.owner) not in inside]

    @property
    def trainable(self) -> int:
        """Elements that an optimizer should have."""
        tensors = (each.value for each in self.found if each.kind != "module")
        return sum(t.numel() for t in tensors if t.requires_grad and not is_lazy(t))

    @property
    def missed_by(self) -> str:
        """The callers that do not reach it."""
        callers = []
        tensors = [each for each in self.found if each.kind != "module"]
        if any(each.value.requires_grad for each in tensors):
            callers.append("the optimizer")
        if tensors:
            callers += [".to()", "state_dict()"]
        if len(tensors) < len(self.found):  # eval() looks for modules
            callers.append("eval()")
        if len(callers) == 1:
            return f"{callers[0]} misses"
        return f"{', '.join(callers[:-1])} and {callers[-1]} miss"


def told_of(model: nn.Module, walked: Walk, known: Container[object] = ()) -> list[Told]:
    """One for each place, in the order of the walk; none of a model that hides nothing.

    `known` was told before, as of a part that was called alone.
    """
    with torch._C.DisableTorchFunction():  # a mode of the script's own would be asked otherwise
        missing = [each for each in _findings(walked) if each.value not in known]
        places: dict[HidingPlace, list[Found]] = {}
        for found in missing:
            assert found.trail
            places.setdefault(found.trail.unregistered_at, []).append(found)
        name = name_of_class(type(model))
        return [_told(name, _Hidden(place, found)) for place, found in places.items()]


def _findings(walked: Walk) -> Iterator[Found]:
    rank_of = ranks(walked)
    for found in (*walked.modules, *walked.tensors):
        if found.trail is not None and rank_of[id(found.value)] in FINDINGS:
            yield found


def _told(model: str, hidden: _Hidden) -> Told:
    outermost = hidden.outermost
    names = read(listed([each.path for each in outermost]))
    them, verb = "them", "are"
    if len(outermost) == 1:
        them, verb = "it", "is"
    count = ""
    if hidden.trainable:
        count = f" ({plural(hidden.trainable, 'trainable number', 'trainable numbers')})"
    text = (
        f"{model}: {names}{count} {verb} not registered, because {place_name(hidden.place)} is "
        f"{what(hidden.place)}: {hidden.missed_by} {them}."
    )
    return Told(text, _assigned_at(hidden.found[0]), tuple(each.value for each in hidden.found))


def _assigned_at(found: Found) -> CodePlace | None:
    assert found.trail
    for kind, attribute in found.trail.via[:1]:
        return assigned_at(kind, attribute)
    return None
