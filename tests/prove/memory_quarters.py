"""Memory at each quarter of a proof, and whether it settles."""

from collections.abc import Callable

MAY_GROW = 0.05  # share by which the last quarter may pass the third


class Quarters:
    """What one group of processes holds, in megabytes."""

    def __init__(self, name: str, measure: Callable[[], float]) -> None:
        self._name = name
        self._measure = measure
        self._at: list[float] = []

    def look(self) -> None:
        """Another quarter is over."""
        self._at.append(self._measure())

    @property
    def settled(self) -> bool:
        """Whether the last quarter grew by no more than the share."""
        third, last = self._at[-2:]
        return last <= third * (1 + MAY_GROW)

    def __str__(self) -> str:
        told = " ".join(f"{each:.0f}" for each in self._at)
        return f"{self._name} {told} MB"
