"""The facts that the course teaches, run on the installed torch; their names quote them."""

import copy
import io
import pickle
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import SGD

from core.versions import TWO_DEVICES, VERSION

Make = Callable[[], Any]


class Empty(nn.Module):
    """A module to assign to."""

    def __init__(self) -> None:
        super().__init__()


class ListNet(nn.Module):
    """All its layers in a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(10, 20), nn.Linear(20, 5)]

    def forward(self, x: Tensor) -> Tensor:
        return self.layers[1](F.relu(self.layers[0](x)))  # type: ignore[no-any-return]


class HeadNet(ListNet):
    """A plain list, and a registered head."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(5, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(super().forward(x))  # type: ignore[no-any-return]


class PartNet(nn.Module):
    """Any module, in a plain list."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.parts = [part]

    def forward(self, x: Tensor) -> Tensor:
        return self.parts[0](x)  # type: ignore[no-any-return]


class TiedNet(nn.Module):
    """Two layers, one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)
        self.b.weight = self.a.weight

    @property
    def tied(self) -> bool:
        return self.b.weight is self.a.weight


def places(module: nn.Module, name: str = "x") -> list[str]:
    """Every place of the module that has the name."""
    registries = [
        each for each in ("_parameters", "_buffers", "_modules") if name in vars(module)[each]
    ]
    return [*registries, *(["attribute"] if name in vars(module) else [])]


def assigned(value: Any, module: nn.Module | None = None) -> list[str]:
    module = module or Empty()
    module.x = value
    return places(module)


def with_x(kind: str) -> nn.Module:
    """A module on which x is already a parameter, a buffer, a module or None."""
    module = Empty()
    if kind == "buffer":
        module.register_buffer("x", torch.zeros(3))
    elif kind == "empty buffer":
        module.register_buffer("x", None)
    else:
        values: dict[str, Any] = {
            "parameter": nn.Parameter(torch.zeros(3)),
            "module": nn.Linear(3, 3),
            "None": None,
        }
        module.x = values[kind]
    return module


@pytest.fixture(autouse=True)
def a_seed() -> None:
    torch.manual_seed(0)


# Registration


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (lambda: nn.Parameter(torch.ones(3)), "_parameters"),
        (lambda: nn.Linear(3, 3), "_modules"),
        (lambda: nn.Buffer(torch.ones(3)), "_buffers"),
        (lambda: torch.ones(3), "attribute"),
        (lambda: 0.5, "attribute"),
    ],
)
def test_setattr_tells_parameter_module_and_buffer_from_a_plain_attribute(
    value: Make, place: str
) -> None:
    assert assigned(value()) == [place]


def test_setattr_asks_first_whether_the_value_is_a_parameter_then_whether_the_name_is_one() -> None:
    """In order: a Parameter; a name in _parameters (then only None is allowed); a Module; ..."""
    for kind in ("parameter", "buffer", "module", "None"):
        assert assigned(nn.Parameter(torch.ones(3)), with_x(kind)) == ["_parameters"]
    with pytest.raises(TypeError, match=r"cannot assign .*Linear.* as parameter 'x'"):
        assigned(nn.Linear(3, 3), with_x("parameter"))
    for kind in ("buffer", "module", "None"):
        assert assigned(nn.Linear(3, 3), with_x(kind)) == ["_modules"]
    with pytest.raises(TypeError, match="as child module 'x'"):
        assigned(nn.Buffer(torch.ones(3)), with_x("module"))
    assert assigned(None, with_x("parameter")) == ["_parameters"]


@pytest.mark.parametrize("container", [list, tuple, set, lambda items: dict(enumerate(items))])
def test_setattr_never_looks_inside_a_container(container: Callable[[list[Any]], Any]) -> None:
    """list, tuple, dict and set are invisible."""
    module = Empty()
    module.x = container([nn.Linear(3, 3), nn.Parameter(torch.ones(3))])
    assert places(module) == ["attribute"]
    assert list(module.parameters()) == []
    assert list(module.children()) == []


def test_reassigning_a_buffers_name_with_a_tensor_keeps_it_a_buffer() -> None:
    module = with_x("buffer")
    module.x = torch.ones(5)
    assert places(module) == ["_buffers"]
    assert list(module.state_dict()) == ["x"]


@pytest.mark.parametrize("kind", ["parameter", "module"])
@pytest.mark.parametrize(
    "value", [torch.ones(3), 0.5, [1], "relu", nn.Parameter(torch.ones(3)) * 2]
)
def test_reassigning_a_parameters_or_modules_name_with_anything_else_raises(
    kind: str, value: Any
) -> None:
    with pytest.raises(TypeError, match="cannot assign"):
        assigned(value, with_x(kind))


