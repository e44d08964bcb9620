"""The models after real bugs do in plain PyTorch what the course says of them."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD, AdamW

from lectures.course import COURSE, build

CHAPTERS = {chapter.file: chapter for chapter in COURSE.contents.chapters}


def inputs(name: str) -> Any:
    call = COURSE.input(name)
    return call.draw(1)


def x_of(name: str) -> Tensor:
    tensor = inputs(name).only
    assert tensor is not None
    assert isinstance(tensor, Tensor)
    return tensor


def trained(name: str, steps: int = 20) -> tuple[nn.Module, dict[str, bool]]:
    """The model, and which of its parameters moved."""
    model, x = build(name), x_of(name)
    before = {key: value.detach().clone() for key, value in model.named_parameters()}
    optimizer = SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()
    moved = {key: not torch.equal(value, before[key]) for key, value in model.named_parameters()}
    return model, moved


def test_every_lesson_after_a_real_bug_names_its_report() -> None:
    for file in ("never_trained", "shared_layers", "left_on", "files"):
        assert all(lesson.source for lesson in CHAPTERS[file].lessons)


# Books kept by hand


def test_a_plain_class_forgets_what_its_books_do_not_have() -> None:
    by_hand, x = build("by_hand.ByHandNet"), x_of("by_hand.ByHandNet")
    assert [*by_hand.state_dict()] == ["w1", "b1", "w2"]
    before = {name: getattr(by_hand, name).detach().clone() for name in ("w1", "b1", "w2", "b2")}
    optimizer = SGD(by_hand.parameters(), lr=0.1)
    by_hand(x).square().mean().backward()
    optimizer.step()
    still = [name for name, old in before.items() if torch.equal(getattr(by_hand, name), old)]
    assert still == ["b2"]
    by_hand.to(torch.float64)
    assert by_hand.b2.dtype == torch.float32
    assert by_hand(x.double()).dtype == torch.float64  # the sum of both raises nothing
    assert torch.equal(build("by_hand.ByHandNet")(x), build("by_hand.ByModuleNet")(x))


# What fits a Sequential


def test_a_function_is_no_module_and_a_sequential_says_so_at_once() -> None:
    with pytest.raises(TypeError, match="relu is not a Module subclass"):
        build("branches.FunctionInSequential")
    build("branches.ModuleInSequential")


def test_a_sequential_takes_one_input() -> None:
    a, b = torch.randn(2, 4, 10)
    with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
        build("branches.TwoInputSequential")(a, b)
    assert build("branches.TwoInputNet")(a, b).shape == (4, 10)


def test_a_skip_is_one_add_and_a_branch_one_more_output() -> None:
    x = torch.randn(4, 10)
    stack, skip = build("branches.StackNet"), build("branches.SkipNet")
    assert torch.equal(skip(x), x + stack(x))
    assert [tuple(y.shape) for y in build("branches.BranchNet")(x)] == [(4, 5), (4, 1)]


def test_a_module_that_prints_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    x = torch.randn(4, 10)
    named, peeking = build("branches.NamedSequential"), build("branches.PeekingSequential")
    assert torch.equal(named(x), peeking(x))
    assert [line[:7] for line in capsys.readouterr().out.splitlines()] == ["(4, 20)", "(4, 20)"]
    assert next(key for key, _ in named.named_parameters()) == "layers.hidden.weight"


# What never learns


def test_what_is_detached_is_not_trained() -> None:
    _, moved = trained("never_trained.DetachedNet")
    assert moved == {
        "body.weight": False,
        "body.bias": False,
        "head.weight": True,
        "head.bias": True,
    }
    assert all(trained("never_trained.AttachedNet")[1].values())


def test_a_parameter_that_is_moved_is_none_any_more() -> None:
    moved = COURSE.build("never_trained.MovedParameterNet", 0, device="meta")
    placed = COURSE.build("never_trained.PlacedParameterNet", 0, device="meta")
    assert "gate" not in dict(moved.named_parameters())
    assert "gate" in dict(placed.named_parameters())
    assert "gate" in dict(build("never_trained.MovedParameterNet").named_parameters())  # cpu


def test_a_template_is_copied_and_left_where_it_is() -> None:
    model, moved = trained("never_trained.TemplateEncoder")
    assert {key.partition(".")[0] for key, does in moved.items() if not does} == {"layer"}
    assert sum(p.numel() for p in model.get_submodule("layer").parameters()) == 910
    assert all(trained("never_trained.OwnLayersEncoder")[1].values())
    first, second = build("never_trained.TemplateEncoder").encoder.layers
    assert all(map(torch.equal, first.parameters(), second.parameters()))


def test_a_class_attribute_wins_over_a_submodule() -> None:
    model = build("never_trained.HiddenSkipNet")
    assert model.skip is None
    assert "skip" in dict(model.named_children())
    assert build("never_trained.SeenSkipNet").skip is not None


# One layer, many names


def test_a_list_times_three_is_one_layer() -> None:
    repeated, three = build("shared_layers.RepeatedNet"), build("shared_layers.ThreeLayerNet")
    counts = [sum(p.numel() for p in model.parameters()) for model in (repeated, three)]
    assert counts == [110, 330]
    assert len(repeated.state_dict()) == 6


def test_a_tie_of_the_memory_comes_apart() -> None:
    data, real = build("shared_layers.DataTieNet"), build("shared_layers.ParameterTieNet")
    assert data.first.weight.data_ptr() == data.second.weight.data_ptr()
    data.double(), real.double()
    assert data.first.weight.data_ptr() != data.second.weight.data_ptr()
    assert real.first.weight is real.second.weight
    held = AdamW(build("shared_layers.DataTieNet").parameters()).param_groups[0]["params"]
    assert len(held) == 4


# What eval() leaves on


@pytest.mark.parametrize(
    ("name", "drops"),
    [
        ("left_on.ForgetfulAttention", (True, True)),
        ("left_on.AttentiveAttention", (True, False)),
        ("left_on.OneLayerLSTM", (False, False)),
        ("left_on.TwoLayerLSTM", (True, False)),
        ("left_on.TrainMethodNet", (True, True)),
        ("left_on.FitMethodNet", (True, False)),
    ],
)
@pytest.mark.filterwarnings("ignore:dropout option adds dropout")
def test_who_drops_in_which_mode(name: str, drops: tuple[bool, bool]) -> None:
    x = x_of(name)
    seen = []
    for mode in ("train", "eval"):
        model = build(name)
        getattr(model, mode)()
        seen.append(not torch.equal(model(x), model(x)))
    assert tuple(seen) == drops


@pytest.mark.parametrize(("name", "moves"), [("FrozenBodyNet", True), ("StillBodyNet", False)])
def test_a_frozen_batch_norm_moves_unless_it_is_in_eval(name: str, moves: bool) -> None:
    model = build(f"left_on.{name}").train()
    model(torch.randn(4, 10))
    assert (model.body[1].num_batches_tracked.item() > 0) is moves
    assert not any(p.requires_grad for p in model.body.parameters())


@pytest.mark.parametrize(
    ("name", "depends"), [("BatchStatisticsNet", True), ("RunningStatisticsNet", False)]
)
def test_a_row_and_its_neighbours(name: str, depends: bool) -> None:
    model, x = build(f"left_on.{name}").eval(), torch.randn(4, 10)
    among, others = model(x)[0], model(torch.cat([x[:1], torch.randn(3, 10)]))[0]
    assert torch.allclose(among, others) is not depends


@pytest.mark.filterwarnings("ignore:dropout2d")
def test_three_dimensions_are_rows_to_dropout2d() -> None:
    x = torch.ones(40, 5, 2)
    rows = build("left_on.PictureDropout")(x)
    pictures = build("left_on.BatchedPictureDropout")(x)
    assert len(rows.flatten(1).unique(dim=0)) > 2  # some rows of a picture
    assert sorted(pictures.flatten(1).unique(dim=0).tolist()) == [[0.0] * 10, [2.0] * 10]


# Files and moves


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method`")  # while PyTorch imports
def test_keys_of_a_compiled_net() -> None:
    compiled = COURSE.build("files.CompiledNet", 0).state_dict()
    in_place = COURSE.build("files.CompiledInPlaceNet", 0).state_dict()
    assert "body._orig_mod.weight" in compiled
    assert "body.weight" in in_place
    assert len(compiled) == len(in_place) == 4


def test_weight_norm_has_two_tensors_for_one() -> None:
    plain, normed = build("files.PlainNet"), build("files.WeightNormNet")
    answer = normed.load_state_dict(plain.state_dict(), strict=False)
    assert answer.unexpected_keys == ["body.weight"]
    assert len(answer.missing_keys) == 2
    x = x_of("files.PlainNet")
    torch.testing.assert_close(plain(x), normed(x))  # the same net, as long as no file is loaded


def test_half_makes_inf_of_a_total() -> None:
    x = torch.randn(4, 10).half()
    buffer, number = build("files.TotalBufferNet").half(), build("files.TotalNumberNet").half()
    assert buffer.total.isinf()
    assert torch.equal(buffer(x), buffer.head.bias.expand(4, 5))
    assert number(x).isfinite().all()


@pytest.mark.parametrize(("name", "trains"), [("FrozenTableNet", True), ("BufferTableNet", False)])
def test_what_thawing_thaws(name: str, trains: bool) -> None:
    model = build(f"files.{name}")
    assert model.table.requires_grad is trains
