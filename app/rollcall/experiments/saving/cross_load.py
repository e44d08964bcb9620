"""One model's file, offered to another model."""

import copy
from typing import Any, Literal

from torch import nn

from rollcall.core.report import Raised, Report
from rollcall.core.round_trip import loaded, shape_of

# as load_state_dict calls it, seen from the model
Verdict = Literal["missing", "unexpected", "shape"]


class KeyDifference(Report):
    """One key on which the file and the model that is to load it do not agree."""

    key: str
    verdict: Verdict
    in_file: tuple[int, ...] | None
    in_model: tuple[int, ...] | None


class CrossLoad(Report):
    """What PyTorch answered when the left model's file was loaded into a fresh right model."""

    differences: tuple[KeyDifference, ...]
    agreeing: int  # keys with the same name and shape in both
    answer: str | None  # what load_state_dict returned, as printed
    raised: Raised | None


def cross_load(file: bytes, into: nn.Module, filename: str) -> CrossLoad:
    """Load `file` into the model, strictly, and say key by key where they differ."""
    answer, raised = None, None
    try:
        answer = str(into.load_state_dict(loaded(file), strict=True))
    except Exception as error:
        raised = Raised.of(error, filename)
    entries, own = loaded(file), into.state_dict()
    shared = [key for key in own if key in entries]
    agreeing = [key for key in shared if shape_of(own[key]) == shape_of(entries[key])]
    differences: tuple[KeyDifference, ...] = ()
    if raised:
        differences = _differences(entries, own, into)
    return CrossLoad(
        differences=differences,
        agreeing=len(agreeing),
        answer=answer,
        raised=raised,
    )


def _differences(
    entries: dict[str, Any], own: dict[str, Any], into: nn.Module
) -> tuple[KeyDifference, ...]:
    """Ask PyTorch what is missing: not every absent key is, such as the counter of a batch norm."""
    shared = [key for key in own if key in entries]
    misshapen = [key for key in shared if shape_of(own[key]) != shape_of(entries[key])]
    # A copy with the versions of the modules, which PyTorch keeps beside the keys.
    fitting = copy.copy(entries)
    # On another shape PyTorch raises instead of answering.
    fitting.update({key: own[key] for key in misshapen})
    missing, unexpected = into.load_state_dict(fitting, strict=False)
    verdicts: list[tuple[str, Verdict]] = [(key, "missing") for key in missing]
    verdicts += [(key, "unexpected") for key in unexpected]
    verdicts += [(key, "shape") for key in misshapen]
    differences = []
    for key, verdict in verdicts:
        in_file, in_model = shape_of(entries.get(key)), shape_of(own.get(key))
        differences.append(
            KeyDifference(key=key, verdict=verdict, in_file=in_file, in_model=in_model)
        )
    return tuple(differences)
