"""What a walk over attributes meets: objects it must not touch, PyTorch's curiosities, size."""

import logging
import sys
import threading
import types
import warnings
from collections import UserDict, UserList, deque
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune

from core.planted import CONTAINERS, Box, evaluate
from rollcall.core.scan import scan
from rollcall.core.unregistered import find_unregistered
from rollcall.core.walk.object_walk import walk
from rollcall.core.walk.registry_walk import MAX_NAMES


class Holder(nn.Module):
    """A module with the given attributes, assigned in turn."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__()
        for name, value in attributes.items():
            setattr(self, name, value)


def found(model: nn.Module) -> list[str]:
    return [each.path for each in find_unregistered(model)]


def missing(model: nn.Module) -> list[str]:
    return [each.path for each in scan(model).missing]


# It looks without touching


class Touched(BaseException):
    """A method of the user's was called; not an Exception, so that nothing can swallow it."""


SPECIAL = (
    "getattr getattribute iter next eq ne lt hash len bool repr str contains getitem call index "
    "copy deepcopy"
)


def guarded(name: str) -> Callable[..., Any]:
    """A special method that raises while the alarm is on, and is object's own while it is off."""
    plain: Any = getattr(object, name, None)

    def method(self: Any, *args: Any) -> Any:
        if Alarm.on:
            raise Touched(name)
        if plain is None:
            raise AttributeError(name)
        return plain(self, *args)

    return method


class Alarm:
    """Objects of this class raise whatever is done with them."""

    on = False

    def __init__(self) -> None:
        self.hidden = torch.ones(1)

    @property
    def computed(self) -> Tensor:
        raise Touched("property")

    @property
    def __class__(self) -> type:
        if Alarm.on:
            raise Touched("__class__")
        return Alarm

    @__class__.setter
    def __class__(self, kind: type) -> None:
        raise Touched("__class__")


for _name in SPECIAL.split():
    setattr(Alarm, f"__{_name}__", guarded(f"__{_name}__"))


@pytest.fixture
def alarm() -> Iterator[None]:
    Alarm.on = False
    yield
    Alarm.on = False


@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize("kind", CONTAINERS)
def test_no_method_of_an_object_is_called(kind: str) -> None:
    model = Holder(container=CONTAINERS[kind](Alarm()))
    Alarm.on = True
    values = [each.value for each in find_unregistered(model)]
    Alarm.on = False
    assert [type(value) for value in values] == [Tensor]


@pytest.mark.usefixtures("alarm")
def test_a_set_of_such_objects_can_be_put_in_order() -> None:
    model = Holder(objects={Alarm() for _ in range(5)})
    Alarm.on = True
    paths = found(model)
    Alarm.on = False
    assert paths == [f"objects{{{index}}}.hidden" for index in range(5)]


OVERRIDDEN = [
    "iter",
    "len",
    "getitem",
    "contains",
    "reversed",
    "eq",
    "hash",
    "repr",
    "getattr",
    "bool",
]


@pytest.mark.parametrize("base", [list, tuple, dict, set, frozenset, deque, UserDict, UserList])
def test_no_method_of_a_container_is_called(base: Any) -> None:
    def refuse(*_: Any) -> None:
        raise Touched

    layer = nn.Linear(2, 2)
    content: Any = {"layer": layer} if base in (dict, UserDict) else [layer]
    names = [*(f"__{name}__" for name in OVERRIDDEN), "items", "keys", "values"]
    own = type("Own", (base,), dict.fromkeys(names, refuse))(content)
    assert find_unregistered(Holder(own=own))[0].value is layer


def test_no_method_of_a_module_is_called() -> None:
    def refuse(*_: Any) -> None:
        raise Touched

    names = (
        "forward parameters named_parameters buffers named_buffers modules named_modules children "
        "named_children"
    )
    methods = [*names.split(), "state_dict", "extra_repr", "train", "apply", "to"]
    special = [f"__{name}__" for name in [*OVERRIDDEN, "call", "dir"]]
    kind = type(
        "Own",
        (Holder,),
        {**dict.fromkeys([*methods, *special], refuse), "computed": property(refuse)},
    )
    own = kind(layer=nn.Linear(2, 2), tensors=[torch.ones(2)])
    assert found(Holder(child=own)) == ["child.tensors[0]"]
    assert found(Holder(children=[own]))[:2] == ["children[0]", "children[0].layer"]


