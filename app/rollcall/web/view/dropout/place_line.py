"""Which source of randomness is looked at, and the way to the next one."""

from dataclasses import dataclass

from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.dropout.report import DropoutSubject, Place


@dataclass(frozen=True)
class NextPlace:
    """The link to the next one."""

    url: str
    text: str


@dataclass(frozen=True)
class PlaceLine:
    """One line under a headline."""

    name: str
    line: int | None  # of a function
    lost: bool  # it is unregistered
    own_p: str  # "" where the p of the toolbar is used, or none is known
    next: NextPlace | None


def place_line(subject: DropoutSubject, query: DropoutQuery) -> PlaceLine:
    """Of a model in whose forward something draws."""
    place = subject.place
    line = None
    if place.kind == "function":
        line = place.line
    own_p = ""
    if not subject.takes_p and subject.p is not None:
        own_p = f"{subject.p:g}"
    return PlaceLine(
        name=_name(place),
        line=line,
        lost=place.status == "unregistered",
        own_p=own_p,
        next=_next(subject, query),
    )


def _name(place: Place) -> str:
    if place.kind == "module":
        return place.path or place.name
    return place.name


def _next(subject: DropoutSubject, query: DropoutQuery) -> NextPlace | None:
    total = len(subject.places)
    if total < 2:
        return None
    url = query.next_call(subject.shown, total).url
    return NextPlace(url, f"{subject.shown + 1} of {total}, next")
