"""Tensors that a forward makes itself, elsewhere than it is asked for or of another type."""

from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.call_recorder import Call, CallRecorder
from rollcall.core.input.model_input import ModelInput
from rollcall.core.pytorch_names import name_of, short_name
from rollcall.core.repeatable import Arguments
from rollcall.core.report import Report
from rollcall.core.tensors.nested_tensors import tensors_in


class OwnTensor(Report):
    """What one call of a forward made, as by `torch.zeros(2, 3)`."""

    name: str  # the function
    line: int | None
    where: str  # its type, or its device: "float32", "cpu"


class OwnTensors:
    """A forward that is watched for them, until it answers or raises.

    Args:
        target: where the model was sent.
        filename: the lecture file that lines are of.
    """

    def __init__(self, target: torch.dtype | torch.device, filename: str) -> None:
        self.found: list[OwnTensor] = []
        self._target = target
        self._recorder = CallRecorder(filename, on_end=self._note)

    def call(self, model: nn.Module, x: ModelInput) -> None:
        """Call the model. Raises ModelRaised from what its forward raises."""
        with self._recorder:
            x.call(model)

    def _note(self, call: Call, arguments: Arguments, output: Any) -> None:
        if isinstance(call.target, nn.Module) or tensors_in(arguments):
            return
        for tensor in tensors_in(output):
            where = self._elsewhere(tensor)
            made = OwnTensor(name=name_of(call.target), line=call.line, where=where)
            if where and made not in self.found:
                self.found.append(made)

    def _elsewhere(self, tensor: Tensor) -> str:
        if isinstance(self._target, torch.device):
            return str(tensor.device) * (tensor.device != self._target)
        other = tensor.is_floating_point() and tensor.dtype != self._target
        return short_name(tensor.dtype) * other
