"""A least-recently-used cache that is bounded in bytes."""

from collections import OrderedDict
from collections.abc import Hashable, Sized
from typing import Generic, TypeVar

V = TypeVar("V", bound=Sized)


class ByteCache(Generic[V]):
    """Keeps the most recently used values; their lengths never add up to more than `limit`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """The value under `key`, which is now the most recently used, or None."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: Hashable, value: V) -> None:
        """Keep `value`, and drop what was used longest ago until all fits. A value over the limit is not kept."""
        if key in self._values:
            self.size -= len(self._values.pop(key))
        if len(value) > self.limit:
            return
        self._values[key] = value
        self.size += len(value)
        while self.size > self.limit:
            _, dropped = self._values.popitem(last=False)
            self.size -= len(dropped)
