"""A longer recording goes on where a shorter one has ended."""

from collections.abc import Sequence

from rollcall.core.wire import Wire
from rollcall.experiments.dropout.checkpoint import Checkpoint
from rollcall.experiments.dropout.recorder import RecordedDraw
from rollcall.experiments.in_turns import Turn, Turns

Starts = tuple[Checkpoint | None, Checkpoint | None]  # of left and right

FROM_SEED: Starts = (None, None)
_CHECKPOINTS: Wire[Starts] = Wire(tuple[Checkpoint, Checkpoint])


def checkpoint_of(increments: Sequence[Turns[RecordedDraw]]) -> str:
    """Where both models stand at its end; empty where one of them brings nothing."""
    first, last = _turns(increments[0]), _turns(increments[-1])
    if len(first) < 2 or len(last) < 2:
        return ""
    if [turn.notes for turn in first] != [turn.notes for turn in last]:
        return ""  # a warning of a later draw is not given again
    left, right = (turn.made.checkpoint for turn in last)
    if left is None or right is None:
        return ""
    return _CHECKPOINTS.write((left, right)).decode()


def starts_of(checkpoint: str) -> Starts:
    """The same, read in the process that goes on.

    Raises:
        BadMessage: it is nothing of the kind.
    """
    return _CHECKPOINTS.read(checkpoint.encode())


def counted(increments: Sequence[Turns[RecordedDraw]]) -> list[Turns[RecordedDraw]]:
    """Its draws as a longer recording has them, which shows others."""
    return [
        tuple(turn._replace(made=turn.made.counted) for turn in _turns(turns))
        for turns in increments
    ]


def _turns(turns: Turns[RecordedDraw]) -> list[Turn[RecordedDraw]]:
    return [turn for turn in turns if isinstance(turn, Turn)]
