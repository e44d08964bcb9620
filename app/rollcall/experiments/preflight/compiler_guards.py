"""What `torch.compile` does beside its work, and need not do here."""

import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, TypeAlias

GUARDS = "torch._dynamo.guards"  # once the compiler was imported

Tie: TypeAlias = "weakref.finalize[..., Any]"


@contextmanager
def unmeasured() -> Iterator[None]:
    """Inside the block it does not measure how long its guards take.

    It empties the processor's cache for that, which is a fifth of the time of the checklist.
    """
    guards = sys.modules.get(GUARDS)
    measure = getattr(guards, "profile_guard_manager", None)
    if guards is None or measure is None:
        yield
        return
    setattr(guards, measure.__name__, lambda *args: 0.0)
    try:
        yield
    finally:
        setattr(guards, measure.__name__, measure)


@contextmanager
def untied() -> Iterator[None]:
    """After the block nothing that lives on, such as `dict`, holds what it made of a model.

    It ties its guards to each object that they look at, for as long as the object lives. A quarter
    of a megabyte was kept of each model.
    """
    guards: Any = sys.modules.get(GUARDS)
    if getattr(guards, "weakref", None) is not weakref:
        yield
        return
    ties: list[Tie] = []

    def finalize(*args: Any, **options: Any) -> Tie:
        ties.append(weakref.finalize(*args, **options))
        return ties[-1]

    names = {**vars(weakref), "finalize": finalize}
    guards.weakref = SimpleNamespace(**names)
    try:
        yield
    finally:
        guards.weakref = weakref
        for tie in ties:
            tie.detach()
