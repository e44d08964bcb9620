"""The queue before the workers: bounded, and fair between those who ask."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from rollcall.lab.asker import Asker, Askers, Urgency, who_asks
from rollcall.lab.errors import Busy
from rollcall.lab.shares import Party, Shares

MOST_WAITING = 512  # more than a full lecture hall at once


@dataclass(eq=False)
class Turn:
    """One call that waits or runs."""

    askers: Asker | Askers
    is_dear: bool
    number: int  # in the order of coming
    may_begin: "asyncio.Future[None]"
    asker: Asker = field(init=False)  # when it came, then when it began

    def __post_init__(self) -> None:
        self.look()

    def look(self) -> None:
        """See who is there now."""
        self.asker = self.askers.present

    @property
    def yields(self) -> bool:
        """Whether it leaves a worker to those who look at a page."""
        return self.is_dear or self.asker.urgency > Urgency.PAGE

    @property
    def parties(self) -> tuple[Party, Party]:
        """The address, and the path at that address."""
        return (self.asker.address,), (self.asker.address, self.asker.path)


class FairQueue:
    """As many turns at a time as there are workers. The others wait.

    A page goes before a stream, and both before what nobody asked for yet. Then goes the address
    with the fewest calls that run, and of these the one that had the fewest turns; likewise between
    the paths of one address. What is dear, or no page, never takes the last free worker, if there
    is more than one. Where too many wait, the address with the most calls is refused its newest.

    Args:
        number: of workers.
        most_waiting: calls; one more is refused.
    """

    def __init__(self, number: int, most_waiting: int = MOST_WAITING) -> None:
        self._number = number
        self._most_waiting = most_waiting
        self._waiting: list[Turn] = []
        self._running: list[Turn] = []
        self._shares = Shares()
        self._numbers = itertools.count()

    @asynccontextmanager
    async def turn(self, *, is_dear: bool = False) -> AsyncIterator[None]:
        """Wait for a turn; it lasts as long as the block.

        Raises:
            Busy: too many wait.
        """
        may_begin = asyncio.get_running_loop().create_future()
        turn = Turn(who_asks(), is_dear, next(self._numbers), may_begin)
        self._come(turn)
        try:
            await may_begin
            yield
        finally:
            self._leave(turn)

    def resize(self, number: int) -> None:
        """Go on with another number of workers; 0: all wait."""
        self._number = number
        self._go_on()

    def refuse(self, error: Exception) -> None:
        """Tell it to all who wait."""
        for turn in self._waiting:
            if not turn.may_begin.done():
                turn.may_begin.set_exception(error)

    def _come(self, turn: Turn) -> None:
        active = self._active()
        for party in turn.parties:
            if party not in active:
                self._shares.comes(party)
        self._waiting.append(turn)
        self._go_on()
        self._refuse_where_too_many()

    def _leave(self, turn: Turn) -> None:
        for turns in (self._waiting, self._running):
            with suppress(ValueError):
                turns.remove(turn)
        self._go_on()
        self._shares.forget(self._active())

    def _active(self) -> set[Party]:
        turns = (*self._waiting, *self._running)
        return {party for turn in turns for party in turn.parties}

    def _go_on(self) -> None:
        while (turn := self._next()) is not None:
            self._waiting.remove(turn)
            self._running.append(turn)
            for party in turn.parties:
                self._shares.goes(party)
            turn.may_begin.set_result(None)

    def _next(self) -> Turn | None:
        """Whose turn it is; None where nobody may begin."""
        if len(self._running) >= self._number:
            return None
        ready = [turn for turn in self._waiting if not turn.may_begin.done()]
        for turn in ready:
            turn.look()
        if sum(turn.yields for turn in self._running) >= max(1, self._number - 1):
            ready = [turn for turn in ready if not turn.yields]
        if not ready:
            return None
        running = Counter(party for turn in self._running for party in turn.parties)
        return min(ready, key=lambda turn: self._place(turn, running))

    def _place(self, turn: Turn, running: Counter[Party]) -> tuple[int, ...]:
        address, path = turn.parties
        shares = [(running[party], self._shares.due(party)) for party in (address, path)]
        return turn.asker.urgency, *shares[0], *shares[1], turn.number

    def _refuse_where_too_many(self) -> None:
        ready = [turn for turn in self._waiting if not turn.may_begin.done()]
        if len(ready) <= self._most_waiting:
            return
        of_clients = [turn for turn in ready if turn.asker.address]
        if not of_clients:
            return
        calls = Counter(turn.asker.address for turn in of_clients)
        last = max(
            of_clients,
            key=lambda turn: (turn.asker.urgency, calls[turn.asker.address], turn.number),
        )
        last.may_begin.set_exception(Busy())
