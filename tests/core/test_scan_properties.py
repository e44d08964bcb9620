"""For every module tree: a scan finds what was planted, agrees with PyTorch, touches nothing."""

from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Any

import torch
from hypothesis import given, settings
from torch import Tensor, nn

from core.planted import Description, Model, descriptions, evaluate, registered
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry, scan
from rollcall.core.unregistered import find_unregistered

every_tree = settings(max_examples=50, deadline=None)


def entries(report: Scan) -> tuple[ModuleEntry | TensorEntry, ...]:
    return (*report.modules, *report.tensors)


@given(descriptions)
@every_tree
def test_it_finds_what_was_planted_and_nothing_else(description: Description) -> None:
    model = Model.of(description)
    found = [each.value for each in find_unregistered(model.root)]
    assert len(found) == len({id(value) for value in found})
    assert {id(value) for value in found} == model.planted.keys()


@given(descriptions)
@every_tree
def test_the_kind_of_a_find_is_its_type(description: Description) -> None:
    for each in find_unregistered(Model.of(description).root):
        assert isinstance(each.value, nn.Module if each.kind == "module" else Tensor)


@given(descriptions)
@every_tree
def test_it_counts_what_pytorch_counts(description: Description) -> None:
    model = Model.of(description)
    report = scan(model.root)
    assert report.registered == sum(p.numel() for p in model.root.parameters() if p.requires_grad)
    planted = [each for each in model.planted.values() if isinstance(each, Tensor)]
    assert report.unregistered == sum(each.numel() for each in planted if each.requires_grad)


@given(descriptions)
@every_tree
def test_registered_paths_are_pytorchs_names_in_pytorchs_order(description: Description) -> None:
    model = Model.of(description).root
    report = scan(model)
    modules = [each.path for each in report.modules if each.status == "registered"]
    tensors = [each for each in report.tensors if each.status == "registered"]
    parameters = [each.path for each in tensors if each.kind == "parameter"]
    buffers = [each.path for each in tensors if each.kind != "parameter"]
    assert modules == [name for name, _ in model.named_modules()]
    assert parameters == [name for name, _ in model.named_parameters()]
    assert buffers == [name for name, _ in model.named_buffers()]


@given(descriptions)
@every_tree
def test_each_thing_is_one_entry_with_all_the_names_that_pytorch_lists(
    description: Description,
) -> None:
    model = Model.of(description)
    report = scan(model.root)
    assert len(entries(report)) == len(registered(model.root)) + len(model.planted)
    assert len({each.path for each in entries(report)}) == len(entries(report))
    listings: list[Iterator[tuple[str, nn.Module | Tensor]]] = [
        model.root.named_modules(remove_duplicate=False),
        model.root.named_parameters(remove_duplicate=False),
        model.root.named_buffers(remove_duplicate=False),
    ]
    listed = {name: id(each) for name, each in chain(*listings)}
    for each in entries(report):
        ids = {listed[name] for name in each.names if name in listed}
        assert len(ids) == (each.status == "registered")
        assert {name for name, number in listed.items() if number in ids} <= set(each.names)


@given(descriptions)
@every_tree
def test_a_buffer_is_saved_if_it_is_called_persistent(description: Description) -> None:
    model = Model.of(description).root
    saved = model.state_dict().keys()
    for each in scan(model).tensors:
        if each.status == "registered" and each.kind != "parameter":
            assert (each.kind == "persistent buffer") == any(name in saved for name in each.names)


@given(descriptions)
@every_tree
def test_an_owner_is_the_module_on_the_way(description: Description) -> None:
    report = scan(Model.of(description).root)
    modules = {each.path for each in report.modules}
    assert [each.path for each in entries(report) if each.owner is None] == [""]
    for each in entries(report):
        if each.owner is not None:
            assert each.owner in modules
            assert any(name.startswith(each.owner) for name in each.names)


@given(descriptions)
@every_tree
def test_what_hides_a_thing_is_an_attribute_of_a_registered_module(
    description: Description,
) -> None:
    model = Model.of(description).root
    report = scan(model)
    owners = {each.path for each in report.modules if each.status == "registered"}
    for each in entries(report):
        place = each.unregistered_at
        assert (place is None) == (each.status == "registered")
        if place is not None:
            assert type(evaluate(model, place.attribute)).__name__ == place.holds
            assert each.path.startswith(place.attribute)
            assert place.attribute.rpartition(".")[0] in owners
    assert set(report.hiding_places) == {each.unregistered_at for each in report.missing}


@given(descriptions)
@every_tree
def test_a_path_is_what_one_types_in_python(description: Description) -> None:
    model = Model.of(description).root
    for found in find_unregistered(model):
        if typable(found.path):
            assert evaluate(model, found.path) is found.value
    for each in entries(scan(model)):
        assert len({id(evaluate(model, name)) for name in each.names if typable(name)}) <= 1


def typable(path: str) -> bool:
    return not any(mark in path for mark in ("{", " (", ".keys()", ".values()"))


@given(descriptions)
@every_tree
def test_scanning_changes_nothing(description: Description) -> None:
    model = Model.of(description)
    before = snapshot(model)
    first = scan(model.root)
    assert snapshot(model) == before
    assert scan(model.root) == first


def snapshot(model: Model) -> list[Any]:
    """All that could be changed: attributes by identity, flags, values, versions and gradients."""
    everything = [*registered(model.root).values(), *model.planted.values()]
    modules = [each for each in everything if isinstance(each, nn.Module)]
    tensors = [each for each in everything if isinstance(each, Tensor)]
    return [
        [(module.training, contents(vars(module))) for module in modules],
        [
            [contents(registry) for registry in vars(module).values() if type(registry) is dict]
            for module in modules
        ],
        [
            (tensor.tolist(), tensor._version, tensor.grad, tensor.requires_grad)
            for tensor in tensors
        ],
        [contents(holder) for holder in model.holders],
        torch.get_rng_state().tolist(),
    ]


def contents(holder: Any) -> Any:
    """What a container or plain object holds, by identity."""
    if isinstance(holder, dict):
        return [(id(key), id(value)) for key, value in holder.items()]
    if isinstance(holder, list | tuple | deque):
        return [id(item) for item in holder]
    if isinstance(holder, set | frozenset):
        return {id(item) for item in holder}
    names = [*(getattr(holder, "__slots__", None) or getattr(holder, "__dict__", None) or ())]
    return {name: id(getattr(holder, name, None)) for name in names if name != "__dict__"}
