"""The player of a training, or of training loops: where one is, and what is ahead."""

from dataclasses import dataclass
from typing import Protocol, Self


class ShowsSteps(Protocol):
    """A query of something that is looked at step by step."""

    @property
    def url(self) -> str:
        """Its address."""
        ...

    def showing(self, step: int) -> Self:
        """The same, looked at after a step."""
        ...


@dataclass(frozen=True)
class StepsPlayer:
    """From the step that is shown."""

    shown: int
    steps: int | None  # None: nobody knows yet how many there will be
    length: int  # of the bar, which HTML wants to be longer than 0
    first: str  # address of step 0
    next: str | None  # None at the end
    end: str


def steps_player(query: ShowsSteps, shown: int, steps: int) -> StepsPlayer:
    """From a step of so many.

    Args:
        query: what is shown.
        shown: the step that is looked at.
        steps: the last one.
    """
    following = None
    if shown < steps:
        following = query.showing(shown + 1).url
    end = query.showing(steps).url
    return StepsPlayer(shown, steps, max(1, steps), query.showing(0).url, following, end)


def open_player(query: ShowsSteps, shown: int, length: int, end: int) -> StepsPlayer:
    """The same while it is not known which step is the last.

    Args:
        query: what is shown.
        shown: the step that is looked at.
        length: of the bar.
        end: a step that leads to the last one.
    """
    following = query.showing(shown + 1).url
    return StepsPlayer(shown, None, length, query.showing(0).url, following, query.showing(end).url)
