"""What is unregistered in a model, in the words of `rollcall check`, each with its line."""

from collections.abc import Container
from typing import NamedTuple

import torch
from torch import nn

from rollcall.core.code_place import CodePlace
from rollcall.core.scan import scan_of_walk
from rollcall.core.walk.assigned_at import assigned_at
from rollcall.core.walk.found import Found, Walk
from rollcall.core.walk.raw_read import name_of_class
from rollcall.experiments.registry.hidden_state import HiddenState, hidden_state
from rollcall.web.view.findings.hidden_fix import hidden_fix
from rollcall.web.view.findings.hidden_words import hidden_told
from rollcall.web.view.sentence import read
from rollcall.web.view.words import plural


class Told(NamedTuple):
    """What one assignment, or another place, keeps from PyTorch."""

    text: str
    at: CodePlace | None  # the line that assigns it; None where no method does
    values: tuple[object, ...]  # the modules and tensors


def told_of(model: nn.Module, walked: Walk, known: Container[object] = ()) -> list[Told]:
    """One for each assignment, the gravest first.

    `known` was told before, as of a part that was called alone.
    """
    with torch._C.DisableTorchFunction():  # a mode of the script's own would be asked otherwise
        founds = {found.path: found for found in (*walked.modules, *walked.tensors)}
        name = name_of_class(type(model))
        told = []
        for hidden in hidden_state(walked, scan_of_walk(model, walked), None):
            values = tuple(founds[path].value for path in hidden.inside)
            if not all(value in known for value in values):
                place = _assigned_at(founds[hidden.inside[0]])
                told.append(Told(f"{name}: {_said(hidden)}", place, values))
        return told


def _said(hidden: HiddenState) -> str:
    """Who misses it, how much that is, and what helps."""
    count = ""
    if hidden.numel:
        count = f"It has {plural(hidden.numel, 'trainable number', 'trainable numbers')}. "
    return f"{read(hidden_told(hidden))} {count}{read(hidden_fix(hidden))}"


def _assigned_at(found: Found) -> CodePlace | None:
    assert found.trail
    for kind, attribute in found.trail.via[:1]:
        return assigned_at(kind, attribute)
    return None
