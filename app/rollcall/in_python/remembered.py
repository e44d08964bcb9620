"""Objects by identity, which are forgotten when they go."""

import weakref
from collections.abc import Iterable
from functools import partial


class Remembered:
    """Says whether it was given an object, whatever that says of being equal or of its hash."""

    def __init__(self) -> None:
        # By id. Who is in a hurry asks it without a call of ours.
        self.ids: dict[int, weakref.ref[object]] = {}

    def add(self, values: Iterable[object]) -> None:
        for value in values:
            key = id(value)
            self.ids[key] = weakref.ref(value, partial(self._gone, key))

    def forget(self, value: object) -> None:
        self.ids.pop(id(value), None)

    def __contains__(self, value: object) -> bool:
        return id(value) in self.ids

    def _gone(self, key: int, _: object) -> None:
        self.ids.pop(key, None)
