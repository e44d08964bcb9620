"""What was trained and saved, as the list under a headline says it."""

from dataclasses import dataclass

from rollcall.core.round_trip import Comparison, RoundTrip
from rollcall.web.view.table_cell import Kind
from rollcall.web.view.words import number, plural


@dataclass(frozen=True)
class SavedTensors:
    """How many of a model's tensors are in the file."""

    kind: Kind
    mark: str
    text: str


def saved_tensors(trip: RoundTrip) -> SavedTensors | None:
    """None where the model has no tensor."""
    total, missing = len(trip.tensors), len(trip.missing)
    if total == 0:
        return None
    text = f"{number(total - missing)} of {plural(total, 'tensor', 'tensors')}"
    if missing:
        return SavedTensors("no", "○", text)
    return SavedTensors("yes", "●", text)


def why_it_differs(compared: Comparison) -> str:
    """Of a saved model whose two forwards after eval() are not equal."""
    if compared.draws:
        return "forward still draws after eval(); both got the same draws"
    return "two forwards after eval() differ: the first one leaves something behind"


def file_size(trip: RoundTrip) -> str:
    """Its keys and bytes."""
    return f"{plural(len(trip.keys), 'key', 'keys')}, {number(trip.size)} bytes"
