"""The arguments of a call: what is changed, what is copied, and what stays as it is."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.input.input_python import InputPython
from rollcall.core.input.model_input import ModelInput, stacked
from rollcall.core.model_raised import ModelRaised


class Repeats(nn.Module):
    """Returns what it was called with."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return args, kwargs


def nested() -> ModelInput:
    return ModelInput.of(
        torch.ones(4, 2),
        [torch.zeros(4), (torch.arange(4),)],
        "bilinear",
        mask={"a": torch.ones(4)},
    )


def test_a_model_is_called_with_all_of_it() -> None:
    x = nested()
    args, kwargs = x.call(Repeats())
    assert args[0] is x.args[0]
    assert args[1][1][0] is x.args[1][1][0]
    assert args[2] == "bilinear"
    assert kwargs["mask"]["a"] is x.kwargs["mask"]["a"]


def test_a_copy_shares_no_tensor() -> None:
    x = nested()
    copy = x.clone()
    for tensor in copy.tensors:
        tensor.zero_()
    assert [tuple(tensor.shape) for tensor in copy.tensors] == [(4, 2), (4,), (4,), (4,)]
    assert x.args[0].sum() == 8
    assert x.args[1][1][0].tolist() == [0, 1, 2, 3]
    assert x.kwargs["mask"]["a"].sum() == 4
    assert type(copy.args[1]) is list
    assert type(copy.args[1][1]) is tuple


def test_floats_follow_to_another_type_and_integers_stay() -> None:
    dtypes = [tensor.dtype for tensor in nested().to(dtype=torch.float64).tensors]
    assert dtypes == [torch.float64, torch.float64, torch.int64, torch.float64]
    assert {tensor.device.type for tensor in nested().to("meta").tensors} == {"meta"}
    assert nested().device.type == "cpu"
    assert nested().to("meta").device.type == "meta"
    assert ModelInput.of(3).device.type == "cpu"


def test_one_tensor_alone_is_the_only_one() -> None:
    x = torch.ones(2)
    assert ModelInput.of(x).only is x
    for several in (ModelInput.of(x, x), ModelInput.of(x=x), ModelInput.of([x]), ModelInput.of()):
        assert several.only is None


class Force(nn.Module):
    """It computes a gradient itself: a force, of an energy."""

    def forward(self, x: Tensor) -> Tensor:
        x = x.requires_grad_()
        (force,) = torch.autograd.grad((x**2).sum(), x)
        return force


class Refuses(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        raise ValueError("no")


def test_whether_a_forward_computes_a_gradient_itself() -> None:
    x = ModelInput.of(torch.ones(2))
    assert [x.needs_graph(model) for model in (Force(), Refuses(), nn.ReLU())] == [
        True,
        False,
        False,
    ]
    with torch.no_grad():
        assert x.clone().call(Force()).tolist() == [2, 2]
        with pytest.raises(ModelRaised):
            x.call(Refuses())


def test_batches_are_stacked_tensor_by_tensor() -> None:
    inputs = [
        ModelInput.of({"a": torch.full((2, 3), float(n)), "n": 7}, scale=torch.tensor(float(n)))
        for n in range(3)
    ]
    many = stacked(inputs)
    assert many.args[0]["a"][:, 0].tolist() == [0, 0, 1, 1, 2, 2]
    assert many.args[0]["n"] == 7
    assert many.kwargs["scale"] == 0


PYTHON = {
    "x = torch.randn(4, 10)": (torch.ones(4, 10), "x", "x.clone()", "x.double()", "(x,)"),
    "x = torch.randn(())": (torch.tensor(1.0), "x", "x.clone()", "x.double()", "(x,)"),
    "x = torch.randint(7, (4,))": (torch.tensor([6] * 4), "x", "x.clone()", "x", "(x,)"),
}


@pytest.mark.parametrize("drawn", PYTHON)
def test_one_tensor_is_called_x(drawn: str) -> None:
    tensor, *rest = PYTHON[drawn]
    python = InputPython(ModelInput.of(tensor))
    names = [python.passed, python.copied, python.moved("double()"), python.exported]
    assert python.drawn == drawn
    assert names == rest
    again: dict[str, Any] = {"torch": torch}
    exec(drawn, again)
    assert again["x"].shape == tensor.shape


def test_several_arguments_are_called_args_and_kwargs() -> None:
    python = InputPython(nested())
    names: dict[str, Any] = {"torch": torch, "each": lambda _, thing: thing}
    exec(python.drawn, names)
    shapes = [tuple(t.shape) for t in ModelInput(names["args"], names["kwargs"]).tensors]
    assert shapes == [tuple(tensor.shape) for tensor in nested().tensors]
    assert names["args"][2] == "bilinear"
    model = Repeats()
    for passed in (python.passed, python.copied, python.moved("double()")):
        args, kwargs = eval(f"model({passed})", {**names, "model": model, "move": Tensor.double})
        assert len(args) == 3
        assert list(kwargs) == ["mask"]
    assert python.exported == "args, kwargs"
    alone = InputPython(ModelInput.of(torch.ones(2), torch.ones(3)))
    assert (alone.passed, alone.exported) == ("*args", "args")
