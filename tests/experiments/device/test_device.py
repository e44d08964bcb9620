"""The device page's report agrees with plain PyTorch, for real moves and for the simulated one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.versions import TWO_DEVICES
from gpu import beside_the_real_one
from lectures.course import COURSE, FINISHED, SHOWN
from rollcall.core.input.model_input import ModelInput
from rollcall.core.lost_parameters import lost_parameters
from rollcall.core.query import InvalidParameter
from rollcall.core.rng.random_state import seeded
from rollcall.core.simulated_gpu import simulated_gpu
from rollcall.experiments.device import move as device_move
from rollcall.experiments.device.experiment import DEVICE, DeviceQuery, DeviceReport, device
from rollcall.experiments.device.lost_numbers import lost_numbers
from rollcall.experiments.device.move import Destination
from rollcall.experiments.device.report import Move, TensorMove

CALLS = {
    ".double()": {},
    ".half()": {"dtype": "float16"},
    '.to("cpu")': {"dtype": "none"},
    '.to("cuda:0")': {"device": "simulated"},
    '.to("cuda:0", torch.float16)': {"device": "simulated", "dtype": "float16"},
}


# Each model once, two to a report.
PAIRS = [FINISHED[at : at + 2] for at in range(0, len(FINISHED), 2)]


def report(**asked: Any) -> DeviceReport:
    return device(DeviceQuery(**asked), COURSE)


def moved(side: Any) -> Move:
    assert side.raised is None
    assert side.move is not None
    assert side.move.raised is None
    found: Move = side.move
    return found


def move(build: Callable[[], nn.Module], *rest: Any) -> Move:
    return device_move.move(build(), build, *rest)


def by_path(found: Move) -> dict[str, TensorMove]:
    return {tensor.path: tensor for tensor in found.tensors}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_every_model_moves_and_its_report_survives_json(pair: tuple[str, ...], call: str) -> None:
    answer = report(left=pair[0], right=pair[-1], **CALLS[call])
    assert [side.moved_by.text for side in (answer.left, answer.right) if side.moved_by] == [
        call
    ] * 2
    assert moved(answer.left).forward is not None
    assert moved(answer.right).forward is not None
    assert DEVICE.report.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", SHOWN)
def test_double_agrees_with_plain_pytorch(name: str, mode: str) -> None:
    model = COURSE.build(name, 0).train(mode == "train")
    example = COURSE.input(name).draw(0).args[0]
    parameters = dict(model.named_parameters())
    buffers = dict(model.named_buffers())
    model.double()
    found = moved(report(left=name, mode=mode).left)
    for path, tensor in (*model.named_parameters(), *model.named_buffers()):
        told = by_path(found)[path]
        assert told.after.dtype == str(tensor.dtype).removeprefix("torch.")
        assert told.outcome == ("moved" if tensor.is_floating_point() else "exempt")
        assert told.same_object == (tensor is {**parameters, **buffers}[path])
    for path, told in by_path(found).items():
        if path not in parameters and path not in buffers:
            assert told.status == "unregistered"
            assert told.after == told.before
            is_float = told.before.dtype.startswith("float")
            assert told.outcome == ("left_behind" if is_float else "exempt")
    assert found.forward
    if found.forward.raised:
        with pytest.raises(RuntimeError) as raised:
            model(example.double())
        assert found.forward.raised.message == str(raised.value)
    else:
        output = model(example.double())
        assert [place.dtype for place in found.forward.outputs] == [
            str(output.dtype).removeprefix("torch.")
        ]


def test_the_telling_pair_raises_the_genuine_error_on_any_machine() -> None:
    answer = report()
    left, right = moved(answer.left), moved(answer.right)
    assert (len(left.left_behind), len(left.to_move)) == (6, 8)
    assert [place.attribute for place in left.hiding_places] == ["hidden"]
    assert left.forward
    assert left.forward.raised
    assert left.forward.raised.type == "RuntimeError"
    assert "mat1 and mat2 must have the same dtype" in left.forward.raised.message
    assert right.left_behind == ()
    assert right.forward
    assert right.forward.outputs[0].dtype == "float64"


def test_elementwise_use_is_silent_and_half_shows_it() -> None:
    double = moved(report(left="parameters.TableNet").left).forward
    assert double
    assert double.raised is None
    assert not double.astray
    half = moved(report(left="parameters.TableNet", dtype="float16").left).forward
    assert half
    assert half.raised
    promoted = moved(report(left="parameters.DemoModule", dtype="float16").left).forward
    assert promoted
    assert promoted.astray
    assert promoted.outputs[0].dtype == "float32"


def test_a_move_keeps_a_parameter_and_with_it_its_optimizer_and_replaces_a_buffer() -> None:
    found = by_path(moved(report(left="dropout.DropoutNet").left))
    assert found["norm.weight"].same_object is True
    assert found["norm.running_mean"].same_object is False
    assert found["norm.num_batches_tracked"].outcome == "exempt"
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    model.double()
    before = model.bias.detach().clone()
    model(torch.ones(1, 2, dtype=torch.float64)).sum().backward()
    optimizer.step()
    assert not torch.equal(model.bias, before)


@pytest.mark.parametrize(
    ("asked", "registered", "hidden"),
    [
        ({"device": "simulated"}, "moved", "left_behind"),
        ({"device": "simulated", "dtype": "float16"}, "moved", "left_behind"),
        ({"dtype": "float64"}, "moved", "left_behind"),
        ({"dtype": "none"}, "there", "there"),
    ],
    ids=str,
)
def test_what_moved_is_where_it_was_sent(
    asked: dict[str, Any], registered: str, hidden: str
) -> None:
    found = moved(report(**asked).left)
    outcomes = {(tensor.status, tensor.outcome) for tensor in found.tensors}
    assert outcomes == {("registered", registered), ("unregistered", hidden)}


def test_an_output_somewhere_else_is_astray() -> None:
    class Stays(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.ones(2)

    for to in (Destination("cuda:0", None, simulated=True), Destination("cpu", torch.float64)):
        stays, follows = (
            move(kind, ModelInput.of(torch.ones(2)), to, 0, "").forward
            for kind in (Stays, nn.Identity)
        )
        assert stays
        assert stays.astray
        assert follows
        assert not follows.astray


def test_meta_replaces_parameters_too_and_does_not_raise_beside_the_cpu() -> None:
    model = nn.Linear(2, 2)
    weight = model.weight
    model.to("meta")
    assert model.weight is not weight
    assert (torch.ones(2, 2, device="meta") @ torch.ones(2, 2)).device.type == "meta"


def test_the_simulated_gpu_gets_what_is_registered_and_nothing_else() -> None:
    answer = report(device="simulated")
    left, right = moved(answer.left), moved(answer.right)
    for tensor in (*left.tensors, *right.tensors):
        assert tensor.after.device == ("cuda:0" if tensor.status == "registered" else "cpu")
        assert tensor.same_object is None
    assert left.forward
    assert left.forward.raised
    assert re.search(TWO_DEVICES, f"{left.forward.raised.type} {left.forward.raised.message}")
    assert right.forward
    assert right.forward.outputs[0].device == "cuda:0"


class Renews(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.raw = nn.Parameter(torch.randn(3))
        self.weight = self.raw * 2

    def forward(self, x: Tensor) -> Tensor:
        self.weight = self.raw * 2
        return x * self.weight


class Averages(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.raw = nn.Parameter(torch.randn(3))
        self.mean = torch.zeros(3)

    def forward(self, x: Tensor) -> Tensor:
        self.mean = 0.9 * self.mean + 0.1 * x.detach()
        return x * self.raw - self.mean


def test_what_every_forward_adds_to_was_left_behind() -> None:
    found = move(Averages, ModelInput.of(torch.ones(3)), Destination("cpu", torch.float64), 0, "")
    assert by_path(found)["mean"].outcome == "left_behind"


def test_what_every_forward_makes_anew_was_not_left_behind() -> None:
    found = move(Renews, ModelInput.of(torch.ones(3)), Destination("cpu", torch.float64), 0, "")
    assert by_path(found)["weight"].outcome == "replaced_by_forward"
    assert found.left_behind == ()


class Extreme(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(
            torch.tensor([70000.0, -70000.0, 1.0, 1e-9, 0.0, float("inf"), float("nan")])
        )
        self.register_buffer("wave", torch.tensor([1 + 2j, 1e-9 + 0j, 3 + 0j]))
        self.register_buffer("empty", torch.ones(0))
        self.register_buffer("count", torch.tensor(7))
        self.behind = torch.tensor([70000.0])

    def forward(self, x: Tensor) -> Tensor:
        return x


def test_numbers_that_the_new_type_does_not_hold_are_counted() -> None:
    half = by_path(
        move(
            Extreme,
            ModelInput.of(torch.ones(2)),
            Destination("cpu", torch.float16),
            0,
            "",
        )
    )
    plain = Extreme()
    values = plain.weight.detach().clone()
    plain.half()
    assert half["weight"].lost
    assert (
        half["weight"].lost.to_infinity
        == int((values.isfinite() & plain.weight.isinf()).sum())
        == 2
    )
    assert half["weight"].lost.to_zero == int(((values != 0) & (plain.weight == 0)).sum()) == 1
    assert half["wave"].outcome == "exempt"
    assert half["wave"].after.dtype == "complex64"
    assert plain.wave.dtype == torch.complex64
    assert half["empty"].lost
    assert half["empty"].lost.total == 0
    assert half["count"].lost is half["behind"].lost is None  # neither moved
    double = move(Extreme, ModelInput.of(torch.ones(2)), Destination("cpu", torch.float64), 0, "")
    assert double.damaged == ()


def test_a_cast_drops_imaginary_parts_where_a_device_comes_with_a_type() -> None:
    wave = torch.tensor([1 + 2j, 1e-9 + 0j, 3 + 0j])
    lost = lost_numbers(wave, wave.real.half())
    assert lost
    assert (lost.imaginary, lost.to_zero) == (1, 1)


def test_an_array_gets_the_type_on_the_simulated_gpu_too() -> None:
    answer = report(device="simulated", dtype="float16", x="numpy:4,10")
    for side in (answer.left, answer.right):
        forward = moved(side).forward
        assert forward
        assert forward.raised
        assert "numpy.ndarray" in forward.raised.message


def test_the_simulated_gpu_knows_no_values_to_lose() -> None:
    found = move(
        lambda: nn.Linear(2, 2),
        ModelInput.of(torch.ones(2)),
        Destination("cuda:0", torch.float16, simulated=True),
        0,
        "",
    )
    assert [tensor.lost for tensor in found.tensors] == [None, None]
    assert found.damaged == ()


def test_what_fits_loses_nothing() -> None:
    for dtype in ("float64", "float16"):
        found = moved(report(left="dropout.DropoutNet", dtype=dtype).left)
        assert found.damaged == ()
        assert [tensor.lost is None for tensor in found.tensors] == [
            tensor.outcome != "moved" for tensor in found.tensors
        ]


def simulated(model: nn.Module, example: Tensor) -> Move:
    to = Destination("cuda:0", None, simulated=True)
    return move(lambda: model, ModelInput.of(example), to, 0, "")


class Asks(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x if x.sum() > 0 else -x


class Fails(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        raise ValueError("of its own")


def test_what_only_the_simulation_cannot_do_is_not_held_against_the_model() -> None:
    asks = simulated(Asks(), torch.ones(2)).forward
    assert asks
    assert asks.raised
    assert not asks.believable
    fails = simulated(Fails(), torch.ones(2)).forward
    assert fails
    assert fails.raised
    assert fails.raised.message == "of its own"
    assert fails.believable


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (nn.BatchNorm1d(6), (4, 6)),  # its decomposition calls copy_
        (
            nn.TransformerEncoderLayer(6, 2, batch_first=True),
            (4, 3, 6),
        ),  # indexes and calls contiguous
        (nn.LSTM(6, 3), (4, 3, 6)),  # asks for cuDNN
        (nn.Conv1d(6, 2, 3), (4, 6, 5)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_common_layers_run_on_the_simulated_gpu(model: nn.Module, shape: tuple[int, ...]) -> None:
    forward = simulated(model, torch.zeros(shape)).forward
    assert forward
    assert forward.raised is None
    assert {place.device for place in forward.outputs} == {"cuda:0"}


@pytest.mark.parametrize(
    "index",
    [
        0,
        -1,
        ...,
        None,
        slice(None, None, 2),
        (slice(None), 1),
        (..., None),
        (..., 0),
        (slice(1, 3), None, 2),
        [0, 2],
        torch.tensor([[0, 1]]),
        (slice(None), torch.tensor([0, 1]), 2),
        (0, torch.tensor([1, 1])),
    ],
    ids=repr,
)
def test_indexing_a_simulated_tensor_gives_the_shape_of_the_real_one(index: Any) -> None:
    real = torch.zeros(4, 5, 3)
    with simulated_gpu():
        shape = real.to("cuda:0")[index].shape
    assert shape == real[index].shape


def test_the_simulation_leaves_torch_as_it_was() -> None:
    with simulated_gpu():
        pass
    assert not {"__getitem__", "copy_", "contiguous"} & vars(Tensor).keys()
    assert type(torch.zeros(2)[0]) is Tensor
    assert torch.is_grad_enabled()


def test_a_device_that_is_nowhere_is_refused() -> None:
    with pytest.raises(InvalidParameter) as refused:
        report(device="xpu:7")
    assert refused.value.parameter == "device"
    assert "cpu" in refused.value.accepts


@pytest.mark.parametrize("swapped", [False, True])
def test_each_side_goes_to_its_own_device(swapped: bool) -> None:
    query = DeviceQuery(left="containers.BadListNet", right_device="simulated")
    if swapped:
        query = query.swapped
    answer = device(query, COURSE)
    sides = [answer.left, answer.right]
    if swapped:
        sides.reverse()
    calls = [side.moved_by.text for side in sides if side.moved_by]
    assert calls == ['.to("cpu")', '.to("cuda:0")']
    places = [{tensor.after.device for tensor in moved(side).tensors} for side in sides]
    assert places == [{"cpu"}, {"cuda:0"}]
    assert moved(sides[0]).to_move == ()
    assert moved(sides[1]).to_move == moved(sides[1]).tensors


def test_a_page_that_runs_on_values_says_why_it_refuses_the_simulated_gpu() -> None:
    from rollcall.experiments.registry.experiment import RegistryQuery, registry

    with pytest.raises(InvalidParameter, match="knows no values"):
        registry(RegistryQuery(device="simulated"), COURSE)


@pytest.mark.cuda
@pytest.mark.skipif(
    not torch.cuda.is_available(),
    reason="torch.cuda.is_available() is False: no GPU to compare with",
)
@pytest.mark.parametrize("name", SHOWN)
def test_the_simulated_gpu_answers_as_the_real_one(name: str) -> None:
    assert beside_the_real_one.compare(name).differences == ()
    for tensor in beside_the_real_one.moved(name, simulated=False).tensors:
        if tensor.outcome == "moved":
            assert tensor.same_object == (tensor.kind == "parameter")


class Views(nn.Module):
    """Keeps its buffers a second time, in a dict that forward uses."""

    low: Tensor
    high: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("low", torch.zeros(2))
        self.register_buffer("high", torch.ones(2))
        self.limits = {"low": self.low, "high": self.high}

    def forward(self, x: Tensor) -> Any:
        return x.clamp(self.limits["low"], self.limits["high"])


class Gate(nn.Module):
    """Its constructor takes a device, and moves what should be a Parameter."""

    scale: Tensor

    def __init__(self, device: str = "cpu") -> None:
        super().__init__()
        self.gate = nn.Parameter(torch.ones(2)).to(device)
        self.kept = nn.Parameter(torch.ones(2, device=device))
        self.register_buffer("scale", torch.ones(2).to(device))

    def forward(self, x: Tensor) -> Any:
        return x * self.gate * self.kept * self.scale


def test_a_second_name_that_a_move_splits_off_is_a_tensor_of_its_own() -> None:
    to = Destination("cpu", torch.float64)
    found = by_path(move(Views, ModelInput.of(torch.ones(2)), to, 0, ""))
    assert {path: tensor.outcome for path, tensor in found.items()} == {
        "low": "moved",
        "high": "moved",
        "limits['low']": "left_behind",
        "limits['high']": "left_behind",
    }
    assert found["limits['low']"].split_from == "low"
    place = found["limits['low']"].unregistered_at
    assert place
    assert place.attribute == "limits"


def test_what_stays_one_tensor_has_one_row() -> None:
    to = Destination("cpu", None)
    assert list(by_path(move(Views, ModelInput.of(torch.ones(2)), to, 0, ""))) == ["low", "high"]


def test_a_parameter_that_is_moved_by_the_constructor_is_none_any_more() -> None:
    with seeded(0):
        assert lost_parameters(Gate(), lambda: Gate("cuda:0"), simulated_gpu) == ("gate",)
    assert lost_parameters(Gate(), Gate, simulated_gpu) == ()


def test_the_device_of_the_first_parameter_tells_nothing_of_the_others() -> None:
    """A script asks it to see that a model has moved; an empty model has none to ask."""
    asked = report(left="containers.BadListNet", right="containers.HalfListNet", device="simulated")
    left, right = moved(asked.left).first_parameter, moved(asked.right).first_parameter
    assert left
    assert right
    assert left.raised
    with pytest.raises(StopIteration):
        next(COURSE.build("containers.BadListNet", 0).parameters())
    assert (left.raised.type, left.device) == ("StopIteration", "")
    assert (right.raised, right.device) == (None, "cuda:0")
    assert moved(asked.right).left_behind


class OwnState(nn.Module):
    """Its first state is on the CPU, and PyTorch says so in other words than of a product."""

    def __init__(self) -> None:
        super().__init__()
        self.recurrent = nn.GRU(6, 8, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.recurrent(x, torch.zeros(1, len(x), 8))[0]
        return out


def test_a_first_state_on_the_cpu_is_the_models_own_mismatch() -> None:
    there = Destination("cuda:0", None, simulated=True)
    x = ModelInput.of(torch.ones(4, 5, 6))
    forward = move(OwnState, x, there, 0, "").forward
    assert forward
    assert forward.raised
    assert "not at the same device" in forward.raised.message
    assert forward.believable


class Writes(nn.Module):
    """It writes into a part of a tensor, as a spectral layer does."""

    def __init__(self) -> None:
        super().__init__()
        self.out = nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        padded = torch.zeros(len(x), 6, device=x.device)
        padded[:, :4] = x
        out: Tensor = self.out(padded)
        return out


class Counted(nn.Module):
    """What it does depends on a number that the simulation does not know."""

    count: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("count", torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        return x * float(self.count)


def test_what_only_the_simulation_cannot_do_is_no_fault_of_the_model() -> None:
    there = Destination("cuda:0", None, simulated=True)
    x = ModelInput.of(torch.ones(4, 4))
    writes, counted = move(Writes, x, there, 0, "").forward, move(Counted, x, there, 0, "").forward
    assert writes
    assert counted
    assert writes.raised is None
    assert counted.raised
    assert not counted.believable
