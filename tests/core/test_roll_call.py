"""Each answer of a roll call equals plain PyTorch's to the same call, made once more by hand."""

import copy
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD

from core.planted import evaluate
from core.versions import MM
from lectures.course import BUGS, COURSE, FORGETFUL, SHOWN, build, column, example
from lectures.lectures import HEAD, catalog_of
from rollcall.core.input.model_input import ModelInput
from rollcall.core.roll_call import (
    LEARNING_RATE,
    RollCall,
    TensorAnswers,
    _Move,
    move_target,
    take_roll_call,
)
from rollcall.core.unregistered import find_unregistered
from rollcall.lectures.catalog import Catalog


def call_the_roll(
    name: str, catalog: Catalog = COURSE, device: str = "cpu", seed: int = 0
) -> RollCall:
    def fresh() -> nn.Module:
        return catalog.build(name, seed)

    return take_roll_call(
        fresh, catalog.input(name).draw(seed), device, seed, str(catalog.file(name))
    )


def answers_of(name: str) -> dict[str, TensorAnswers]:
    return {each.path: each for each in call_the_roll(name).tensors}


def after_a_backward(name: str) -> Any:
    """A model of the course with gradients, in training mode, as it is built."""
    model = build(name)
    x = example(name, model)
    torch.manual_seed(0)
    out = model(x)
    if out.requires_grad:
        (out**2).mean().backward()
    return model


def holds(tensors: Iterable[Tensor], wanted: Tensor) -> bool:
    return any(tensor is wanted for tensor in tensors)


# Each column, for every model of the course


@pytest.mark.parametrize("name", SHOWN)
def test_autograd(name: str) -> None:
    model = after_a_backward(name)
    for path, answers in answers_of(name).items():
        tensor = evaluate(model, path)
        assert answers.autograd == ((tensor.grad is not None) if tensor.requires_grad else None), (
            path
        )


@pytest.mark.parametrize("name", SHOWN)
def test_optimizer(name: str) -> None:
    model = build(name)
    for path, answers in answers_of(name).items():
        tensor = evaluate(model, path)
        assert answers.optimizer == (
            holds(model.parameters(), tensor) if tensor.requires_grad else None
        ), path


@pytest.mark.parametrize("name", SHOWN)
def test_one_step(name: str) -> None:
    model = after_a_backward(name)
    for path, answers in answers_of(name).items():
        tensor = evaluate(model, path)
        if not tensor.requires_grad:
            assert answers.stepped is None, path
        elif tensor.grad is None or not holds(model.parameters(), tensor):
            assert answers.stepped is False, path
        elif tensor.grad.abs().max() > 1e-6:  # below that, rounding decides
            before = tensor.detach().clone()
            SGD([tensor], lr=LEARNING_RATE).step()
            assert answers.stepped is not torch.equal(before, tensor), path


@pytest.mark.parametrize("name", SHOWN)
def test_to(name: str) -> None:
    model = build(name).double()
    for path, answers in answers_of(name).items():
        tensor = evaluate(model, path)
        assert answers.to == (
            tensor.dtype == torch.float64 if tensor.is_floating_point() else None
        ), path


@pytest.mark.parametrize("name", SHOWN)
def test_state_dict(name: str) -> None:
    model = build(name)
    saved = {tensor.data_ptr() for tensor in model.state_dict().values()}
    for path, answers in answers_of(name).items():
        assert answers.state_dict == (evaluate(model, path).data_ptr() in saved), path


@pytest.mark.parametrize("name", SHOWN)
def test_eval(name: str) -> None:
    model = build(name).eval()
    for answers in call_the_roll(name).modules:
        assert answers.eval is not evaluate(model, answers.path).training, answers.path


@pytest.mark.parametrize("name", SHOWN)
def test_a_model_answers_in_full_unless_it_has_a_bug(name: str) -> None:
    roll = call_the_roll(name)
    full = all(
        answer is not False
        for each in roll.tensors
        for answer in (
            each.autograd,
            each.optimizer,
            each.to,
            each.state_dict or "transient" in name.lower(),
        )
    ) and all(each.eval for each in roll.modules)
    assert full == (name not in BUGS and name != FORGETFUL)
    assert (roll.backward_raised, roll.to_raised) == (None, None)