def test_a_class_attribute_is_found_once_and_a_metaclass_is_not_asked() -> None:
    class Meta(type):
        tensor = torch.ones(1)

        def refuse(cls, *_: Any) -> Any:
            raise Touched

        __hash__ = __eq__ = __getattribute__ = refuse

    class Own(metaclass=Meta):
        tensor = torch.ones(1)

    model = Holder()
    model.__dict__.update(kind=Own, kinds=[Own], thing=Own())  # past PyTorch, which asks them
    assert found(model) == ["kind.tensor"]


def test_a_namespace_of_a_python_module_is_not_walked_into() -> None:
    class Lazy(types.ModuleType):
        """As libraries use it, to import their parts when they are first asked for."""

    library = Lazy("library")
    library.tensor = torch.ones(1)  # type: ignore[attr-defined]
    assert found(Holder(library=library, torch=torch, ops=torch.ops, known=[library])) == []


# Attributes of objects


class Slots:
    __slots__ = ("__private", "never", "weight")

    def __init__(self) -> None:
        self.weight = torch.ones(1)
        self.__private = torch.ones(2)

    @property
    def private(self) -> Tensor:
        return self.__private


class SlotsAndDict(Slots):
    def __init__(self) -> None:
        super().__init__()
        self.more = torch.ones(3)


def test_slots_are_read_and_an_empty_one_is_no_error() -> None:
    assert found(Holder(part=Slots())) == ["part._Slots__private", "part.weight"]


def test_slots_and_a_dict_together() -> None:
    model = Holder(part=SlotsAndDict())
    assert sorted(found(model)) == ["part._Slots__private", "part.more", "part.weight"]
    for each in find_unregistered(model):
        assert evaluate(model, each.path) is each.value


def test_the_machinery_of_the_standard_library_is_left_alone() -> None:
    layer = nn.Linear(2, 2)
    logger = logging.Logger("a logger that somebody hung a layer on")
    logger.layer = layer  # type: ignore[attr-defined]
    assert found(Holder(lock=threading.Lock(), logger=logger, loggers=[logger])) == []


def test_what_is_no_state_is_walked_past() -> None:
    values = [
        None,
        0,
        1.5,
        2j,
        "text",
        b"bytes",
        True,
        ...,
        NotImplemented,
        range(3),
        slice(1),
        torch.float32,
    ]
    more = [
        torch.device("cpu"),
        torch.Size([1]),
        torch.Generator(),
        torch.contiguous_format,
        int,
        len,
        print,
        sys,
    ]
    model = Holder(
        values=[*values, *more],
        keys={value: None for value in values if not isinstance(value, slice)},
    )
    for index, value in enumerate((*values, *more)):
        setattr(model, f"value{index}", value)
    assert found(model) == []
    assert len(scan(model).modules) == 1


def test_registries_may_hold_none() -> None:
    model = Holder(layer=nn.Linear(2, 2, bias=False))
    model.register_module("part", None)
    model.register_parameter("scale", None)
    model.register_buffer("mask", None)
    report = scan(model)
    assert [each.path for each in report.modules] == ["", "layer"]
    assert [each.path for each in report.tensors] == ["layer.weight"]


def test_a_thing_behind_numbers_is_found() -> None:
    numbers: list[Any] = [*range(100_000), nn.Linear(2, 2)]
    assert found(Holder(numbers=numbers))[0] == "numbers[100000]"


def test_paths_of_all_kinds() -> None:
    tensor = [torch.ones(1) for _ in range(10)]
    model: Any = Holder(
        child=nn.ModuleList([nn.Sequential(nn.ReLU())]),
        mapping={"it's": tensor[0], 3: tensor[1], None: tensor[2], (1, 2): tensor[3], tensor[4]: 5},
        nested=({"a": [deque([tensor[5]])]},),
        crowd={tensor[6]},
    )
    model.child[0][0].late = tensor[7]
    paths = {id(each.value): each.path for each in find_unregistered(model)}
    assert [paths[id(each)] for each in tensor[:8]] == [
        """mapping["it's"]""",
        "mapping[3]",
        "mapping[None]",
        "mapping.values()[3]",
        "mapping.keys()[4]",
        "nested[0]['a'][0][0]",
        "crowd{0}",
        "child.0.0.late",
    ]


