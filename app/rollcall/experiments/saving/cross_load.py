"""One model's file, offered to another model."""

import copy
from typing import Any, Literal

from torch import nn

from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.report import Raised, Report
from rollcall.core.round_trip import entry_shape, load, loaded
from rollcall.core.state_keys import listed, with_keys
from rollcall.core.tensors.tensor_shape import Shape

# as load_state_dict calls it, seen from the model
Verdict = Literal["missing", "unexpected", "shape"]


class KeyDifference(Report):
    """One key on which the file and the model that is to load it do not agree."""

    key: str
    verdict: Verdict
    in_file: Shape | None
    in_model: Shape | None


class CrossLoad(Report):
    """What PyTorch answered when the left model's file was loaded into a fresh right model."""

    differences: tuple[KeyDifference, ...] = ()
    agreeing: int = 0  # keys with the same name and shape in both
    answer: str | None = None  # what load_state_dict returned, as printed
    raised: Raised | None = None


def cross_load(file: bytes, into: nn.Module, filename: str) -> CrossLoad:
    """Load `file` into the model, strictly, and say key by key where they differ."""
    entries: dict[str, Any] = {}
    own: dict[str, Any] = {}
    differences: tuple[KeyDifference, ...] = ()
    answer, raised = None, None
    try:
        own, content = listed(into), loaded(file)
        entries = with_keys(content)
        answer = load(into, content)
    except ModelRaised as error:
        raised = Raised.of(error, filename)
    if own and raised:
        differences = _differences(entries, own, into)
    shared = [key for key in own if key in entries]
    agreeing = [key for key in shared if entry_shape(own[key]) == entry_shape(entries[key])]
    return CrossLoad(differences=differences, agreeing=len(agreeing), answer=answer, raised=raised)


def _differences(
    entries: dict[str, Any], own: dict[str, Any], into: nn.Module
) -> tuple[KeyDifference, ...]:
    """Ask PyTorch what is missing: not every absent key is, such as the counter of a batch norm."""
    shared = [key for key in own if key in entries]
    misshapen = [key for key in shared if entry_shape(own[key]) != entry_shape(entries[key])]
    # A copy with the versions of the modules, which PyTorch keeps beside the keys.
    fitting = copy.copy(entries)
    # On another shape PyTorch raises instead of answering.
    fitting.update({key: own[key] for key in misshapen})
    verdicts: list[tuple[str, Verdict]] = []
    try:
        with model_code("model.load_state_dict(entries, strict=False)"):
            answer = nn.Module.load_state_dict(into, fitting, strict=False)
        verdicts += [(key, "missing") for key in answer.missing_keys]
        verdicts += [(key, "unexpected") for key in answer.unexpected_keys]
    except ModelRaised:  # it raised before, when it was asked strictly, and that is told
        pass
    verdicts += [(key, "shape") for key in misshapen]
    differences = []
    for key, verdict in verdicts:
        in_file, in_model = entry_shape(entries.get(key)), entry_shape(own.get(key))
        differences.append(
            KeyDifference(key=key, verdict=verdict, in_file=in_file, in_model=in_model)
        )
    return tuple(differences)
