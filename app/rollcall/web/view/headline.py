"""The head of a column that counts: a large number, and two short lines beside it."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["none", "good", "bad"]


@dataclass(frozen=True)
class Headline:
    """What a registry and a move have in common."""

    verdict: Verdict
    count: str
    first: str
    second: str
    lost: bool  # the second line tells of something that went wrong
