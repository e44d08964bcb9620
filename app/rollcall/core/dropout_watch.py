"""Every dropout call of a forward."""

from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.dropouts import DropoutCall, drops
from rollcall.core.generators import Snapshot
from rollcall.core.watch import Watch, line_of, of_pytorch


class DropoutWatch(Watch):
    """While it is entered, notes the dropouts that are called: PyTorch's modules and functions, and a lecture's own.

    Args:
        device: where the model computes; its generator is noted beside the CPU's.
        filename: the lecture file that lines are of.
    """

    def __init__(self, device: torch.device, filename: str) -> None:
        super().__init__()
        self.device = device
        self.filename = filename
        self.modules: list[str] = []  # classes of all that were called inside the model, in order
        self._noted: list[DropoutCall] = []
        self._open: list[DropoutCall | None] = []  # one for each module that is under way
        self._step: DropoutCall | None = None

    @property
    def calls(self) -> list[DropoutCall]:
        """The calls that answered, in order; of one inside another, the inner one."""
        return [call for call in self._noted if call.answered and not call.encloses]

    def called(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        if len(self.running) > 1:
            self.modules.append(type(module).__name__)
        self._open.append(self._note(module, module, (inputs, {})) if drops(module) else None)

    def returned(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self._answer(self._open.pop(), inputs, output)

    def raised(self, module: nn.Module) -> None:
        self._open.pop()

    def stepping(self, function: Any, inputs: Any) -> None:
        owner = self.running[-1] if self.running else None
        hidden = owner is not None and of_pytorch(owner)
        self._step = None if hidden or not drops(function) else self._note(function, owner, inputs)

    def stepped(self, function: Any, inputs: Any, output: Any) -> None:
        self._answer(self._step, inputs, output)
        self._step = None

    def _note(self, target: Any, owner: nn.Module | None, inputs: Any) -> DropoutCall:
        for around in self._open:
            if around is not None:
                around.encloses = True
        attributes = dict(vars(target)) if isinstance(target, nn.Module) else {}
        generators = Snapshot(self.device, foreign=isinstance(target, nn.Module) and not of_pytorch(target))
        call = DropoutCall(target, owner, line_of(self.filename), generators, attributes, _copy(inputs))
        self._noted.append(call)
        return call

    def _answer(self, call: DropoutCall | None, inputs: Any, output: Any) -> None:
        if call is not None and isinstance(output, Tensor):
            call.arguments = inputs
            call.output = output.detach().clone()  # what comes next may change it in place
            if call.input is None:  # it was given by name, of which PyTorch tells nothing before the call
                call.input = _copy(inputs)


def _copy(inputs: Any) -> Tensor | None:
    args, kwargs = inputs
    tensor = args[0] if args else kwargs.get("input")
    return tensor.detach().clone() if isinstance(tensor, Tensor) else None
