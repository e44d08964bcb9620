"""The links of the player."""

from dataclasses import dataclass

from rollcall.experiments.dropout.query import DropoutQuery


@dataclass(frozen=True)
class Player:
    """Addresses of other draws; None where there is none."""

    previous: str | None
    next: str | None
    first: str | None  # where it is not the previous one


def player(query: DropoutQuery) -> Player:
    """From the draw that is shown."""
    previous = following = first = None
    if query.draw > 1:
        previous = query.at(query.draw - 1).url
    if query.draw > 2:
        first = query.at(1).url
    if query.draw < query.last:
        following = query.at(query.draw + 1).url
    return Player(previous, following, first)