def test_after_del_a_plain_tensor_under_a_parameters_name_is_unregistered_silently() -> None:
    layer: Any = nn.Linear(3, 3)
    del layer.weight
    layer.weight = torch.ones(3, 3)
    assert places(layer, "weight") == ["attribute"]
    assert list(layer.state_dict()) == ["bias"]
    assert layer(torch.ones(1, 3)).shape == (1, 3)


def test_none_and_a_tensor_later_is_unregistered() -> None:
    assert assigned(torch.ones(3), with_x("None")) == ["attribute"]


def test_register_buffer_none_and_a_tensor_later_is_a_buffer() -> None:
    module = with_x("empty buffer")
    assert assigned(torch.ones(3), module) == ["_buffers"]
    assert list(module.state_dict()) == ["x"]


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.to(torch.float64),
        lambda p: p * 0.01,
        lambda p: p.t(),
        lambda p: p.clone(),
        lambda p: p.to("meta"),
    ],
)
def test_what_is_computed_from_a_parameter_is_a_plain_non_leaf_tensor(
    change: Callable[[Tensor], Tensor],
) -> None:
    computed = change(nn.Parameter(torch.ones(3, 3)))
    assert type(computed) is Tensor
    assert not computed.is_leaf
    assert assigned(computed) == ["attribute"]


def test_where_to_has_nothing_to_do_it_returns_the_same_parameter() -> None:
    """... so that bug appears only on a GPU."""
    parameter = nn.Parameter(torch.ones(3))
    assert parameter.to("cpu") is parameter
    assert assigned(parameter.to("cpu")) == ["_parameters"]


def test_parameter_list_and_dict_do_not_register_what_is_nested() -> None:
    inner = nn.Parameter(torch.ones(3))
    assert list(nn.ParameterList([[inner]]).parameters()) == []
    assert list(nn.ParameterDict({"a": {"b": inner}}).parameters()) == []
    assert len(list(nn.ParameterList([inner]).parameters())) == 1


def test_a_list_replaced_by_a_module_list_is_fine_and_the_other_way_round_raises() -> None:
    module: Any = Empty()
    module.x = [nn.Linear(3, 3)]
    module.x = nn.ModuleList([nn.Linear(3, 3)])
    assert list(module.state_dict()) == ["x.0.weight", "x.0.bias"]
    assert places(module) == ["_modules"]
    with pytest.raises(TypeError, match="cannot assign 'list' as child module 'x'"):
        module.x = [nn.Linear(3, 3)]


def test_layers_assigned_before_init_raise_and_a_list_or_a_plain_tensor_is_accepted() -> None:
    class Early(nn.Module):
        def __init__(self, value: Any) -> None:
            self.x = value
            super().__init__()

    with pytest.raises(
        AttributeError, match=r"^cannot assign module before Module.__init__\(\) call$"
    ):
        Early(nn.Linear(3, 3))
    for value in ([nn.Linear(3, 3)], torch.ones(3)):
        assert places(Early(value)) == ["attribute"]


# What unregistered state misses (autograd reaches it all the same)


def test_autograd_reaches_unregistered_state_all_the_same() -> None:
    net = ListNet()
    net(torch.randn(4, 10)).sum().backward()
    assert all(p.grad is not None for layer in net.layers for p in layer.parameters())


def test_print_parameters_and_state_dict_miss_it() -> None:
    net = ListNet()
    assert str(net) == "ListNet()"
    assert list(net.parameters()) == []
    assert net.state_dict() == {}


def test_to_train_and_eval_miss_it() -> None:
    net = ListNet().double().eval()
    assert {layer.weight.dtype for layer in net.layers} == {torch.float32}
    assert all(layer.training for layer in net.layers)
    for layer in net.layers:
        layer.eval()
    net.train()
    assert not any(layer.training for layer in net.layers)


def test_requires_grad_zero_grad_and_apply_miss_it() -> None:
    net = ListNet()
    net(torch.randn(4, 10)).sum().backward()
    net.requires_grad_(False)
    net.zero_grad()
    seen: list[nn.Module] = []
    net.apply(seen.append)
    assert seen == [net]
    assert all(
        p.requires_grad and p.grad is not None for layer in net.layers for p in layer.parameters()
    )


def test_sgd_of_a_model_without_parameters_raises_value_error() -> None:
    with pytest.raises(ValueError, match=r"^optimizer got an empty parameter list$"):
        SGD(ListNet().parameters())


@pytest.mark.parametrize(
    "groups", [lambda: [{"params": ListNet().parameters()}], lambda: HeadNet().parameters()]
)
def test_sgd_is_silent_for_a_parameter_group_and_for_even_one_registered_layer(
    groups: Make,
) -> None:
    SGD(groups())