# What students do


def test_a_list_that_was_assigned_before_super_init() -> None:
    class Late(nn.Module):
        def __init__(self) -> None:
            self.layers = [nn.Linear(2, 2)]
            super().__init__()

    assert found(Late()) == ["layers[0]", "layers[0].weight", "layers[0].bias"]


def test_a_module_that_forgot_super_init_has_no_registries() -> None:
    class Half(nn.Module):
        def __init__(self) -> None:
            self.tables = [torch.ones(1)]

    assert found(Holder(part=Half())) == ["part.tables[0]"]
    assert found(Holder(parts=[Half()])) == ["parts[0]", "parts[0].tables[0]"]


def test_a_tensor_in_place_of_a_deleted_parameter() -> None:
    model: Any = nn.Linear(2, 2)
    weight = model.weight.detach().clone()
    del model.weight
    model.weight = weight
    assert found(model) == ["weight"]
    assert [each.path for each in scan(model).tensors if each.status == "registered"] == ["bias"]


def test_none_first_and_a_tensor_later() -> None:
    model: Any = Holder(mask=None)
    model.mask = torch.ones(3)
    assert found(model) == ["mask"]


def test_an_empty_buffer_first_and_a_tensor_later() -> None:
    model: Any = Holder()
    model.register_buffer("mask", None)
    model.mask = torch.ones(3)
    (entry,) = scan(model).tensors
    assert (entry.path, entry.kind, entry.status) == ("mask", "persistent buffer", "registered")


@pytest.mark.parametrize("make", [lambda p: p * 0.01, lambda p: p.t(), lambda p: p.clone()])
def test_a_parameter_that_was_computed_with_is_none(make: Callable[[Tensor], Tensor]) -> None:
    model = Holder(weight=make(nn.Parameter(torch.ones(2, 3))))
    (entry,) = scan(model).tensors
    assert (entry.kind, entry.status, entry.is_leaf, entry.requires_grad) == (
        "tensor",
        "unregistered",
        False,
        True,
    )
    assert found(model) == ["weight"]


def test_a_parameter_in_a_plain_list_is_still_called_one() -> None:
    (entry,) = scan(Holder(weights=[nn.Parameter(torch.ones(2))])).tensors
    assert (entry.path, entry.kind, entry.status) == ("weights[0]", "parameter", "unregistered")


def test_what_is_nested_in_a_parameter_list_is_not_registered() -> None:
    model = Holder(
        weights=nn.ParameterList([nn.Parameter(torch.ones(1)), [nn.Parameter(torch.ones(2))]])
    )
    assert found(model) == ["weights.1[0]"]
    assert [name for name, _ in model.named_parameters()] == ["weights.0"]


def test_what_is_nested_in_a_parameter_dict_is_not_registered() -> None:
    model = Holder(
        weights=nn.ParameterDict(
            {"a": nn.Parameter(torch.ones(1)), "b": {"c": nn.Parameter(torch.ones(2))}}
        )
    )
    assert found(model) == ["weights.b['c']"]


def test_tied_weights_are_one_tensor_with_two_names() -> None:
    model: Any = Holder(encoder=nn.Linear(2, 2, bias=False), decoder=nn.Linear(2, 2, bias=False))
    model.decoder.weight = model.encoder.weight
    (entry,) = scan(model).tensors
    assert entry.names == ("encoder.weight", "decoder.weight")


def test_one_layer_three_times_in_a_module_list() -> None:
    model = Holder(layers=nn.ModuleList([nn.Linear(2, 2)] * 3))
    report = scan(model)
    assert report.modules[2].names == ("layers.0", "layers.1", "layers.2")
    assert [each.names for each in report.tensors] == [
        ("layers.0.weight", "layers.1.weight", "layers.2.weight"),
        ("layers.0.bias", "layers.1.bias", "layers.2.bias"),
    ]
    assert [name for each in report.tensors for name in each.names] == sorted(
        model.state_dict(), key=lambda name: name.split(".")[2], reverse=True
    )


