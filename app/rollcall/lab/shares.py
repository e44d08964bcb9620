"""Who has had how many turns: start-time fair queueing, in which a turn is a turn."""

from collections import defaultdict
from collections.abc import Container

Party = tuple[str, ...]  # an address; or an address and a path, which has a part of its turns

MOST_PARTIES = 4096  # that are remembered


class Shares:
    """The next turn of each party, by a clock that goes on with the turns.

    A newcomer begins at the present turn: it goes before whoever has had more since, and it has
    saved nothing up for having been away.
    """

    def __init__(self) -> None:
        self._due: dict[Party, int] = {}
        self._clocks: defaultdict[Party, int] = defaultdict(int)

    def due(self, party: Party) -> int:
        """Its next turn."""
        return self._due.get(party, 0)

    def comes(self, party: Party) -> None:
        """It had nothing that waits or runs until now."""
        self._due[party] = max(self.due(party), self._clocks[party[:-1]])

    def goes(self, party: Party) -> None:
        """It has its turn."""
        self._clocks[party[:-1]] = max(self._clocks[party[:-1]], self.due(party))
        self._due[party] = self.due(party) + 1

    def forget(self, active: Container[Party]) -> None:
        """Those that are away, if there are many."""
        if len(self._due) > MOST_PARTIES:
            self._due = {each: due for each, due in self._due.items() if each in active}
            self._clocks.clear()