def test_only_the_registered_head_learns() -> None:
    net = HeadNet()
    before = copy.deepcopy([layer.weight for layer in (*net.layers, net.head)])
    optimizer = SGD(net.parameters(), lr=0.1)
    net(torch.randn(4, 10)).square().mean().backward()
    optimizer.step()
    after = [layer.weight for layer in (*net.layers, net.head)]
    assert [torch.equal(old, new) for old, new in zip(before, after, strict=True)] == [
        True,
        True,
        False,
    ]


def test_gradients_keep_arriving_and_are_never_cleared() -> None:
    """An unregistered layer's grad norm over five zero_grad() steps with lr=0 goes g, 2g ... 5g."""
    net = HeadNet()
    optimizer = SGD(net.parameters(), lr=0)
    x = torch.randn(4, 10)
    norms = []
    for _ in range(5):
        optimizer.zero_grad()
        net(x).square().mean().backward()
        optimizer.step()
        assert net.layers[0].weight.grad is not None
        norms.append(net.layers[0].weight.grad.norm().item())
    assert norms[0] > 0
    assert norms == pytest.approx([norms[0] * step for step in range(1, 6)], rel=1e-4)


def test_the_device_of_an_empty_model_raises_stop_iteration() -> None:
    with pytest.raises(StopIteration):
        next(ListNet().parameters())


def test_load_state_dict_answers_all_keys_matched_and_the_outputs_differ() -> None:
    trained, fresh = ListNet(), ListNet()
    assert (
        str(fresh.load_state_dict(trained.state_dict(), strict=True))
        == "<All keys matched successfully>"
    )
    x = torch.randn(4, 10)
    assert not torch.equal(trained(x), fresh(x))


def test_a_dropout_in_a_plain_list_stays_in_training_mode_after_eval() -> None:
    net, x = PartNet(nn.Dropout(0.5)).eval(), torch.ones(100)
    assert net.parts[0].training
    assert not torch.equal(net(x), net(x))


def test_a_batch_norm_in_a_plain_list_keeps_updating_its_running_statistics_after_eval() -> None:
    norm = nn.BatchNorm1d(3)
    net = PartNet(norm).eval()
    assert norm.running_mean is not None
    before = norm.running_mean.clone()
    net(torch.randn(8, 3) + 5)
    assert not torch.equal(norm.running_mean, before)


@pytest.mark.parametrize(
    ("drop", "shape"),
    [
        (F.dropout, (1000,)),
        (F.dropout1d, (1, 100, 2)),
        (F.dropout2d, (1, 100, 2, 2)),
        (F.dropout3d, (1, 100, 2, 2, 2)),
    ],
)
def test_functional_dropout_defaults_to_training(
    drop: Callable[[Tensor], Tensor], shape: tuple[int, ...]
) -> None:
    assert (drop(torch.ones(shape)) == 0).any()


def test_alpha_dropout_defaults_to_not_training() -> None:
    assert torch.equal(F.alpha_dropout(torch.ones(100)), torch.ones(100))


def test_a_deep_copy_of_a_model_whose_layer_sits_in_a_closure_uses_the_original_layer() -> None:
    class ClosureNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layer = nn.Linear(3, 3)
            self.call: Any = lambda x: layer(x)
            self.original = [layer]

    net: Any = ClosureNet()
    layer = net.original.pop()
    duplicate: Any = copy.deepcopy(net)
    x = torch.ones(1, 3)
    with torch.no_grad():
        layer.weight.fill_(7)
    assert torch.equal(duplicate.call(x), layer(x))


# Moving


MOVES = [
    pytest.param(lambda module: module.to(torch.float64), id="float64"),
    pytest.param(lambda module: module.half(), id="half"),
]
if torch.cuda.is_available():
    MOVES.append(pytest.param(lambda module: module.to("cuda"), id="cuda", marks=pytest.mark.cuda))


@pytest.mark.parametrize("move", MOVES)
def test_to_keeps_a_parameters_identity_and_replaces_buffers(
    move: Callable[[nn.Module], nn.Module],
) -> None:
    """.to(dtype) and .to('cuda') write param.data in place; buffers are replaced by new tensors."""
    norm = nn.BatchNorm1d(3)
    parameter, buffer = norm.weight, norm.running_mean
    before = (parameter.dtype, parameter.device)
    move(norm)
    assert norm.weight is parameter
    assert norm.running_mean is not buffer
    assert norm.running_mean is not None
    assert (
        (norm.weight.dtype, norm.weight.device)
        == (norm.running_mean.dtype, norm.running_mean.device)
        != before
    )


