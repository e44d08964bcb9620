"""Whether a forward writes into its own input, and in which line."""

from collections.abc import Iterator, Sequence
from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

from rollcall.core.findings.forward_kinds import ChangedInput
from rollcall.core.lecture_line import line_of


class InputWatch(TorchFunctionMode):
    """While it is entered, it compares the versions of some tensors after every function.

    Args:
        tensors: the input, fresh copies that nobody has changed.
        filename: the lecture file that lines are of.
    """

    def __init__(self, tensors: Sequence[Tensor], filename: str) -> None:
        super().__init__()
        self._tensors = tensors
        self._filename = filename
        self._line: int | None = None
        self._changed = False

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = func(*args, **(kwargs or {}))
        if not self._changed and any(tensor._version for tensor in self._tensors):
            self._changed = True
            self._line = line_of(self._filename)
        return output

    def findings(self) -> Iterator[ChangedInput]:
        """One, where it was changed."""
        if self._changed:
            yield ChangedInput(line=self._line)
