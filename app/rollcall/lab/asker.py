"""Who asks, and how urgently. Every task that is begun for a request knows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import IntEnum


class Urgency(IntEnum):
    """The smaller goes first."""

    PAGE = 0  # somebody looks at a page that does not come
    STREAM = 1  # somebody looks at a play that stands still
    AHEAD = 2  # somebody will soon ask for it


@dataclass(frozen=True)
class Asker:
    """One client at one place of the lecture."""

    address: str = ""  # empty: the server itself, which is never refused
    path: str = ""
    urgency: Urgency = Urgency.PAGE

    @property
    def present(self) -> "Asker":
        """Itself: it waits as long as it waits."""
        return self


@dataclass(eq=False)
class Askers:
    """All who wait for one call: some come later, some leave."""

    waiting: list["Asker | Askers"] = field(default_factory=list)
    _last: Asker = field(default_factory=lambda: who_asks().present)

    @property
    def present(self) -> Asker:
        """The most urgent of them, and of equal ones who came first."""
        if not self.waiting:  # nobody yet, or nobody any more
            return replace(self._last, urgency=Urgency.AHEAD)
        every = [each.present for each in self.waiting]
        self._last = min(every, key=lambda asker: asker.urgency)
        return self._last

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Who asks at present waits inside the block."""
        asker = who_asks()
        self.waiting.append(asker)
        try:
            yield
        finally:
            self.waiting.remove(asker)


THE_SERVER = Asker()
_asking: ContextVar[Asker | Askers] = ContextVar("asking", default=THE_SERVER)


def who_asks() -> Asker | Askers:
    """For whom the present task works."""
    return _asking.get()


@contextmanager
def asking(asker: Asker | Askers) -> Iterator[None]:
    """What is begun inside the block is begun for them."""
    before = _asking.set(asker)
    try:
        yield
    finally:
        _asking.reset(before)


def as_urgent_as(urgency: Urgency) -> Asker:
    """The present client, who waits with another urgency."""
    asker = who_asks().present
    return Asker(asker.address, asker.path, max(urgency, asker.urgency))