@pytest.mark.parametrize("move", MOVES)
def test_an_optimizer_built_before_the_move_still_works(
    move: Callable[[nn.Module], nn.Module],
) -> None:
    layer = nn.Linear(3, 3)
    optimizer = SGD(layer.parameters(), lr=0.1)
    move(layer)
    before = layer.weight.detach().clone()
    layer(torch.ones(1, 3).to(layer.weight)).sum().backward()
    optimizer.step()
    assert not torch.equal(layer.weight, before)


def test_on_meta_parameters_are_replaced_too() -> None:
    layer = nn.Linear(3, 3)
    parameter = layer.weight
    layer.to("meta")
    assert layer.weight is not parameter


def test_meta_at_cpu_does_not_raise() -> None:
    """meta is an unsound stand-in for a GPU."""
    assert (torch.ones(2, 2, device="meta") @ torch.ones(2, 2)).device.type == "meta"


FAKE = """
    import torch
    from torch import nn
    from torch._subclasses.fake_tensor import FakeTensorMode

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = [nn.Linear(10, 10)]
            self.head = nn.Linear(10, 5)

        def forward(self, x):
            return self.head(self.hidden[0](x))

    net = Net()
    with torch.no_grad(), FakeTensorMode(allow_non_fake_inputs=True):
        net.to("cuda:0")
        print(net.head.weight.device, net.hidden[0].weight.device)
        try:
            net(torch.randn(4, 10).to("cuda:0"))
        except Exception as error:
            print(type(error).__name__, str(error).splitlines()[0])
    try:
        net.head.weight.detach().clone().tolist()
        print("values")
    except Exception as error:
        print("gone")
"""


def test_fake_tensor_mode_simulates_a_gpu_and_values_are_gone_after_it() -> None:
    """In a process of its own: some errors in this mode abort the process."""
    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FAKE)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    devices, raised, after = said.stdout.splitlines()
    assert devices == "cuda:0 cpu"
    assert re.match(TWO_DEVICES, raised)
    assert after == "gone"


def test_double_misses_unregistered_state_on_any_machine() -> None:
    with pytest.raises(RuntimeError, match="mat1 and mat2 must have the same dtype"):
        ListNet().double()(torch.randn(4, 10, dtype=torch.float64))


def test_elementwise_use_of_such_a_tensor_is_silent_and_half_shows_it() -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.ones(10)

        def forward(self, x: Tensor) -> Tensor:
            return x * self.scale

    assert Scaled().double()(torch.ones(10, dtype=torch.float64)).dtype == torch.float64
    assert Scaled().half()(torch.ones(10, dtype=torch.float16)).dtype == torch.float32


# Shared and tied


def test_a_module_list_of_one_layer_three_times_is_one_layer_under_three_names() -> None:
    """Three key pairs in state_dict, one pair in parameters()."""
    layers = nn.ModuleList([nn.Linear(3, 3)] * 3)
    assert len(layers.state_dict()) == 6
    assert len(list(layers.parameters())) == 2


@pytest.mark.parametrize(
    "change",
    [lambda net: net.to(torch.float64), copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))],
    ids=["to", "deepcopy", "pickle"],
)
def test_tied_weights_survive_a_dtype_deepcopy_and_pickle(
    change: Callable[[TiedNet], TiedNet],
) -> None:
    assert change(TiedNet()).tied


@pytest.mark.parametrize(
    "change",
    [
        lambda net: net.to("meta"),
        lambda net: net.to_empty(device="meta"),
        lambda net: net.to("meta").to_empty(device="cpu"),
        lambda net: net.load_state_dict(TiedNet().state_dict(), assign=True),
        lambda net: net.load_state_dict(
            torch.load(_saved(TiedNet()), weights_only=True), assign=True
        ),
    ],
    ids=["meta", "to_empty_meta", "meta_to_cpu", "assign", "assign_from_a_file"],
)
def test_meta_to_empty_and_any_assign_break_the_tie(change: Callable[[TiedNet], Any]) -> None:
    net = TiedNet()
    assert net.tied
    change(net)
    assert not net.tied


def test_to_empty_on_the_device_where_the_model_is_keeps_the_tie() -> None:
    """It breaks where parameters are replaced, which is on the way to and from meta."""
    assert TiedNet().to_empty(device="cpu").tied


def _saved(net: nn.Module) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(net.state_dict(), file)
    file.seek(0)
    return file


# What changed from one PyTorch to the next


def test_scripting_is_deprecated_and_since_2_14_everybody_is_told() -> None:
    """Python shows a DeprecationWarning to developers only, a FutureWarning to every user."""
    kind = FutureWarning if VERSION >= "2.14" else DeprecationWarning
    with pytest.warns(kind, match="`torch.jit.script` is deprecated"):
        torch.jit.script(nn.Linear(2, 3))
