"""One model's file, offered to another model."""

import copy
from typing import Any, Literal

from torch import nn

from rollcall.core.report import Raised, Report
from rollcall.core.round_trip import loaded, shape_of

Verdict = Literal[
    "missing", "unexpected", "shape"
]  # as load_state_dict calls it, seen from the model


class KeyDifference(Report):
    """One key on which the file and the model that is to load it do not agree."""

    key: str
    verdict: Verdict
    in_file: tuple[int, ...] | None
    in_model: tuple[int, ...] | None


class Exchange(Report):
    """What PyTorch answered when the left model's file was loaded into a fresh right model."""

    differences: tuple[KeyDifference, ...]
    agreeing: int  # keys with the same name and shape in both
    answer: str | None  # what load_state_dict returned, as printed
    raised: Raised | None


def exchange(file: bytes, into: nn.Module, filename: str) -> Exchange:
    """Load `file` into the model, strictly, and say key by key where they differ."""
    answer, raised = None, None
    try:
        answer = str(into.load_state_dict(loaded(file), strict=True))
    except Exception as error:
        raised = Raised.of(error, filename)
    entries, own = loaded(file), into.state_dict()
    agreeing = [
        key for key in own if key in entries and shape_of(own[key]) == shape_of(entries[key])
    ]
    return Exchange(
        differences=_differences(entries, own, into) if raised else (),
        agreeing=len(agreeing),
        answer=answer,
        raised=raised,
    )


def _differences(
    entries: dict[str, Any], own: dict[str, Any], into: nn.Module
) -> tuple[KeyDifference, ...]:
    """PyTorch is asked what is missing, for not every absent key is: a batch norm may do without its counter."""
    misshapen = [
        key for key in own if key in entries and shape_of(own[key]) != shape_of(entries[key])
    ]
    fitting = copy.copy(
        entries
    )  # with the versions of the modules, which PyTorch keeps beside the keys
    fitting.update(
        {key: own[key] for key in misshapen}
    )  # on another shape it raises instead of answering
    missing, unexpected = into.load_state_dict(fitting, strict=False)
    verdicts: tuple[tuple[Verdict, list[str]], ...] = (
        ("missing", missing),
        ("unexpected", unexpected),
        ("shape", misshapen),
    )
    return tuple(
        KeyDifference(
            key=key,
            verdict=verdict,
            in_file=shape_of(entries.get(key)),
            in_model=shape_of(own.get(key)),
        )
        for verdict, keys in verdicts
        for key in keys
    )
