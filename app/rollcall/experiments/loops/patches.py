"""Names of PyTorch's that stand for something else while a loop is watched."""

from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any

_MISSING = object()


class Patches:
    """Puts a function of ours around functions of PyTorch's, and takes it away afterwards."""

    def __init__(self) -> None:
        self._kept: list[tuple[Any, str, Any]] = []

    def around(self, owner: Any, name: str, make: Callable[[Any], Callable[..., Any]]) -> None:
        """From here on `owner.name` is what `make` makes of it."""
        self._kept.append((owner, name, vars(owner).get(name, _MISSING)))
        inner = getattr(owner, name)
        setattr(owner, name, wraps(inner)(make(inner)))

    def __enter__(self) -> "Patches":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for owner, name, kept in reversed(self._kept):
            if kept is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, kept)
        self._kept.clear()
