"""The player of a training."""

from dataclasses import dataclass

from rollcall.experiments.training.experiment import TrainingQuery


@dataclass(frozen=True)
class Player:
    """What is ahead of the step that is shown."""

    step: str | None  # address of the next one; None at the end
    length: int  # of the bar, which HTML wants to be longer than 0


def player(query: TrainingQuery) -> Player:
    """From the step that is shown."""
    length = max(1, query.steps)
    if query.shown >= query.steps:
        return Player(None, length)
    return Player(query.showing(query.shown + 1).url, length)
