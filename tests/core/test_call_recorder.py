"""What a recorder lists of a forward, and what it tells of each call."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.module import (
    _global_forward_hooks,
    _global_forward_hooks_always_called,
    _global_forward_hooks_with_kwargs,
    _global_forward_pre_hooks,
)

from rollcall.core.call_recorder import Call, CallRecorder
from rollcall.core.pytorch_names import name_of
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.tensor_stats import TensorFacts, facts


class Computes(nn.Module):
    """Asks for what it does not compute, and makes tensors that hold nothing yet."""

    def forward(self, x: Tensor) -> Tensor:
        assert (x.shape, x.dtype, x.device.type, x.grad) == ((2,), torch.float32, "cpu", None)
        assert torch.empty(2).shape == torch.empty_like(x).shape == x.new_empty(2).shape
        return F.relu(x + 1)


def test_what_computes_nothing_is_no_call() -> None:
    recorder = CallRecorder(__file__)
    model, x = Computes(), torch.ones(2)
    with recorder:
        model(x)
    module, *functions = recorder.calls
    assert module.target is model
    assert [name_of(each.target) for each in functions] == ["add", "F.relu"]
    assert [each.place for each in recorder.calls] == [0, 1, 2]
    assert all(each.answered for each in recorder.calls)


class Refuses(nn.Module):
    def forward(self, x: Tensor, scale: float = 1.0) -> Tensor:
        if scale == 0:
            raise ValueError("a scale of 0")
        return x * scale


def test_a_call_is_told_with_its_arguments_by_name_unless_it_raised() -> None:
    told: list[tuple[Any, Any, Any, bool]] = []

    def note(call: Call, arguments: Any, output: Any) -> None:
        if call.target is model:
            told.append((*arguments, output, call.answered))

    model, x = Refuses(), torch.ones(2)
    with CallRecorder(__file__, on_end=note):
        answer = model(x, scale=2.0)
        with pytest.raises(ValueError, match="a scale of 0"):
            model(x, scale=0)
    # Of a call that raised PyTorch tells a hook only what was given by place.
    assert told == [((x,), {"scale": 2.0}, answer, True), ((x,), {}, None, False)]


def test_no_hook_is_left_behind() -> None:
    """Else PyTorch looks for hooks at every call of every module, and a compiled one warns."""
    hooks = (
        _global_forward_pre_hooks,
        _global_forward_hooks,
        _global_forward_hooks_always_called,
        _global_forward_hooks_with_kwargs,
    )
    with CallRecorder(__file__):
        assert all(hooks)
    assert not any(hooks)


class Transformed(nn.Module):
    """Calls a layer under vmap, and takes the derivative of what it drops."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        rows: Tensor = torch.vmap(self.fc)(x)
        slope = torch.func.grad(lambda row: F.dropout(self.fc(row)).sum())
        of_first: Tensor = slope(x[0])
        return rows + of_first


def test_what_torch_func_transforms_is_listed_and_not_read() -> None:
    model, x = Transformed(), torch.ones(3, 2)
    torch.manual_seed(0)
    expected = model(x)
    ended: list[TensorFacts] = []

    def note(call: Call, arguments: Any, output: Any) -> None:
        ended.extend(facts("", tensor) for tensor in tensors_in(output))

    recorder = CallRecorder(__file__, can_repeat=lambda _: True, on_end=note)
    torch.manual_seed(0)
    with recorder:
        assert torch.equal(model(x), expected)
    layers = [each for each in recorder.calls if each.target is model.fc]
    drops = [each for each in recorder.calls if each.target is F.dropout]
    assert [each.repeatable for each in (*layers, *drops)] == [None] * 3
    assert [each.drew for each in (*layers, *drops)] == [False, False, True]
    row = next(iter(ended))
    assert (row.shape, row.histogram) == ((2,), ())
