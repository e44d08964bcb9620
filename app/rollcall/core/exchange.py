"""One model's file, offered to another model."""

from typing import Literal

from torch import nn

from rollcall.core.report import Raised, Report
from rollcall.core.round_trip import loaded, shape_of


class KeyDifference(Report):
    """One key on which the file and the model that is to load it do not agree."""

    key: str
    verdict: Literal["missing", "unexpected", "shape"]  # as load_state_dict calls it, seen from the model
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
    entries = loaded(file)
    wanted = {name: shape_of(value) for name, value in into.state_dict().items()}
    offered = {name: shape_of(value) for name, value in entries.items()}
    differences = tuple(
        KeyDifference(
            key=key,
            verdict="missing" if key not in offered else "unexpected" if key not in wanted else "shape",
            in_file=offered.get(key),
            in_model=wanted.get(key),
        )
        for key in dict.fromkeys((*wanted, *offered))
        if key not in wanted or key not in offered or wanted[key] != offered[key]
    )
    answer, raised = None, None
    try:
        answer = str(into.load_state_dict(entries, strict=True))
    except Exception as error:
        raised = Raised.of(error, filename)
    agreeing = len(wanted.keys() | offered.keys()) - len(differences)
    return Exchange(differences=differences, agreeing=agreeing, answer=answer, raised=raised)
