"""Where a model may keep state, apart from attributes and containers: each place is looked into."""

import functools
import itertools
import queue
import threading
import types
import weakref
from argparse import Namespace
from collections import ChainMap
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.versions import IN_A_SIMPLE_QUEUE
from rollcall.core.unregistered import find_unregistered
from rollcall.core.walk.object_walk import walk

TABLE = torch.ones(3)
LAYERS = [nn.Linear(2, 2, bias=False)]
ONLY_IN_INIT = torch.ones(5)
KEPT = [nn.Linear(3, 3)]  # so that something weak refers to what lives


class Net(nn.Module):
    """A module with the given attributes."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__()
        for name, value in attributes.items():
            setattr(self, name, value)


def seen(model: nn.Module) -> list[tuple[str, str | None]]:
    """Path and way of each unregistered tensor or module that is not part of another."""
    modules, tensors, _ = walk(model)
    lost = [found for found in (*modules, *tensors) if not found.registered]
    ids = {id(found.value) for found in lost}
    return [
        (found.path, found.found_by)
        for found in lost
        if found.owner is None or id(found.owner.value) not in ids
    ]


# Functions


def closing_over(hidden: Any) -> Callable[..., Any]:
    return lambda x: hidden(x)


def with_default(x: Tensor, layer: Any = None, *, scale: Tensor = TABLE) -> Tensor:
    return x


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any) -> Any:
        return function(*args)

    return wrapper


def named_globals(x: Tensor) -> Tensor:
    return helper(x) + sum(TABLE for _ in range(1))


def helper(x: Tensor) -> Tensor:
    return LAYERS[0](x)  # type: ignore[no-any-return]


def test_a_closure() -> None:
    assert seen(Net(block=closing_over(nn.ReLU()))) == [
        ("block (closure: hidden)", "closure of a lambda")
    ]


def test_a_closure_inside_a_list_of_partials() -> None:
    model = Net(blocks=[functools.partial(closing_over(nn.ReLU()))])
    assert seen(model) == [("blocks[0].func (closure: hidden)", "closure of a lambda")]


def test_a_decorator_around_a_function_with_a_closure() -> None:
    assert seen(Net(block=decorated(closing_over(nn.ReLU())))) == [
        ("block (closure: hidden)", "closure of a lambda")
    ]


def test_pytorchs_own_decorator() -> None:
    assert seen(Net(block=torch.no_grad()(closing_over(nn.ReLU())))) == [
        ("block (closure: hidden)", "closure of a lambda")
    ]


def test_an_empty_cell() -> None:
    def later() -> Any:
        return hidden

    assert seen(Net(block=later)) == []
    hidden = 1


def test_default_arguments() -> None:
    function = types.FunctionType(
        with_default.__code__, globals(), "f", (nn.ReLU(),), with_default.__closure__
    )
    function.__kwdefaults__ = {"scale": torch.ones(1)}
    assert seen(Net(call=function)) == [
        ("call (default: layer)", "default argument"),
        ("call (default: scale)", "default argument"),
    ]


def test_an_attribute_of_a_function() -> None:
    def call() -> None: ...

    call.cache = {"a": torch.ones(1)}  # type: ignore[attr-defined]
    assert seen(Net(call=call)) == [("call.cache['a']", "attribute")]


def test_globals_that_a_function_and_its_helper_name() -> None:
    assert seen(Net(call=named_globals)) == [
        ("call (global: helper) (global: LAYERS)[0]", "global of the file"),
        ("call (global: TABLE)", "global of the file"),
    ]


def test_an_attribute_with_the_name_of_a_global_is_none() -> None:
    def call(self: Any) -> Any:
        return self.TABLE + self.LAYERS

    assert seen(Net(call=call)) == []


def test_a_partial() -> None:
    model = Net(call=functools.partial(torch.add, torch.ones(1), alpha=torch.ones(2)))
    assert seen(model) == [
        ("call.args[0]", "partial"),
        ("call.keywords['alpha']", "partial"),
    ]


def test_bound_methods() -> None:
    class Box:
        def __init__(self) -> None:
            self.layer = nn.ReLU()

        def call(self) -> None: ...

    known = {"a": torch.ones(1)}
    assert seen(Net(call=Box().call, layer=nn.ReLU().forward, get=known.get)) == [
        ("call.__self__.layer", "bound method"),
        ("layer.__self__", "bound method"),
        ("get.__self__['a']", "bound method"),
    ]


def test_a_bound_method_of_its_own_is_no_further_name() -> None:
    model: Any = Net()
    model.call = model.forward
    model.itself = lambda: model
    assert walk(model).aliases == {}


def test_what_installed_functions_name_is_theirs() -> None:
    assert (
        seen(Net(calls=[torch.nn.functional.relu, np.mean, functools.wraps, pytest.raises])) == []
    )


# Forward, hooks, classes


def test_a_patched_forward() -> None:
    model, hidden = nn.Linear(2, 2), nn.ReLU()
    model.forward = types.MethodType(lambda self, x: hidden(x), model)  # type: ignore[method-assign]
    assert seen(model) == [("forward.__func__ (closure: hidden)", "closure of a lambda")]


HOOKS = (
    "forward_pre_hook forward_hook full_backward_hook full_backward_pre_hook state_dict_pre_hook "
    "load_state_dict_pre_hook load_state_dict_post_hook"
)


@pytest.mark.parametrize("kind", HOOKS.split())
def test_hooks(kind: str) -> None:
    hidden = nn.ReLU()
    model = nn.Sequential(nn.Linear(2, 2))
    getattr(model[0], f"register_{kind}")(lambda *_: hidden)
    ((path, found_by),) = seen(model)
    assert path.startswith("0 (")
    assert path.endswith((" 0) (closure: hidden)", " 0).hook (closure: hidden)"))
    assert found_by == "closure of a lambda"


def test_a_hook_that_is_an_object() -> None:
    class Hook:
        def __init__(self) -> None:
            self.weight = torch.ones(1)

        def __call__(self, *_: Any) -> None: ...

    model = nn.Linear(2, 2)
    model.register_forward_hook(Hook())
    assert seen(model) == [("(forward hook 0).weight", "hook")]


class ClassState(Net):
    table = torch.ones(2)
    layers: ClassVar[dict[str, nn.Module]] = {"a": nn.ReLU()}

    @staticmethod
    def static(x: Tensor, scale: Tensor = torch.ones(1)) -> None: ...  # noqa: B008

    @property
    def shared(self) -> Tensor:
        return TABLE

    @functools.cached_property
    def part(self) -> nn.Module:
        return LAYERS[0]


class InheritedState(ClassState):
    def __init__(self) -> None:
        super().__init__()
        self.size = len(ONLY_IN_INIT)


def test_class_attributes_and_what_methods_name() -> None:
    expected = [
        ("layers['a']", "class attribute"),
        ("part (global: LAYERS)[0]", "global of the file"),
        ("table", "class attribute"),
        ("static (default: scale)", "default argument"),
        ("shared (global: TABLE)", "global of the file"),
    ]
    assert seen(ClassState()) == expected
    assert seen(InheritedState()) == expected


def test_a_class_is_walked_once_for_all_its_modules() -> None:
    model = nn.Sequential(nn.ReLU(), ClassState(), InheritedState(), ClassState())
    assert [path for path, _ in seen(model)] == [
        "1.layers['a']",
        "1.part (global: LAYERS)[0]",
        "1.table",
        "1.static (default: scale)",
        "1.shared (global: TABLE)",
    ]


def test_two_things_never_have_one_path() -> None:
    model = ClassState()
    model.table = torch.ones(4)  # the instance hides the class
    records = {each.path: each.value for each in find_unregistered(model)}
    assert records["table"] is model.table
    assert records["table (2)"] is ClassState.table


def test_a_slot_of_a_module() -> None:
    class Slotted(nn.Module):
        __slots__ = ("hidden",)

    model = Slotted()
    object.__setattr__(model, "hidden", [nn.ReLU()])
    assert seen(model) == [("hidden[0]", "attribute")]


def test_a_weak_proxy_that_pytorch_takes_for_a_module_is_registered() -> None:
    layer = nn.Linear(2, 2)
    model = Net(layer=weakref.proxy(layer))
    assert [name for name, _ in model.named_parameters()] == ["layer.weight", "layer.bias"]
    assert find_unregistered(model) == []
    assert [found.value for found in walk(model).modules] == [model, layer]


def test_what_is_no_module_in_a_registry_of_modules() -> None:
    model = Net()
    model._modules["layers"] = [nn.ReLU()]  # type: ignore[assignment]
    model._parameters["table"] = {"a": torch.ones(1)}  # type: ignore[assignment]
    assert seen(model) == [("layers[0]", "attribute"), ("table['a']", "attribute")]


def test_what_bypasses_setattr() -> None:
    model = Net()
    object.__setattr__(model, "first", nn.Linear(2, 2))
    model.__dict__["second"] = nn.Parameter(torch.ones(1))
    assert seen(model) == [("first", "attribute"), ("second", "attribute")]


# Holders


def waiting(layer: nn.Module) -> Iterator[nn.Module]:
    while True:
        yield layer


def started(layer: nn.Module) -> Iterator[nn.Module]:
    generator = waiting(layer)
    next(generator)
    return generator


def in_a_local(layer: nn.Module) -> threading.local:
    local = threading.local()
    local.layer = layer
    return local


def in_a_context(layer: nn.Module) -> "ContextVar[nn.Module]":
    variable: ContextVar[nn.Module] = ContextVar("variable")
    variable.set(layer)
    return variable


def in_a_queue(layer: nn.Module, kind: Any) -> Any:
    line = kind()
    line.put(layer)
    return line


def in_an_array(layer: nn.Module) -> Any:
    array = np.empty((2, 2), dtype=object)
    array[1, 0] = layer
    return array


def in_a_record(layer: nn.Module) -> Any:
    array = np.zeros(2, dtype=[("n", "f4"), ("layer", "O")])
    array["layer"][1] = layer
    return array


def cached(layer: nn.Module, size: int | None) -> Any:
    @functools.lru_cache(maxsize=size)
    def look_up(number: int) -> nn.Module:
        return parts[number]

    parts = [layer]
    look_up(0)
    parts.clear()
    return look_up


HOLDERS: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "iterator": (lambda x: iter([x]), "x (list)[0]", "iterator"),
    "cycle": (lambda x: itertools.cycle([x]), "x (list_iterator) (list)[0]", "iterator"),
    "map": (lambda x: map(x, [1]), "x (Net)", "iterator"),
    "zip": (lambda x: zip([1], [x], strict=True), "x (tuple)[1] (list)[0]", "iterator"),
    "generator": (started, "x (local: layer)", "generator"),
    "mapping proxy": (lambda x: types.MappingProxyType({"a": x}), "x['a']", "mapping proxy"),
    "view": (lambda x: {"a": x}.values(), "x (dict)['a']", "referent"),
    "weak reference": (weakref.ref, "x()", "weak reference"),
    "weak proxy": (lambda x: [weakref.proxy(x)], "x[0]", "weak reference"),
    "weak method": (lambda x: weakref.WeakMethod(x.forward), "x()", "weak reference"),
    "weak dict": (
        lambda x: weakref.WeakValueDictionary({"a": x}),
        "x.data['a']()",
        "weak reference",
    ),
    "cell": (lambda x: (lambda: x).__closure__[0], "x (Net)", "referent"),  # type: ignore[index]
    "thread local": (in_a_local, "x.layer", "attribute"),
    "context variable": (in_a_context, "x.get()", "context variable"),
    "queue": (lambda x: in_a_queue(x, queue.Queue), "x.queue[0]", "attribute"),
    "simple queue": (lambda x: in_a_queue(x, queue.SimpleQueue), IN_A_SIMPLE_QUEUE, "referent"),
    "arguments": (lambda x: Namespace(layer=x), "x.layer", "attribute"),
    "namespace": (lambda x: types.SimpleNamespace(layer=x), "x.layer", "attribute"),
    "chain": (lambda x: ChainMap({}, {"a": x}), "x.maps[1]['a']", "attribute"),
    "array": (in_an_array, "x[1, 0]", "attribute"),
    "record": (in_a_record, "x['layer'][1]", "attribute"),
    "cache": (lambda x: cached(x, None), "x (dict)[0]", "cache"),
    "bounded cache": (lambda x: cached(x, 4), "x (Net)", "cache"),
    "super": (lambda x: super(Net, x), "x.__self__", "attribute"),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_holders(name: str) -> None:
    make, path, found_by = HOLDERS[name]
    layer = Net()
    model = Net(x=make(layer))
    ((found_path, how),) = seen(model)
    assert [each.value for each in find_unregistered(model)] == [layer]
    assert how == found_by
    assert found_path == path
