"""No model changes what another answers: each call leaves its worker as it found it."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from rollcall.core.pair_query import PairQuery
from rollcall.core.process.process_state import ProcessState
from rollcall.core.query import Query
from rollcall.lectures.catalog import Catalog

T = TypeVar("T")


class Guard:
    """Trusts a call, and looks afterwards.

    If something has changed, it is put back, and the call is made again with each model guarded:
    what one column changes is then put back before the other is run. So models that change nothing
    pay only for the look.
    """

    def __init__(self) -> None:
        self._most_used = ProcessState("most used")
        self._everything = ProcessState("everything")
        self._known: set[frozenset[str]] = set()  # pairs that were run before
        self._suspects: set[str] = set()  # models that changed something, or stood beside one
        self.spent = False  # something is left that cannot be put back, such as a thread

    def forget(self) -> None:
        """Trust every model again: its file was saved."""
        self._known.clear()
        self._suspects.clear()

    def call(self, work: Callable[[Catalog], T], query: Query, catalog: Catalog) -> T:
        """What `work` answers on the catalog."""
        models = _models_of(query)
        if self._suspects.isdisjoint(models):
            try:
                answer = work(catalog)
            except Exception:  # our own code may not run on what a model changes
                if not self._changed(models):
                    raise
            else:
                if not self._changed(models):
                    return answer
            catalog.forget_answers()
        with self._without_collection():
            answer = work(catalog.guarding())
        self.spent = not self._everything.holds
        return answer

    def calls(
        self, work: Callable[[Catalog], Iterator[T]], query: Query, catalog: Catalog
    ) -> Iterator[T]:
        """The same for an answer in increments. The early ones are looked at most often."""
        models = _models_of(query)
        given = 0
        if self._suspects.isdisjoint(models):
            try:
                for each in work(catalog):
                    if _is_power_of_eight(given + 1) and self._changed(models):
                        break
                    yield each
                    given += 1
            except Exception:  # as above
                if not self._changed(models):
                    raise
            if self._suspects.isdisjoint(models) and not self._changed(models):
                return
            catalog.forget_answers()
        with self._without_collection():
            yield from islice(work(catalog.guarding()), given, None)
        self.spent = not self._everything.holds

    def alone(self, work: Callable[[Catalog], None], catalog: Catalog) -> None:
        """Work that shows what it finds in the midst of a model's code.

        It cannot be done again, so the model is guarded from the start.
        """
        try:
            with self._without_collection():
                work(catalog.guarding())
        finally:
            self._everything.remove_left_files()
            self.spent = not self._everything.holds

    @contextmanager
    def _without_collection(self) -> Iterator[None]:
        """Nothing of another model's is deleted inside the block.

        A `torch.inference_mode()` that a file keeps changes the mode once more when it is deleted.
        What the last calls left is deleted here. What is older waits: to look for it would take
        longer than the work of most blocks.
        """
        gc.collect(1)
        self._everything.put_back()
        gc.disable()
        try:
            yield
        finally:
            gc.enable()

    def _changed(self, models: frozenset[str]) -> bool:
        """Whether these models changed anything. It is put back, where that can be done."""
        state = self._most_used
        if models not in self._known:
            state = self._everything
        self._known.add(models)
        left = [*state.left_running(), *state.remove_left_files()]
        changed = bool(state.put_back()) or bool(left)
        if changed:
            self._suspects.update(models)
        return changed


def _models_of(query: Query) -> frozenset[str]:
    if isinstance(query, PairQuery):
        return frozenset((query.left, query.right))
    return frozenset()


def _is_power_of_eight(number: int) -> bool:
    return number & (number - 1) == 0 and number.bit_length() % 3 == 1