def test_one_layer_three_times_in_a_plain_list() -> None:
    report = scan(Holder(layers=[nn.Linear(2, 2)] * 3))
    assert report.modules[1].names == ("layers[0]", "layers[1]", "layers[2]")
    assert report.unregistered == 6


def test_a_layer_that_is_registered_and_listed_is_registered() -> None:
    layer = nn.Linear(2, 2)
    assert found(Holder(every=[layer], layer=layer, cache={"weight": layer.weight})) == []


def test_a_child_that_knows_its_parent() -> None:
    model: Any = Holder(child=nn.Linear(2, 2))
    model.child.above = [model]
    assert found(model) == []
    assert scan(model).modules[0].names == ("", "child.above[0]")


def test_a_child_that_registers_its_parent() -> None:
    model: Any = Holder(child=Holder(child=nn.Linear(2, 2)))
    model.child.parent = model
    model.child.child.parent = model.child
    report = scan(model)
    assert [each.path for each in report.modules] == [name for name, _ in model.named_modules()]
    assert [each.path for each in report.tensors] == [name for name, _ in model.named_parameters()]
    assert found(model) == []


def test_a_model_that_registers_itself() -> None:
    model: Any = Holder(weight=nn.Parameter(torch.ones(1)))
    model.itself = model
    assert [each.names for each in scan(model).tensors] == [("weight",)]


def test_what_is_registered_deep_below_comes_before_what_is_registered_later() -> None:
    """PyTorch names a shared module by the first way down, not by the shortest."""
    shared = nn.Linear(2, 2)
    model = Holder(first=Holder(inner=shared), second=shared)
    assert scan(model).modules[2].names == ("first.inner", "second")
    assert [name for name, _ in model.named_modules()] == ["", "first", "first.inner"]


# What is no bug


def test_stateless_modules_in_a_list_are_not_missed() -> None:
    model = Holder(activations=[nn.ReLU(), nn.Sequential(nn.Tanh())])
    entries = scan(model).modules[1:]
    assert [each.class_name for each in entries] == ["ReLU", "Sequential", "Tanh"]
    assert {(each.status, each.stateful) for each in entries} == {("unregistered", False)}
    assert missing(model) == []


def test_a_module_that_holds_a_tensor_is_missed() -> None:
    assert missing(Holder(layers=[nn.Linear(2, 2)])) == [
        "layers[0]",
        "layers[0].weight",
        "layers[0].bias",
    ]


def test_a_module_that_heeds_its_mode_is_missed() -> None:
    class Drop(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return F.dropout(x, training=self.training)

    assert missing(Holder(drops=[nn.Dropout(), Drop(), nn.Sequential(nn.Dropout())])) == [
        "drops[0]",
        "drops[1]",
        "drops[2].0",
    ]


def test_a_cached_activation_is_found_and_not_missed() -> None:
    model: Any = Holder(layer=nn.Linear(2, 2))
    model.cache = model.layer(torch.ones(1, 2))
    (entry,) = [each for each in scan(model).tensors if each.status == "unregistered"]
    assert (entry.path, entry.is_leaf) == ("cache", False)
    assert missing(model) == []
    assert scan(model).unregistered == 0


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_the_flat_weights_of_a_recurrent_layer_are_its_own(kind: Any) -> None:
    model = kind(3, 4, num_layers=2, bidirectional=True)
    assert found(model) == []
    assert [each.path for each in scan(model).tensors] == [
        name for name, _ in model.named_parameters()
    ]
    assert scan(model).tensors[0].names == ("weight_ih_l0",)


def test_a_weight_that_is_derived_has_the_name_that_pytorch_gives_it() -> None:
    with pytest.warns(FutureWarning):
        model = nn.utils.weight_norm(nn.LSTM(3, 4), "weight_hh_l0")
    (derived,) = [each for each in scan(model).tensors if each.status == "unregistered"]
    assert derived.names == ("weight_hh_l0",)


STOCK: list[Callable[[], nn.Module]] = [
    lambda: nn.Transformer(8, 2, 1, 1, 16, batch_first=True),
    lambda: nn.MultiheadAttention(4, 2),
    lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.LazyLinear(3)),
    lambda: nn.Sequential(
        nn.Embedding(3, 4), nn.LayerNorm(4), nn.Bilinear(4, 4, 2), nn.CosineSimilarity()
    ),
    lambda: nn.AdaptiveLogSoftmaxWithLoss(16, 20, [5, 10], div_value=2),
    lambda: parametrizations.weight_norm(nn.Linear(3, 3)),
    lambda: parametrizations.spectral_norm(nn.Linear(3, 3)),
    lambda: parametrizations.orthogonal(nn.Linear(3, 3)),
    lambda: torch.fx.symbolic_trace(nn.Sequential(nn.Linear(2, 2), nn.ReLU())),
]


