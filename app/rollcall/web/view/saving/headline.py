"""The number over a column: how far apart the outputs are before saving and after loading."""

from dataclasses import dataclass
from typing import Literal

from rollcall.core.round_trip import Comparison, RoundTrip
from rollcall.web.view.numerals import in_powers


@dataclass(frozen=True)
class Headline:
    """A large number, and whether it is 0."""

    verdict: Literal["none", "good", "bad"]
    distance: str
    equal: bool
    hides: bool  # unregistered state is to blame


def headline(trip: RoundTrip) -> Headline:
    """Of a round trip with both forwards; where one raised, only the verdict is shown."""
    compared = trip.comparison
    if compared is None:
        return Headline("bad", "", False, False)
    if compared.equal and trip.load_raised:
        return Headline("bad", "0", True, False)
    if not compared.equal:
        hides = any(tensor.status == "unregistered" for tensor in trip.missing)
        return Headline("bad", _distance(compared), False, hides)
    if trip.tensors:
        return Headline("good", "0", True, False)
    return Headline("none", "0", True, False)


def _distance(compared: Comparison) -> str:
    if compared.furthest is None:
        return "?"
    return in_powers(f"{compared.furthest:.3g}")
