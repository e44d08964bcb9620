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
    steps: int
    first: str  # address of step 0
    next: str | None  # None at the end
    end: str

    @property
    def length(self) -> int:
        """Of the bar, which HTML wants to be longer than 0."""
        return max(1, self.steps)


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
    return StepsPlayer(shown, steps, query.showing(0).url, following, query.showing(steps).url)
