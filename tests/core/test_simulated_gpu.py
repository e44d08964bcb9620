"""The GPU that no machine has: what is moved there is there, and is indexed as PyTorch does it."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.simulated_gpu import (
    is_gpu_simulated,
    simulated_gpu,
    simulated_gpu_for_constructors,
)
from rollcall.core.tensors.nested_tensors import tensors_in

MASK = torch.tensor([[True, False, True], [False, True, True]])
PLACES = torch.tensor([1, 0])
INDICES: list[Any] = [
    0,
    -1,
    slice(1),
    slice(None, None, 2),
    None,
    ...,
    (0, 1),
    (..., 1),
    (0, ..., 2),
    (..., None),
    (None, ..., 0),
    (slice(None), 1),
    (slice(1), ..., slice(0, 3, 2)),
    PLACES,
    [1, 0],
    (PLACES, PLACES),
    (slice(None), PLACES),
    (..., PLACES),
    (0, PLACES),
    (PLACES, ..., 1),
]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_a_part_has_the_shape_that_pytorch_gives_it(index: Any) -> None:
    tensor = torch.zeros(2, 3, 4)
    expected = tensor[index]
    with simulated_gpu():
        found = tensor.to("cuda:0")[index]
        assert (tuple(found.shape), found.device.type) == (tuple(expected.shape), "cuda")
    assert torch.equal(tensor[index], expected)  # the methods are PyTorch's own again


@pytest.mark.parametrize("layer", [nn.GRU, nn.LSTM, nn.RNN, nn.GRUCell, nn.LSTMCell, nn.RNNCell])
def test_a_recurrent_layer_answers_in_the_shapes_of_the_cpu(layer: Any) -> None:
    """PyTorch has no shapes of the kernel that a GRU calls on a GPU."""
    model, x = layer(6, 8), torch.zeros(4, 6)
    if issubclass(layer, nn.RNNBase):
        x = torch.zeros(5, 4, 6)
    expected = [tuple(each.shape) for each in tensors_in(model(x))]
    with simulated_gpu():
        model.to("cuda:0")
        answers = tensors_in(model(x.to("cuda:0")))
        assert [tuple(each.shape) for each in answers] == expected
        assert {each.device.type for each in answers} == {"cuda"}


@pytest.mark.parametrize("index", INDICES, ids=str)
@pytest.mark.parametrize("value", ["number", "of its shape", "with a dimension more"])
def test_a_part_can_be_written_to(index: Any, value: str) -> None:
    tensor = torch.zeros(2, 3, 4)
    written: Any = torch.ones_like(tensor[index])
    if value == "number":
        written = 1.0
    if value == "with a dimension more" and isinstance(index, slice | int):
        written = written.unsqueeze(0)
    tensor[index] = written
    with simulated_gpu():
        found = torch.zeros(2, 3, 4).to("cuda:0")
        found[index] = written if value == "number" else written.to("cuda:0")
        assert (tuple(found.shape), found.device.type) == (tuple(tensor.shape), "cuda")


@pytest.mark.parametrize("value", [torch.ones(3, 4), torch.ones(7)])
def test_a_part_refuses_what_pytorch_refuses(value: Tensor) -> None:
    tensor = torch.zeros(2, 3, 4)
    with pytest.raises(RuntimeError):
        tensor[:, 1] = value
    with simulated_gpu(), pytest.raises(RuntimeError):
        tensor.to("cuda:0")[:, 1] = value.to("cuda:0")


LEFT_BEHIND: list[tuple[nn.Module, Tensor]] = [
    (nn.Linear(3, 2), torch.zeros(4, 3)),
    (nn.Conv1d(3, 2, 3), torch.zeros(4, 3, 8)),
    (nn.Conv2d(3, 2, 3, padding=1, padding_mode="circular"), torch.zeros(4, 3, 8, 8)),
    (nn.ConvTranspose2d(3, 2, 3), torch.zeros(4, 3, 8, 8)),
    (nn.Embedding(5, 2), torch.zeros(4, 3, dtype=torch.long)),
    (nn.EmbeddingBag(5, 2), torch.zeros(4, 3, dtype=torch.long)),
    (nn.LSTM(3, 2), torch.zeros(4, 3)),
    (nn.GRUCell(3, 2), torch.zeros(4, 3)),
    (nn.BatchNorm1d(3), torch.zeros(4, 3)),
    (nn.LayerNorm(3), torch.zeros(4, 3)),
    (nn.PReLU(3), torch.zeros(4, 3)),
]


@pytest.mark.parametrize(("layer", "x"), LEFT_BEHIND, ids=lambda each: type(each).__name__)
def test_a_layer_that_was_left_behind_takes_no_input_from_the_gpu(
    layer: nn.Module, x: Tensor
) -> None:
    layer(x)
    with simulated_gpu(), pytest.raises(RuntimeError, match="device"):
        layer(x.to("cuda:0"))


def test_a_constructor_may_move_its_parts() -> None:
    """A registered None stays, a Parameter stays one, and what is frozen stays so."""
    original = nn.Module._apply
    with simulated_gpu_for_constructors():
        assert is_gpu_simulated()
        model = nn.Sequential(nn.Linear(2, 3, bias=False), nn.BatchNorm1d(3, affine=False))
        model[0].weight.requires_grad_(False)
        weight = model[0].weight
        model.to("cuda:0")
        moved: Any = model[0].weight
        assert moved is not weight
        assert (isinstance(moved, nn.Parameter), moved.requires_grad) == (True, False)
        devices = {each.device.type for each in (*model.parameters(), *model.buffers())}
        assert devices == {"cuda"}
        assert model[0].bias is None
    assert nn.Module._apply is original
    assert not is_gpu_simulated()
