"""The number over a column: how far apart the outputs are before saving and after loading."""

from dataclasses import dataclass
from typing import Literal

from rollcall.core.round_trip import Comparison, RoundTrip
from rollcall.web.view.numerals import in_powers

Verdict = Literal["none", "good", "bad"]


@dataclass(frozen=True)
class Headline:
    """A large number, and whether it is 0."""

    verdict: Verdict
    distance: str
    equal: bool
    hides: bool  # unregistered state is to blame
    nothing: bool = False  # the forwards return no tensor with numbers


def headline(trip: RoundTrip) -> Headline:
    """Of a round trip with both forwards; where one raised, only the verdict is shown."""
    compared = trip.comparison
    if compared is None:
        return Headline("bad", "", equal=False, hides=False)
    if compared.nothing:
        verdict: Verdict = "none"
        if trip.load_raised:
            verdict = "bad"
        return Headline(verdict, "", equal=False, hides=False, nothing=True)
    if compared.equal and trip.load_raised:
        return Headline("bad", "0", equal=True, hides=False)
    if not compared.equal:
        hides = any(tensor.status == "unregistered" for tensor in trip.missing)
        return Headline("bad", _distance(compared), equal=False, hides=hides)
    if trip.tensors:
        return Headline("good", "0", equal=True, hides=False)
    return Headline("none", "0", equal=True, hides=False)


def _distance(compared: Comparison) -> str:
    if compared.furthest is None:
        return "?"
    return in_powers(f"{compared.furthest:.3g}")