@pytest.mark.parametrize("make", STOCK)
def test_pytorchs_own_modules_hide_nothing(make: Callable[[], nn.Module]) -> None:
    model = make()
    assert found(model) == []
    assert [each.path for each in scan(model).modules] == [
        name for name, _ in model.named_modules()
    ]


def test_the_weight_that_an_old_weight_norm_derives_is_not_missed() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        model = Holder(layer=nn.utils.weight_norm(nn.Linear(2, 3)))
    assert found(model) == ["layer.weight"]
    assert missing(model) == []


def test_the_weight_that_pruning_derives_is_not_missed() -> None:
    model = Holder(layer=nn.Linear(2, 3))
    prune.random_unstructured(model.layer, "weight", 0.5)  # type: ignore[no-untyped-call]
    assert found(model) == ["layer.weight"]
    assert missing(model) == []


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam])
def test_an_optimizer_holds_what_belongs_to_others(kind: Any) -> None:
    model: Any = Holder(layer=nn.Linear(2, 2))
    model.optimizer = kind(model.parameters(), lr=0.1)
    model.scheduler = torch.optim.lr_scheduler.StepLR(model.optimizer, 1)
    model.layer(torch.ones(1, 2)).sum().backward()
    model.optimizer.step()
    assert found(model) == []


def test_a_scheduler_holds_what_belongs_to_others() -> None:
    model: Any = Holder(layer=nn.Linear(2, 2))
    rate = torch.tensor(0.1)
    model.scheduler = torch.optim.lr_scheduler.StepLR(
        torch.optim.Adam(model.parameters(), rate, foreach=False), 1
    )
    assert any(isinstance(each, Tensor) for each in model.scheduler.base_lrs)
    assert found(model) == []


def test_a_distribution_holds_tensors() -> None:
    model = Holder(prior=torch.distributions.Normal(torch.zeros(2), torch.ones(2)))
    assert found(model) == ["prior.loc", "prior.scale"]
    assert missing(model) == ["prior.loc", "prior.scale"]


def test_lazy_parameters_have_no_shape_yet() -> None:
    model = Holder(layer=nn.LazyLinear(3), hidden=[nn.LazyLinear(4)])
    entries = scan(model).tensors
    assert [(each.path, each.shape, each.numel) for each in entries] == [
        ("layer.weight", None, 0),
        ("layer.bias", None, 0),
        ("hidden[0].weight", None, 0),
        ("hidden[0].bias", None, 0),
    ]


def test_lazy_parameters_in_a_set() -> None:
    assert found(Holder(crowd={nn.UninitializedParameter(), torch.ones(1)})) == [
        "crowd{0}",
        "crowd{1}",
    ]


def test_a_scripted_module_can_be_scanned() -> None:
    with pytest.warns(
        (DeprecationWarning, FutureWarning), match="is deprecated"
    ):  # which one: see the facts
        model = torch.jit.script(nn.Sequential(nn.Linear(2, 3), nn.ReLU()))
    report = scan(model)
    assert [each.path for each in report.modules] == ["", "0", "1"]
    assert report.registered == 9


# A set has no order of its own


def test_a_set_is_walked_in_the_same_order_every_time() -> None:
    """Ids differ from build to build, and with them the order in which a set is iterated."""

    def build() -> nn.Module:
        ballast.append([object() for _ in range(len(ballast))])
        layers = {
            nn.Linear(2, 3),
            nn.Linear(3, 2),
            nn.Dropout(0.1),
            nn.Dropout(0.2),
            nn.Sequential(nn.Linear(4, 4)),
        }
        more = {
            nn.Sequential(nn.Linear(4, 5)),
            nn.Sequential(nn.Dropout(0.3)),
            nn.Sequential(nn.Dropout(0.4)),
        }
        tensors = {
            torch.ones(2),
            torch.ones(3),
            torch.ones(2, dtype=torch.int64),
            torch.ones(2, requires_grad=True),
        }
        objects = {Box(1), Box(2), Box("text"), "text", None, 3, 2.5}
        return Holder(crowd=layers | more | tensors | objects, frozen=frozenset(layers))

    ballast: list[list[object]] = []
    first = scan(build())
    for _ in range(20):
        assert scan(build()) == first