@pytest.mark.parametrize(
    "name", ["containers.HalfListNet", "dropout.BatchNormListNet", "dropout.DropoutNet"]
)
def test_the_same_roll_is_called_twice(name: str) -> None:
    assert call_the_roll(name) == call_the_roll(name)


def test_the_calls_do_not_see_each_other() -> None:
    """Each caller has a model of its own: the one moved to float64 is not the one that runs."""
    built: list[nn.Module] = []

    def fresh() -> nn.Module:
        built.append(COURSE.build("containers.ModuleListNet", 0))
        return built[-1]

    roll = take_roll_call(fresh, ModelInput.of(torch.ones(4, 10)), "cpu", 0, "")
    assert len(built) == len({id(model) for model in built})
    assert sum(model.layers[0].weight.dtype == torch.float64 for model in built) == 1  # type: ignore[index, union-attr]
    assert sum(not model.training for model in built) == 1
    assert all(each.stepped for each in roll.tensors)


# What is special


def test_integers_are_not_asked_about_a_float_type() -> None:
    answers = answers_of("dropout.DropoutNet")
    assert answers["norm.num_batches_tracked"].to is None
    assert answers["norm.running_mean"].to is True
    assert call_the_roll("dropout.DropoutNet").moved_to == "float64"


class Wave(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("kept", torch.ones(2, dtype=torch.complex64))
        self.lost = torch.ones(2, dtype=torch.complex64)

    def forward(self, x: Tensor) -> Tensor:
        return x


@pytest.mark.filterwarnings("ignore:Casting complex values to real:UserWarning")
def test_complex_numbers_are_asked_since_to_casts_them() -> None:
    roll = take_roll_call(Wave, ModelInput.of(torch.ones(2)), "cpu", 0, "")
    assert {each.path: each.to for each in roll.tensors} == {"kept": True, "lost": False}
    assert Wave().to(torch.float64).kept.dtype == torch.float64


def test_what_pytorch_says_to_an_empty_optimizer() -> None:
    roll = call_the_roll("containers.BadListNet")
    assert roll.optimizer_raised is not None
    assert roll.optimizer_raised.type == "ValueError"
    assert roll.optimizer_raised.message == "optimizer got an empty parameter list"
    assert all(
        (each.optimizer, each.stepped, each.autograd) == (False, False, True)
        for each in roll.tensors
    )


def test_nothing_is_raised_where_one_layer_is_registered() -> None:
    roll = call_the_roll("containers.HalfListNet")
    assert roll.optimizer_raised is None
    assert {each.path: each.stepped for each in roll.tensors} == {
        "head.weight": True,
        "head.bias": True,
        **{
            f"hidden[{index}].{name}": False
            for index, name in product(range(3), ("weight", "bias"))
        },
    }


RAISES = """
class Raises(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        x = self.layer(x)
        return self.helper(x)

    def helper(self, x):
        return x @ torch.ones(3, 3)  # here
"""


def line_of(text: str, mark: str = "# here") -> int:
    (number,) = [
        number for number, line in enumerate((HEAD + text).splitlines(), 1) if mark in line
    ]
    return number


def test_a_forward_that_raises_is_told_with_its_line(tmp_path: Path) -> None:
    roll = call_the_roll("own.Raises", catalog_of(tmp_path, RAISES))
    assert roll.backward_raised is not None
    assert roll.backward_raised.type == "RuntimeError"
    misfit = "mat1 and mat2 shapes cannot be multiplied (4x5 and 3x3)"
    assert roll.backward_raised.message == f"{MM}{misfit}"
    assert roll.backward_raised.line == line_of(RAISES)
    assert [each.autograd for each in roll.tensors] == [None, None]
    assert [each.optimizer for each in roll.tensors] == [True, True]
    assert [each.to for each in roll.tensors] == [True, True]


def test_a_backward_that_raises_is_told(tmp_path: Path) -> None:
    text = """
    class InPlace(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(10, 5)

        def forward(self, x):
            y = self.layer(x).exp()
            y.add_(1)
            return y
    """
    raised = call_the_roll("own.InPlace", catalog_of(tmp_path, text)).backward_raised
    assert raised is not None
    assert "modified by an inplace operation" in raised.message
    assert raised.line is None  # it comes from the backward, which is not in the lecture file


def test_an_eval_that_raises_is_told(tmp_path: Path) -> None:
    text = """
    class Trains(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(10, 5)

        def forward(self, x):
            return self.layer(x)

        def train(self, mode=True):
            if not mode:
                raise ValueError("always trains")  # here
            return super().train(mode)
    """
    roll = call_the_roll("own.Trains", catalog_of(tmp_path, text))
    assert roll.eval_raised is not None
    assert (roll.eval_raised.type, roll.eval_raised.message) == ("ValueError", "always trains")
    assert roll.eval_raised.line == line_of(text)
    assert [each.stepped for each in roll.tensors] == [True, True]


def test_a_move_that_raises_is_told(tmp_path: Path) -> None:
    text = """
    class Stays(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(10, 5)

        def forward(self, x):
            return self.layer(x)

        def _apply(self, fn):
            raise NotImplementedError("stays where it is")  # here
    """
    roll = call_the_roll("own.Stays", catalog_of(tmp_path, text))
    assert roll.to_raised is not None
    assert (roll.to_raised.type, roll.to_raised.message) == (
        "NotImplementedError",
        "stays where it is",
    )
    assert roll.to_raised.line is not None
    assert [each.to for each in roll.tensors] == [None, None]
    assert [each.stepped for each in roll.tensors] == [True, True]


OWN = """
class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)
        {init}

    def forward(self, x):
        x = self.layer(x)
        return {result}
"""


def own(folder: Path, init: str = "pass", result: str = "x") -> dict[str, TensorAnswers]:
    catalog = catalog_of(folder, OWN.format(init=init, result=result))
    return {each.path: each for each in call_the_roll("own.Own", catalog).tensors}


@pytest.mark.parametrize(
    "result", ["{'a': x, 'b': [1, None]}", "(x, x.argmax())", "[x, x]", "x.to(torch.complex64)"]
)
def test_forward_may_return_what_it_likes(tmp_path: Path, result: str) -> None:
    answers = own(tmp_path, result=result)
    assert [(each.autograd, each.stepped) for each in answers.values()] == [(True, True)] * 2


@pytest.mark.parametrize("result", ["None", "x.detach()", "x.argmax()", "3"])
def test_where_nothing_requires_a_gradient_nothing_gets_one(tmp_path: Path, result: str) -> None:
    answers = own(tmp_path, result=result)
    assert [(each.autograd, each.optimizer, each.stepped) for each in answers.values()] == [
        (False, True, False)
    ] * 2


def test_a_part_that_forward_forgot_gets_no_gradient(tmp_path: Path) -> None:
    answers = own(tmp_path, "self.unused = nn.Linear(3, 3)")
    assert (answers["unused.weight"].autograd, answers["unused.weight"].optimizer) == (False, True)


def test_a_tensor_of_nan_that_nobody_steps_did_not_change(tmp_path: Path) -> None:
    answers = own(tmp_path, "self.table = torch.full((3,), float('nan'), requires_grad=True)")
    assert (answers["table"].optimizer, answers["table"].stepped) == (False, False)


def test_lazy_layers_answer_too(tmp_path: Path) -> None:
    answers = own(
        tmp_path, "self.unused, self.used = nn.LazyLinear(3), nn.LazyLinear(5)", "self.used(x)"
    )
    assert (answers["used.weight"].autograd, answers["used.weight"].optimizer) == (True, True)
    assert (answers["unused.weight"].autograd, answers["unused.weight"].stepped) == (False, None)


def test_a_frozen_parameter_is_not_asked_about_training(tmp_path: Path) -> None:
    answers = own(tmp_path, "self.layer.requires_grad_(False)")["layer.weight"]
    assert (answers.autograd, answers.optimizer, answers.stepped) == (None, None, None)
    assert (answers.to, answers.state_dict) == (True, True)


def test_a_buffer_that_requires_a_gradient_is_in_no_optimizer(tmp_path: Path) -> None:
    init = "self.register_buffer('scale', torch.ones(5, requires_grad=True))"
    answers = own(tmp_path, init, "x * self.scale")["scale"]
    assert (answers.autograd, answers.optimizer, answers.to, answers.state_dict) == (
        True,
        False,
        True,
        True,
    )


def test_a_computed_tensor_is_not_asked_about_training(tmp_path: Path) -> None:
    answers = own(tmp_path, "self.scale = nn.Parameter(torch.ones(5)) * 0.5", "x * self.scale")[
        "scale"
    ]
    assert (answers.autograd, answers.optimizer, answers.to, answers.state_dict) == (
        None,
        None,
        False,
        False,
    )


def test_a_tied_weight_is_saved_under_either_name(tmp_path: Path) -> None:
    answers = own(
        tmp_path,
        "self.again = nn.ModuleList([self.layer]); del self.layer; self.layer = self.again[0]",
    )
    assert {path: each.state_dict for path, each in answers.items()} == {
        "again.0.weight": True,
        "again.0.bias": True,
    }


def test_a_tensor_is_saved_if_any_of_its_names_is(tmp_path: Path) -> None:
    init = (
        "self.register_buffer('a', torch.ones(2), persistent=False); "
        "self.register_buffer('b', self.a)"
    )
    answers = own(tmp_path, init)
    assert (answers["a"].state_dict, "b" in answers) == (True, False)


def test_a_hidden_module_that_was_in_eval_mode_all_along_has_not_heard(tmp_path: Path) -> None:
    init = "self.teacher = [nn.Linear(10, 5).eval()]; self.layer.eval()"
    roll = call_the_roll("own.Own", catalog_of(tmp_path, OWN.format(init=init, result="x")))
    assert {each.path: each.eval for each in roll.modules} == {
        "": True,
        "layer": True,
        "teacher[0]": False,
    }


def test_another_seed_gives_other_weights_and_the_same_answers() -> None:
    first, second = (COURSE.build("dropout.DropoutNet", seed).state_dict() for seed in (0, 1))
    assert not torch.equal(first["hidden.weight"], second["hidden.weight"])
    assert call_the_roll("containers.HalfListNet", seed=0) == call_the_roll(
        "containers.HalfListNet", seed=1
    )


# What unregistered state misses: facts.md, run again


@pytest.mark.parametrize("name", BUGS)
def test_printing_and_listing_miss_it(name: str) -> None:
    model = build(name)
    missed = find_unregistered(model)
    assert missed
    listed = {id(each) for each in (*model.modules(), *model.parameters(), *model.buffers())}
    assert not any(id(each.value) in listed for each in missed)
    printed = column(name).printed
    assert printed == str(model)
    assert not any(f"({attribute})" in printed for _, attribute in BUGS[name])


@pytest.mark.parametrize(
    ("call", "seen"),
    [
        (lambda model: model.requires_grad_(False), lambda layer: not layer.weight.requires_grad),
        (lambda model: model.zero_grad(), lambda layer: layer.weight.grad is None),
        (lambda model: model.half(), lambda layer: layer.weight.dtype == torch.float16),
        (
            lambda model: model.apply(lambda module: nn.Module.train(module, False)),
            lambda layer: not layer.training,
        ),
        (lambda model: model.eval(), lambda layer: not layer.training),
    ],
    ids=["requires_grad_", "zero_grad", "half", "apply", "eval"],
)
def test_calls_pass_it_by(call: Callable[[Any], Any], seen: Callable[[Any], bool]) -> None:
    model = after_a_backward("containers.HalfListNet")
    call(model)
    assert seen(model.head)
    assert not any(map(seen, model.hidden))


def test_a_parameter_group_hides_the_empty_list() -> None:
    model = build("containers.BadListNet")
    with pytest.raises(ValueError, match=r"^optimizer got an empty parameter list$"):
        SGD(model.parameters())
    assert SGD([{"params": model.parameters()}]).param_groups[0]["params"] == []


def test_gradients_pile_up_where_nothing_clears_them() -> None:
    model = build("containers.HalfListNet")
    x, norms = example("containers.HalfListNet", model), []
    for _ in range(5):
        model.zero_grad()
        model(x).square().mean().backward()
        norms.append(model.hidden[0].weight.grad.norm().item())
    assert norms == pytest.approx([norms[0] * step for step in range(1, 6)], rel=1e-4)
    assert norms[0] > 0


def test_an_empty_model_has_no_first_parameter() -> None:
    with pytest.raises(StopIteration):
        next(build("containers.BadListNet").parameters())


def test_loading_a_fresh_model_says_that_all_keys_match_and_the_outputs_differ() -> None:
    first, second = build("containers.HalfListNet", 0), build("containers.HalfListNet", 1)
    x = example("containers.HalfListNet", first)
    assert (
        str(second.load_state_dict(first.state_dict(), strict=True))
        == "<All keys matched successfully>"
    )
    assert not torch.allclose(first(x), second(x))


def test_dropout_in_a_list_goes_on_dropping() -> None:
    model = build("dropout.DropoutListNet").eval()
    x = example("dropout.DropoutListNet", model)
    assert not torch.equal(model(x), model(x))
    modules = {each.path: each.eval for each in call_the_roll("dropout.DropoutListNet").modules}
    assert modules == {
        "": True,
        "hidden": True,
        "head": True,
        "dropouts[0]": False,
        "dropouts[1]": False,
    }


def test_batch_norm_in_a_list_goes_on_counting() -> None:
    model = build("dropout.BatchNormListNet").eval()
    model(example("dropout.BatchNormListNet", model))
    assert [norm.num_batches_tracked.item() for norm in model.norms] == [1, 1]
    assert not any(
        each.eval
        for each in call_the_roll("dropout.BatchNormListNet").modules
        if "norms" in each.path
    )


def test_a_copy_of_a_model_uses_the_layer_in_the_closure_of_the_original() -> None:
    hidden = nn.Linear(3, 3)
    model: Any = nn.Module()
    model.call = lambda x: hidden(x)
    copy.deepcopy(model).call(torch.ones(1, 3)).sum().backward()
    assert hidden.weight.grad is not None


def test_a_float64_move_misses_it_and_forward_says_so() -> None:
    model = build("containers.HalfListNet").double()
    with pytest.raises(RuntimeError, match="mat1 and mat2 must have the same dtype"):
        model(example("containers.HalfListNet", model).double())


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize(
    ("name", "moved"), [("containers.BadListNet", False), ("containers.ModuleListNet", True)]
)
def test_to_a_gpu(name: str, moved: bool) -> None:
    roll = call_the_roll(name, device="cuda:0")
    assert (roll.moved_to, roll.to_raised) == ("cuda:0", None)
    assert [each.to for each in roll.tensors] == [moved] * 4


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_to_a_gpu_asks_integers_too() -> None:
    roll = call_the_roll("dropout.DropoutNet", device="cuda:0")
    assert all(each.to is True for each in roll.tensors)


def test_the_smallest_step_is_a_step_and_none_is_none() -> None:
    """One bit of float32, which a tolerance of 1e-5 would let pass as none."""

    class Barely(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.barely = nn.Parameter(torch.ones(1))
            self.not_at_all = nn.Parameter(torch.ones(1))

        def forward(self, x: Tensor) -> Tensor:
            return 1 + 5e-7 * (self.barely - 1) + 0 * self.not_at_all

    model = Barely()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.ones(1)).square().mean().backward()
    optimizer.step()
    assert 0 < 1 - model.barely.item() < 2e-7
    answers = take_roll_call(Barely, ModelInput.of(torch.ones(1)), "cpu", 0, "").tensors
    assert {each.path: each.stepped for each in answers} == {"barely": True, "not_at_all": False}


def test_an_optimizer_that_cannot_step_is_told() -> None:
    class Expanded(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(1).expand(2))  # two elements, one place in memory

        def forward(self, x: Tensor) -> Tensor:
            return x * self.scale

    roll = take_roll_call(Expanded, ModelInput.of(torch.ones(2)), "cpu", 0, "")
    assert roll.optimizer_raised
    assert roll.optimizer_raised.type == "RuntimeError"
    assert "single memory location" in roll.optimizer_raised.message
    (answers,) = roll.tensors
    assert (answers.autograd, answers.optimizer, answers.stepped) == (True, True, False)


def test_the_example_is_not_changed() -> None:
    class InPlace(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.add_(1)

    example = torch.ones(2)
    take_roll_call(InPlace, ModelInput.of(example), "cpu", 0, "")
    assert torch.equal(example, torch.ones(2))


@pytest.mark.parametrize(
    ("name", "moved"), [("containers.BadListNet", False), ("containers.ModuleListNet", True)]
)
def test_a_move_to_another_device_is_told_by_the_device(name: str, moved: bool) -> None:
    """As to a GPU; the meta device is on every machine."""
    to = _Move(COURSE.build(name, 0), torch.device("meta"), "")
    assert (to.target_name, to.raised) == ("meta", None)
    assert set(to.arrived.values()) == {moved}


def test_what_to_is_given() -> None:
    assert move_target("cpu") == torch.float64
    assert move_target("cuda:1") == torch.device("cuda", 1)
