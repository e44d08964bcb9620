"""The tensors of a loop: those of its model, and of what else it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from operator import methodcaller
from typing import Any

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

_values = methodcaller("values")


@dataclass
class Row:
    """One tensor, by its path. Another tensor may take its place."""

    path: str
    owner: nn.Module
    is_buffer: bool
    value: Tensor
    start: Tensor  # its values when it was first seen
    of: str  # the name of the module outside of the model that it belongs to; "": the model
    replaced_at: int | None = None  # the step in which it took the place of another tensor


class Rows:
    """All of them, in the order in which they were found."""

    def __init__(self, model: nn.Module) -> None:
        self.all: list[Row] = []
        self.version = 0  # is another number when a module or a tensor was added or replaced
        self.before_change: Callable[[], object] = lambda: None
        self._roots: dict[str, nn.Module] = {"": model}
        self._places: dict[str, int] = {}  # by path
        self.known: set[int] = set()  # ids of modules, always the same set
        self._books: list[dict[str, Any]] = []  # in which something may be added or replaced
        self._names: list[str] | None = None  # of all that stood in them; None: look again
        self._seen: list[Any] = []  # the same: what it was, so that no other takes its id
        self._ids: list[int] = []
        self.refresh(0)

    def knows(self, module: nn.Module, step: int) -> bool:
        """Whether it belongs to a root."""
        if id(module) not in self.known:
            self.refresh(step)
        return id(module) in self.known

    def add(self, name: str, module: nn.Module, step: int) -> None:
        """Look at one more module, with all that is in it."""
        while name in self._roots:
            name += "_"
        self._roots[name] = module
        self._names = None
        self.refresh(step)

    def refresh(self, step: int) -> None:
        """Find what was added, and what took the place of something."""
        if self._is_as_it_was():
            return
        self.before_change()
        self.version += 1
        self.known.clear()
        self._books.clear()
        told: set[int] = set()  # ids of tensors, of which one may have two names
        for name, root in self._roots.items():
            for path, module in root.named_modules():
                self.known.add(id(module))
                prefix = ".".join(filter(None, (name, path)))
                self._look_into(module, prefix, name, step, told)
        self._names = [*chain.from_iterable(self._books)]
        self._seen = [*chain.from_iterable(map(_values, self._books))]
        self._ids = [*map(id, self._seen)]

    def _is_as_it_was(self) -> bool:
        """Asked at each step, so it runs no line of Python for each tensor."""
        if [*chain.from_iterable(self._books)] != self._names:
            return False
        return [*map(id, chain.from_iterable(map(_values, self._books)))] == self._ids

    def _look_into(
        self, module: nn.Module, prefix: str, root: str, step: int, told: set[int]
    ) -> None:
        books = (module._modules, module._parameters, module._buffers)
        for book in books:
            self._books.append(book)
            for name, value in book.items():
                is_new = id(value) not in told
                if is_new and isinstance(value, Tensor) and _is_told_of(value):
                    told.add(id(value))
                    path = ".".join(filter(None, (prefix, name)))
                    is_buffer = book is module._buffers
                    self._see(Row(path, module, is_buffer, value, value, root), step)

    def _see(self, row: Row, step: int) -> None:
        row.start = row.value.detach().clone()
        place = self._places.get(row.path)
        if place is None:
            self._places[row.path] = len(self.all)
            self.all.append(row)
        elif self.all[place].value is not row.value:
            row.replaced_at = step
            self.all[place] = row


def _is_told_of(tensor: Tensor) -> bool:
    """A count of batches says nothing that the statistics beside it do not say."""
    return not is_lazy(tensor) and tensor.numel() > 0 and tensor.is_floating_point()
