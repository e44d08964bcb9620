"""What is saved and what comes back: state_dict, load_state_dict, torch.save and torch.load."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.model_code import own_code
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.tensor_compare import all_same
from rollcall.experiments.loops.patches import Patches
from rollcall.experiments.loops.recorded import StateMove
from rollcall.experiments.loops.rows import Rows

MOST_TAKEN = 50
MOST_ELEMENTS = 5_000_000  # that are kept of all of them together

Line = Callable[[str], int | None]


@dataclass
class Taken:
    """A state, or a file, as it was then."""

    step: int
    handed: Any  # what the loop got
    copies: list[Tensor]
    name: str = ""


class States:
    """The states of a loop.

    Args:
        tell: is called with each move.
        step: the number of the step under way.
    """

    def __init__(self, tell: Callable[[StateMove], object], step: Callable[[], int]) -> None:
        self._tell = tell
        self._step = step
        self._taken: list[Taken] = []
        self._saved: dict[str, Taken] = {}
        self._elements = 0
        self._inside = 0  # of a state_dict() that asks its parts

    def patch(self, patches: Patches, rows: Rows, line: Line) -> None:
        """Hear of each move of a module that belongs to the loop."""
        patches.around(nn.Module, "state_dict", lambda inner: self._taking(inner, rows, line))
        patches.around(nn.Module, "load_state_dict", lambda inner: self._loading(inner, line))
        patches.around(torch, "save", lambda inner: self._saving(inner, line))
        patches.around(torch, "load", lambda inner: self._reading(inner, line))

    def _taking(self, inner: Callable[..., Any], rows: Rows, line: Line) -> Callable[..., Any]:
        def state_dict(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            with self._within():
                state = inner(module, *args, **kwargs)
            if self._inside:
                return state
            with own_code():
                if rows.knows(module, self._step()):
                    taken = self._keep(state)
                    move = StateMove(
                        kind="taken",
                        step=self._step(),
                        line=line("state_dict"),
                        name="",
                        tensors=len(state),
                    )
                    if taken is not None:
                        self._taken.append(taken)
                    self._tell(move)
            return state

        return state_dict

    def _loading(self, inner: Callable[..., Any], line: Line) -> Callable[..., Any]:
        def load_state_dict(module: nn.Module, state: Any, *args: Any, **kwargs: Any) -> Any:
            with own_code():
                of = self._origin(state)
                equal = all_same(tensors_in(state), of.copies) if of else None
                size = len(state) if isinstance(state, Mapping) else 0
            answer = inner(module, state, *args, **kwargs)
            with own_code():
                unexpected = len(answer.unexpected_keys)
                move = StateMove(
                    kind="loaded",
                    step=self._step(),
                    line=line("load_state_dict"),
                    name="",
                    tensors=size - unexpected,
                    missing=len(answer.missing_keys),
                    unexpected=unexpected,
                    of_step=of.step if of else None,
                    equal=equal,
                )
                self._tell(move)
            return answer

        return load_state_dict

    def _saving(self, inner: Callable[..., Any], line: Line) -> Callable[..., Any]:
        def save(content: Any, file: Any, *args: Any, **kwargs: Any) -> Any:
            answer = inner(content, file, *args, **kwargs)
            with own_code():
                kept = self._keep(content)
                if kept is not None:
                    self._saved[str(file)] = kept
                move = StateMove(
                    kind="saved",
                    step=self._step(),
                    line=line("save"),
                    name=_file_name(file),
                    tensors=len(self._tensors_of(content)),
                )
                self._tell(move)
            return answer

        return save

    def _reading(self, inner: Callable[..., Any], line: Line) -> Callable[..., Any]:
        def load(file: Any, *args: Any, **kwargs: Any) -> Any:
            content = inner(file, *args, **kwargs)
            with own_code():
                found = self._tensors_of(content)
                saved = self._saved.get(str(file))
                move = StateMove(
                    kind="read",
                    step=self._step(),
                    line=line("load"),
                    name=_file_name(file),
                    tensors=len(found),
                    of_step=saved.step if saved else None,
                    equal=all_same(found, saved.copies) if saved else None,
                )
                self._tell(move)
            return content

        return load

    def _tensors_of(self, content: Any) -> list[Tensor]:
        """All that is in it; of a module, what its state holds."""
        if isinstance(content, nn.Module):
            with self._within():
                content = content.state_dict()
        return tensors_in(content)

    @contextmanager
    def _within(self) -> Iterator[None]:
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    def _keep(self, content: Any) -> Taken | None:
        """None where too much was kept already."""
        found = self._tensors_of(content)
        self._elements += sum(each.numel() for each in found)
        if self._elements > MOST_ELEMENTS or len(self._taken) >= MOST_TAKEN:
            return None
        return Taken(self._step(), content, [each.detach().clone() for each in found])

    def _origin(self, state: Any) -> Taken | None:
        """The latest that is this state, or has the same numbers."""
        found = tensors_in(state)
        known = [*self._saved.values(), *self._taken]
        for taken in reversed(self._taken):
            handed = {id(each) for each in tensors_in(taken.handed)}
            if state is taken.handed or any(id(each) in handed for each in found):
                return taken
        for taken in reversed(known):
            if all_same(found, taken.copies):
                return taken
        return None


def _file_name(file: Any) -> str:
    return str(getattr(file, "name", file)).rpartition("/")[2][:80]
