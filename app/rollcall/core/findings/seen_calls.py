"""What one forward calls, with the numbers that went in and came out."""

from typing import Any, NamedTuple

from torch import Tensor, nn

from rollcall.core.call_recorder import Call, CallRecorder
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.input.model_input import ModelInput
from rollcall.core.pytorch_names import name_of
from rollcall.core.repeatable import Arguments
from rollcall.core.tensors.nested_tensors import tensors_in


class SeenCall(NamedTuple):
    """A call with copies of the tensors that it was given and gave."""

    call: Call
    given: list[Tensor]
    answer: list[Tensor]

    @property
    def what(self) -> Any:
        """What is called, as another forward calls it: it may make a layer of its own."""
        if isinstance(self.call.target, nn.Module):
            return type(self.call.target)
        return self.call.target

    @property
    def name(self) -> str:
        """`softmax` for F.softmax, torch.softmax and x.softmax; "" for a module."""
        if isinstance(self.call.target, nn.Module):
            return ""
        return name_of(self.call.target).rpartition(".")[2]


def are_alike(one: list[SeenCall], other: list[SeenCall]) -> bool:
    """Whether two forwards call the same, in the same order."""
    return [each.what for each in one] == [each.what for each in other]


def seen_calls(model: nn.Module, x: ModelInput, subject: ModelUnderTest) -> list[SeenCall]:
    """What one forward calls, in the order in which it ends."""
    seen: list[SeenCall] = []

    def note(call: Call, arguments: Arguments, output: Any) -> None:
        seen.append(SeenCall(call, _copies(arguments), _copies(output)))

    recorder = CallRecorder(subject.filename, on_end=note)
    with recorder:
        subject.outputs(model, x)
    return seen


def _copies(structure: Any) -> list[Tensor]:
    return [each.detach().clone() for each in tensors_in(structure)]
