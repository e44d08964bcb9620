"""A scan in a REPL: what it takes, what it prints, what it counts."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from lectures.course import BUGS, SHOWN, build, example
from rollcall.core.scan import scan


@pytest.mark.parametrize(
    "value", [None, 3, "containers.BadListNet", [nn.Linear(2, 2)], nn.Linear, torch.ones(1)]
)
def test_only_a_module_is_scanned(value: Any) -> None:
    with pytest.raises(TypeError, match=f"takes a torch.nn.Module, not {type(value).__name__}$"):
        scan(value)


def test_it_prints_a_table() -> None:
    model = build("parameters.PlainPartNet")
    assert str(scan(model)).splitlines() == [
        "PlainPartNet: 55 of 155 trainable numbers found are registered",
        "part.weight  tensor     unregistered  [10, 10]  float32  cpu",
        "head.weight  parameter  registered    [5, 10]   float32  cpu",
        "head.bias    parameter  registered    [5]       float32  cpu",
    ]


def test_no_line_of_the_table_ends_in_blanks() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2, device="meta"))
    _, *rows = str(scan(model)).splitlines()
    assert [row.rsplit(" ", 1)[1] for row in rows] == ["cpu", "cpu", "meta", "meta"]


def test_it_prints_what_answers_after_a_forward() -> None:
    model = build("containers.HalfListNet")
    first, second, *_ = str(scan(model, example("containers.HalfListNet", model))).splitlines()
    assert first == "HalfListNet: 55 of 385 trainable numbers answer"
    assert (
        second == "unregistered modules: hidden[0] (Linear), hidden[1] (Linear), hidden[2] (Linear)"
    )


@pytest.mark.parametrize("model", [nn.Sequential(), nn.LazyLinear(3)])
def test_it_prints_what_has_no_numbers(model: nn.Module) -> None:
    assert "0 of 0" in str(scan(model))


def test_thousands_are_separated() -> None:
    assert "1,001,000 of 1,001,000" in str(scan(nn.Linear(1000, 1000)))


@pytest.mark.parametrize("name", SHOWN)
def test_a_hiding_place_is_the_attribute_with_the_bug(name: str) -> None:
    places = scan(build(name)).hiding_places
    own = [attribute for kind, attribute in BUGS.get(name, []) if name.endswith(f".{kind}")]
    assert [place.attribute for place in places] == own


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("containers.BadListNet", "list"),
        ("containers.BadDictNet", "dict"),
        ("parameters.BadLayer", "Tensor"),
        ("parameters.PlainPartNet", "NotAModule"),
    ],
)
def test_a_hiding_place_is_called_by_its_class(name: str, holds: str) -> None:
    (place,) = scan(build(name)).hiding_places
    assert place.holds == holds


def test_frozen_parameters_are_registered_and_not_counted() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[0].requires_grad_(False)
    report = scan(model)
    assert report.registered == 6
    assert [each.requires_grad for each in report.tensors] == [False, False, True, True]
    assert report.missing == ()


def test_what_a_tensor_entry_says_is_what_the_tensor_says() -> None:
    model = nn.BatchNorm2d(3, dtype=torch.float64)
    tensors = dict([*model.named_parameters(), *model.named_buffers()])
    for each in scan(model).tensors:
        tensor = tensors[each.path]
        assert (each.shape, each.numel) == (tuple(tensor.shape), tensor.numel())
        assert (each.dtype, each.device) == (
            str(tensor.dtype).removeprefix("torch."),
            str(tensor.device),
        )
        assert (each.requires_grad, each.is_leaf) == (tensor.requires_grad, tensor.is_leaf)


def test_an_entry_says_what_kind_it_is_and_who_holds_it() -> None:
    model: Any = nn.Sequential(nn.BatchNorm1d(2))
    model[0].register_buffer("steps", torch.zeros(1), persistent=False)
    model[0].scales = [torch.ones(2)]
    report = scan(model)
    assert [(each.path, each.owner) for each in report.modules] == [("", None), ("0", "")]
    assert {each.owner for each in report.tensors} == {"0"}
    assert {each.path: each.kind for each in report.tensors} == {
        "0.weight": "parameter",
        "0.bias": "parameter",
        "0.running_mean": "persistent buffer",
        "0.running_var": "persistent buffer",
        "0.num_batches_tracked": "persistent buffer",
        "0.steps": "non-persistent buffer",
        "0.scales[0]": "tensor",
    }


def test_what_a_module_entry_says_is_what_the_module_says() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Dropout(0.3).eval())
    for each, module in zip(scan(model).modules, model.modules(), strict=True):
        assert each.class_name == type(module).__name__
        assert each.training is module.training
        assert each.extra_repr == module.extra_repr()


class CachingNet(nn.Module):
    """It keeps in plain lists: a layer, what it computed, a tensor that it computes with."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(2, 2), nn.ReLU()]
        self.scales = [torch.ones(2)]
        self.cache: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        self.cache = [self.layers[0](x)]
        return self.cache[0] * self.scales[0]


def test_what_a_forward_computed_and_a_layer_without_state_are_not_missed() -> None:
    model = CachingNet()
    model(torch.ones(1, 2))
    roll = scan(model)
    assert "cache[0]" in [tensor.path for tensor in roll.tensors]
    assert "layers[1]" in [module.path for module in roll.modules]
    missing = [entry.path for entry in roll.missing]
    assert missing == ["layers[0]", "layers[0].weight", "layers[0].bias", "scales[0]"]
    assert roll.unregistered == 6  # those of the layer


def test_each_place_that_hides_something_is_named_once() -> None:
    model = CachingNet()
    model(torch.ones(1, 2))
    assert [place.attribute for place in scan(model).hiding_places] == ["layers", "scales"]


class Collecting(nn.Linear):
    """Tells whether Python looks for garbage while code of the model runs."""

    def forward(self, x: Tensor) -> Tensor:
        print(gc.isenabled())  # a list that a forward changes would be put back
        return super().forward(x)

    def extra_repr(self) -> str:
        return str(gc.isenabled())


@pytest.fixture(params=[True, False])
def collects(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Whether Python looks for garbage when a scan is begun."""
    was = gc.isenabled()
    looks: bool = request.param
    (gc.enable if looks else gc.disable)()
    yield looks
    (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("inputs", [(), (torch.ones(1, 2),)])
def test_garbage_collection_is_as_it_was(collects: bool, inputs: tuple[Tensor, ...]) -> None:
    scan(nn.Linear(2, 2), *inputs)
    assert gc.isenabled() is collects


def test_garbage_collection_is_as_it_was_after_a_forward_that_raises(collects: bool) -> None:
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        scan(nn.Linear(2, 2), torch.ones(1, 3))
    assert gc.isenabled() is collects


def test_garbage_is_looked_for_in_a_forward_and_not_among_the_records(
    collects: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    (record,) = scan(Collecting(2, 2), torch.ones(1, 2)).modules
    assert record.extra_repr == "False"
    assert capsys.readouterr().out == f"{collects}\n"


class PlainTable(nn.Module):
    """All that is trainable answers; a tensor does not."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 2)
        self.table = torch.ones(4)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layer(x * self.table)
        return out


def test_what_is_missing_is_in_the_first_line_and_comes_first() -> None:
    headline, first, *_ = str(scan(PlainTable(), torch.ones(3, 4))).splitlines()
    assert headline == "PlainTable: 10 of 10 trainable numbers answer, 1 tensor does not"
    assert first.startswith("table ")