# Size


def chain_of_modules(length: int) -> nn.Module:
    model: nn.Module = nn.Linear(2, 2)
    for _ in range(length):
        model = Holder(inner=model)
    return model


def chain_of(wrap: Callable[[Any], Any], length: int) -> nn.Module:
    value: Any = torch.ones(1)
    for _ in range(length):
        value = wrap(value)
    return Holder(value=value)


def test_modules_nested_deeper_than_python_recurses() -> None:
    assert len(scan(chain_of_modules(5000)).modules) == 5001


@pytest.mark.parametrize(
    "wrap",
    [lambda x: [x], lambda x: (x,), lambda x: {"a": x}, Box, lambda x: Holder(hidden=[x])],
    ids=["list", "tuple", "dict", "object", "module"],
)
def test_values_nested_deeper_than_python_recurses(wrap: Callable[[Any], Any]) -> None:
    (tensor,) = [each for each in scan(chain_of(wrap, 5000)).tensors if each.kind == "tensor"]
    assert tensor.path.count("[") + tensor.path.count(".") >= 5000


def test_a_module_shared_at_every_level_has_more_names_than_anyone_wants() -> None:
    model: nn.Module = nn.Linear(2, 2)
    for _ in range(25):
        model = Holder(left=model, right=model)
    report = scan(model)
    assert len(report.modules) == 26
    assert max(len(each.names) for each in (*report.modules, *report.tensors)) == MAX_NAMES + 1


def test_a_list_shared_at_every_level_is_entered_once() -> None:
    model = chain_of(lambda x: [x, x], 25)
    assert [each.path for each in scan(model).tensors] == ["value" + "[0]" * 25]


def calls_of(work: Callable[[], Any]) -> int:
    """How many functions are called, Python's and C's."""
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def crowd(size: int) -> nn.Module:
    """A plain list of layers, each of which knows the model, its neighbour and the list."""
    layers: list[Any] = [nn.Linear(2, 2) for _ in range(size)]
    model = Holder(layers=layers)
    for layer, neighbour in pairwise(layers):
        layer.around = [model, neighbour, layers]
    return model


@pytest.mark.parametrize(
    "make",
    [
        crowd,
        lambda size: Holder(layers=nn.ModuleList(nn.Linear(2, 2) for _ in range(size))),
        lambda size: Holder(layers={nn.Linear(2, 2) for _ in range(size)}),
        chain_of_modules,
        lambda size: chain_of(lambda x: [x], size),
    ],
    ids=["list", "ModuleList", "set", "nested modules", "nested lists"],
)
def test_twice_as_many_layers_are_twice_the_work(make: Callable[[int], nn.Module]) -> None:
    small, large = make(500), make(1000)
    scan(small)  # whatever PyTorch does once
    few, many = calls_of(lambda: scan(small)), calls_of(lambda: scan(large))
    assert 1.8 * few < many < 2.2 * few


def test_five_thousand_layers_in_a_plain_list() -> None:
    model = crowd(5000)
    assert len(walk(model).modules) == 5001
    assert len(walk(model).tensors) == 10_000


def test_attributes_and_hooks_are_followed_in_whatever_order_a_module_has_them() -> None:
    """As in one that was loaded from the file of an older PyTorch."""
    model = nn.Linear(2, 2)
    held, hooked = torch.ones(1), torch.ones(1)
    attributes = vars(model)
    hooks = attributes.pop("_forward_hooks")
    attributes |= {"held": [held], "_forward_hooks": hooks}
    model.register_forward_hook(lambda module, args, output: output + hooked)
    found = [each.value for each in walk(model).tensors if not each.registered]
    assert [id(each) for each in found] == [id(held), id(hooked)]
