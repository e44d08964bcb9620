"""The lecture files fit a slide, build, run, and hide exactly what the course says they hide."""

import ast
import difflib
import importlib.util
import inspect
import math
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD

from rollcall.folders import MODELS

FILES = sorted(MODELS.glob("*.py"))
UNFINISHED = "exercises"  # its models raise NotImplementedError
# What their models show is not who answers the roll call; test_real_bugs looks at that.
OF_THEIR_OWN = {
    "branches",
    "never_trained",
    "shared_layers",
    "left_on",
    "files",
    "overfitting",
    "by_hand",
    "loop_optimizers",
    "loop_steps",
    "loop_modes",
    "loop_files",
}
CHAPTERS: list[dict[str, Any]] = tomllib.loads((MODELS / "course.toml").read_text())["chapter"]
OF_FILES = [chapter for chapter in CHAPTERS if "file" in chapter]  # the others are the lecture


class Lesson(NamedTuple):
    file: str  # of the chapter
    left: str
    right: str  # of another file: file.Class
    twin: bool
    page: str
    mode: str
    query: dict[str, Any]
    title: str
    text: str
    source: str | None
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.left}-{self.right}"

    def model(self, side: str) -> tuple[str, str]:
        """File and class."""
        named: str = getattr(self, side)
        file, _, name = named.rpartition(".")
        return file or self.file, name


def read(declared: dict[str, Any], chapter: str) -> Lesson:
    """A lesson, as that of the file in which its left model stands."""
    known = {name: declared[name] for name in Lesson._fields if name in declared}
    file, _, left = declared["left"].rpartition(".")
    file = file or chapter
    right = declared["right"].removeprefix(f"{file}.")
    return Lesson(**{**DEFAULTS, **known, "file": file, "left": left, "right": right})


DEFAULTS = {"twin": True, "page": "registry", "mode": "train", "query": {}, "source": None}
ALL_LESSONS = [read(lesson, c.get("file", "")) for c in CHAPTERS for lesson in c.get("lesson", [])]
LOOPS = [lesson for lesson in ALL_LESSONS if lesson.page == "loops"]  # of functions, not of models
LESSONS = [lesson for lesson in ALL_LESSONS if lesson.page != "loops"]
TWINS = [lesson for lesson in LESSONS if lesson.twin and lesson.file not in OF_THEIR_OWN]

# Their eval() goes wrong, so left and right agree in training mode only.
WRONG_IN_EVAL = {"DropoutListNet", "ForgetfulDropoutNet", "ForgetfulDropout", "BatchNormListNet"}

# Their forward draws the weights, so left and right never agree.
DRAWN_IN_FORWARD = {"LocalLayerNet", "LateLayerNet"}

# Trainable numbers: (registered before the first call, reached by autograd from the output).
COUNTS = {
    "SequentialNet": (325, 325),
    "BadListNet": (0, 325),
    "ModuleListNet": (325, 325),
    "HalfListNet": (55, 385),
    "FullListNet": (385, 385),
    "BadDictNet": (0, 325),
    "ModuleDictNet": (325, 325),
    "BadLayer": (0, 100),
    "GoodLayer": (100, 100),
    "DemoModule": (10, 20),
    "TwoParameterModule": (20, 20),
    "RealModule": (100, 100),
    "PlainPartNet": (55, 155),
    "ModulePartNet": (155, 155),
    "TableNet": (55, 55),
    "BufferNet": (55, 55),
    "TransientBufferNet": (55, 55),
    "MyLinear": (55, 55),
    "MyReLU": (0, 0),
    "MyLinearStack": (325, 325),
    "LinearStack": (325, 325),
    "NaiveReLU": (0, 0),
    "MySigmoid": (0, 0),
    "NaiveSigmoid": (0, 0),
    "MyTanh": (0, 0),
    "NaiveTanh": (0, 0),
    "MyGELU": (0, 0),
    "QuickGELU": (0, 0),
    "TransposedLinear": (55, 55),
    "TensorLinear": (5, 55),
    "ForgetfulLinear": (55, 50),
    "StubbornLinear": (55, 55),
    "MyDropout": (0, 0),
    "DropoutNet": (365, 365),
    "DropoutListNet": (325, 325),
    "DropoutModuleListNet": (325, 325),
    "ForgetfulDropoutNet": (325, 325),
    "AttentiveDropoutNet": (325, 325),
    "BatchNormListNet": (325, 385),
    "BatchNormModuleListNet": (385, 385),
    "TorchDropout": (0, 0),
    "NaiveDropout": (0, 0),
    "ForgetfulDropout": (0, 0),
    "AttentiveDropout": (0, 0),
    "ListDropout": (0, 0),
    "RowDropout": (0, 0),
    "ChannelDropout": (0, 0),
    "TorchAlphaDropout": (0, 0),
    "LocalLayerNet": (0, 55),
    "LateLayerNet": (0, 55),
    "InitLayerNet": (55, 55),
    "YourListNet": (0, 325),
    "YourLayer": (0, 100),
    "YourDropoutNet": (325, 325),
    "YourTableNet": (55, 55),
}


@cache
def load(file: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file, MODELS / f"{file}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def classes(path: Path) -> list[ast.ClassDef]:
    return [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]


def lines(path: Path, node: ast.stmt) -> list[str]:
    return path.read_text().splitlines()[node.lineno - 1 : node.end_lineno]


SLIDES = [(path, node) for path in FILES for node in classes(path)]
ALL = [
    (path.stem, node.name)
    for path in FILES
    for node in classes(path)
    if node.name not in ("NotAModule", "ByHand")
]
FINISHED = [(file, name) for file, name in ALL if file not in {UNFINISHED, *OF_THEIR_OWN}]


def settings(file: str, name: str) -> dict[str, Any]:
    chapter = next(c for c in CHAPTERS if c.get("file") == file)
    own: dict[str, Any] = chapter.get("models", {}).get(name, {})
    return {"args": [], "input": chapter["input"], **own}


# What loops train, and are given beside it.
TRAINED = {
    ("loop_optimizers", "HeadedNet"),
    ("loop_optimizers", "ScaledLoss"),
    ("loop_steps", "SteppedNet"),
    ("loop_modes", "NormedNet"),
    ("loop_files", "KeptNet"),
}


def build(file: str, name: str, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    model = getattr(load(file), name)(*settings(file, name)["args"])
    assert isinstance(model, nn.Module)
    return model


def draw(file: str, name: str) -> Tensor:
    return torch.randn(settings(file, name)["input"], generator=torch.Generator().manual_seed(1))


def forward(file: str, name: str, *, training: bool) -> Tensor:
    """The output of a freshly seeded model, whose own draws (dropout) are seeded too."""
    model = build(file, name).train(training)
    torch.manual_seed(2)
    y = model(draw(file, name))
    assert isinstance(y, Tensor)
    return y


def reached(y: Tensor) -> Iterator[Tensor]:
    """The leaf tensors that backward from `y` would give a gradient."""
    stack, seen = [y.grad_fn], set()
    while stack:
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            yield node.variable
        stack.extend(following for following, _ in node.next_functions)


def registered(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# What a slide shows


def test_a_class_fits_a_slide() -> None:
    slides = {f"{path.stem}.{node.name}": lines(path, node) for path, node in SLIDES}
    sizes = {name: (len(slide), max(map(len, slide))) for name, slide in slides.items()}
    assert {name: each for name, each in sizes.items() if each[0] > 24 or each[1] > 72} == {}
    assert len(sizes) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_opens_with_one_sentence_and_imports_only_torch(path: Path) -> None:
    tree = ast.parse(path.read_text())
    docstring = ast.get_docstring(tree)
    assert docstring is not None
    assert docstring.count(".") == 1
    assert docstring.endswith(".")
    imports = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imports <= {
        "import torch",
        "from torch import nn",
        "import torch.nn.functional as F",
        "from torch.nn.utils.parametrizations import weight_norm",
        "from collections import OrderedDict",
        "import copy",
        "from torch.optim import SGD",
        "from torch.optim import SGD, AdamW",
        "from torch.optim.lr_scheduler import ExponentialLR",
    }


def bare(file: str, name: str) -> list[str]:
    path = MODELS / f"{file}.py"
    return next(lines(path, node)[1:] for node in classes(path) if node.name == name)


@pytest.mark.parametrize("lesson", TWINS, ids=str)
def test_twins_differ_in_one_line(lesson: Lesson) -> None:
    diff = list(difflib.ndiff(bare(lesson.file, lesson.left), bare(lesson.file, lesson.right)))
    signs = [line[0] for line in diff if line[0] in "+-"]
    moved = {
        "LateLayerNet": ["+", "-"],
        "LocalLayerNet": ["+", "-", "-", "+"],
    }  # a local name is written twice
    assert signs == moved.get(lesson.left, ["-", "+"])


# The table of contents


def test_the_course_lists_every_file_once() -> None:
    assert sorted(chapter["file"] for chapter in OF_FILES) == [path.stem for path in FILES]


@pytest.mark.parametrize("chapter", OF_FILES, ids=lambda chapter: chapter["file"])
def test_a_chapter_names_models_of_its_file(chapter: dict[str, Any]) -> None:
    assert chapter.keys() <= {"file", "title", "input", "lesson", "models"}
    here = {(file, name) for file, name in ALL if file == chapter["file"]}
    own = [lesson for lesson in LESSONS if lesson.file == chapter["file"]]
    shown = {lesson.model(side) for lesson in LESSONS for side in ("left", "right")}
    assert shown <= set(ALL)
    assert all({lesson.model(side) for side in ("left", "right")} & here for lesson in own)
    assert {(chapter["file"], name) for name in chapter.get("models", {})} <= here
    # Only a part of another model stands in no lesson of its own.
    parts = {("parameters", "RealModule"), ("linear", "MyReLU"), ("branches", "Peek"), *TRAINED}
    assert here - shown == parts & here


def test_a_lesson_is_short() -> None:
    for lesson in LESSONS:
        assert 0 < len(lesson.title) <= 32, lesson
        longest = 140  # of a claim; a report takes a second sentence
        if lesson.source:
            longest = 150
        assert 0 < len(lesson.text) <= longest, lesson
        assert lesson.text.endswith("."), lesson


def test_the_two_models_of_a_lesson_take_one_input() -> None:
    for lesson in LESSONS:
        left, right = (settings(*lesson.model(side))["input"] for side in ("left", "right"))
        # The dropout page gives both sides one grid, in as many dimensions as each takes.
        alike = lesson.page == "dropout" and math.prod(left) == math.prod(right)
        assert left == right or alike, lesson


def test_no_title_and_no_pair_appears_twice() -> None:
    assert len({lesson.title for lesson in ALL_LESSONS}) == len(ALL_LESSONS)
    assert len({(lesson.left, lesson.right) for lesson in ALL_LESSONS}) == len(ALL_LESSONS)


@pytest.mark.parametrize("lesson", LOOPS, ids=str)
def test_a_loop_fits_a_slide_and_its_twin_differs_in_a_few_lines(lesson: Lesson) -> None:
    path = MODELS / f"{lesson.file}.py"
    body = ast.parse(path.read_text()).body
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    left, right = (lines(path, functions[name]) for name in (lesson.left, lesson.right))
    for side in (left, right):
        assert len(side) <= 20
        assert max(map(len, side)) <= 72
    changed = [each for each in difflib.ndiff(left[1:], right[1:]) if each[0] in "+-"]
    assert 1 <= len(changed) <= 8
    assert lesson.twin
    assert len(lesson.title) <= 32
    assert len(lesson.text) <= 140


# Every model runs, and answers with as many numbers as we say


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize(("file", "name"), FINISHED)
def test_a_model_builds_and_runs(file: str, name: str, training: bool) -> None:
    y = forward(file, name, training=training)
    x = draw(file, name)
    assert y.shape[:-1] == x.shape[:-1]
    assert y.isfinite().all()


@pytest.mark.parametrize(("file", "name"), FINISHED)
def test_the_trainable_numbers_that_answer(file: str, name: str) -> None:
    model = build(file, name)
    answering = registered(model)
    used = sum(t.numel() for t in reached(model(draw(file, name))))
    assert (answering, used) == COUNTS[name]


@pytest.mark.parametrize("lesson", TWINS, ids=str)
def test_a_twin_computes_the_same_and_registers_all_of_it(lesson: Lesson) -> None:
    left, right = (
        forward(lesson.file, name, training=True) for name in (lesson.left, lesson.right)
    )
    assert torch.equal(left, right) is (lesson.left not in DRAWN_IN_FORWARD)
    assert COUNTS[lesson.left][1] == COUNTS[lesson.right][0] == COUNTS[lesson.right][1]
    same_in_eval = torch.equal(
        *(forward(lesson.file, name, training=False) for name in (lesson.left, lesson.right))
    )
    assert same_in_eval is (lesson.left not in WRONG_IN_EVAL | DRAWN_IN_FORWARD)


def test_an_exercise_is_a_solution_without_its_lines() -> None:
    """It is called as what stands beside it, and gives nothing but NotImplementedError."""
    pairs = [lesson for lesson in LESSONS if lesson.file == UNFINISHED]
    assert {lesson.model("left") for lesson in pairs} == {
        (file, name) for file, name in ALL if file == UNFINISHED
    }
    for lesson in pairs:
        given, solved = (
            getattr(load(file), name) for file, name in map(lesson.model, ("left", "right"))
        )
        assert given.__name__.removeprefix("Your") == solved.__name__.removeprefix("My")
        assert inspect.signature(given) == inspect.signature(solved)
        x = draw(*lesson.model("right"))
        with pytest.raises(NotImplementedError):
            build(*lesson.model("left"))(x)


# Containers and parameters


@pytest.mark.parametrize(
    ("file", "name"),
    [("containers", "BadListNet"), ("containers", "BadDictNet"), ("parameters", "BadLayer")],
)
def test_a_model_with_nothing_registered_is_noticed_by_the_optimizer(file: str, name: str) -> None:
    model = build(file, name)
    assert list(model.parameters()) == []
    assert model.state_dict() == {}
    with pytest.raises(ValueError, match="empty parameter list"):
        SGD(model.parameters())


@pytest.mark.parametrize(
    ("file", "name", "keys"),
    [
        ("containers", "HalfListNet", ["head.weight", "head.bias"]),
        ("parameters", "DemoModule", ["shift"]),
        ("parameters", "PlainPartNet", ["head.weight", "head.bias"]),
    ],
)
def test_a_model_with_something_registered_trains_that_alone_in_silence(
    file: str, name: str, keys: list[str]
) -> None:
    model = build(file, name)
    assert [key for key, _ in model.named_parameters()] == keys == list(model.state_dict())
    y = model(draw(file, name))
    before = [(tensor, tensor.detach().clone()) for tensor in reached(y)]
    optimizer = SGD(model.parameters(), lr=0.1)
    y.square().sum().backward()
    optimizer.step()
    # By id, since `in` would compare tensors by value.
    answered = {id(p) for p in model.parameters()}
    assert any(id(tensor) not in answered for tensor, _ in before)
    for tensor, old in before:
        assert tensor.grad is not None
        assert tensor.grad.abs().sum() > 0
        assert torch.equal(tensor, old) is (id(tensor) not in answered)


def test_the_parts_of_a_part_net() -> None:
    parameters = load("parameters")
    assert not isinstance(parameters.NotAModule(), nn.Module)
    assert [name for name, _ in build("parameters", "ModulePartNet").named_parameters()] == [
        "part.weight",
        "head.weight",
        "head.bias",
    ]


def test_sequential_counts_its_relu_and_computes_what_the_module_list_does() -> None:
    left, right = build("containers", "SequentialNet"), build("containers", "ModuleListNet")
    assert list(left.state_dict()) == [
        "layers.0.weight",
        "layers.0.bias",
        "layers.2.weight",
        "layers.2.bias",
    ]
    assert list(right.state_dict()) == [
        "layers.0.weight",
        "layers.0.bias",
        "layers.1.weight",
        "layers.1.bias",
    ]
    assert all(map(torch.equal, left.parameters(), right.parameters()))
    x = draw("containers", "SequentialNet")
    assert torch.equal(left(x), right(x))


@pytest.mark.parametrize(
    ("name", "moves", "saved"),
    [("TableNet", False, False), ("BufferNet", True, True), ("TransientBufferNet", True, False)],
)
def test_a_table_is_moved_and_saved_as_it_was_registered(
    name: str, moves: bool, saved: bool
) -> None:
    model = build("parameters", name)
    assert ("table" in model.state_dict()) is saved
    assert "table" not in dict(model.named_parameters())

    fresh = build("parameters", name, seed=1)
    answer = fresh.load_state_dict(model.state_dict())
    assert str(answer) == "<All keys matched successfully>"
    x = draw("parameters", name)
    assert torch.equal(model(x), fresh(x)) is saved

    model.double()
    assert isinstance(model.table, Tensor)
    assert model.table.dtype == (torch.float64 if moves else torch.float32)


# Linear and activations


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_my_linear_starts_as_linear_does(seed: int, bias: bool) -> None:
    torch.manual_seed(seed)
    mine = load("linear").MyLinear(10, 5, bias)
    torch.manual_seed(seed)
    theirs = nn.Linear(10, 5, bias)
    assert list(mine.state_dict()) == list(theirs.state_dict())
    assert all(map(torch.equal, mine.parameters(), theirs.parameters()))
    assert (mine.bias is None) is not bias
    # The name stays reserved, bias or not, as it does in nn.Linear.
    for layer in (mine, theirs):
        with pytest.raises(TypeError, match="cannot assign"):
            layer.bias = torch.zeros(5)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(10,), (4, 10), (2, 3, 10)])
def test_my_linear_computes_what_linear_does(shape: tuple[int, ...], bias: bool) -> None:
    torch.manual_seed(0)
    mine, theirs = load("linear").MyLinear(10, 5, bias), nn.Linear(10, 5, bias)
    x = torch.randn(shape)
    assert not torch.allclose(mine(x), theirs(x))
    mine.load_state_dict(theirs.state_dict())
    torch.testing.assert_close(mine(x), theirs(x))
    mine(x).square().sum().backward()
    theirs(x).square().sum().backward()
    for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(p.grad, q.grad)


def test_my_linear_prints_its_sizes() -> None:
    assert str(load("linear").MyLinear(10, 5, bias=False)) == "MyLinear(10, 5, bias=False)"


def test_my_stack_is_the_stack_of_pytorch() -> None:
    mine, theirs = build("linear", "MyLinearStack"), build("linear", "LinearStack")
    assert list(mine.state_dict()) == list(theirs.state_dict())
    assert all(map(torch.equal, mine.parameters(), theirs.parameters()))
    x = draw("linear", "LinearStack")
    torch.testing.assert_close(mine(x), theirs(x))


@pytest.mark.parametrize(
    ("file", "name", "authority"),
    [
        ("linear", "MyReLU", torch.relu),
        ("activations", "MyReLU", torch.relu),
        ("activations", "MySigmoid", torch.sigmoid),
        ("activations", "MyTanh", torch.tanh),
        ("activations", "NaiveReLU", torch.relu),
        ("activations", "NaiveSigmoid", torch.sigmoid),
        ("activations", "NaiveTanh", torch.tanh),
        ("activations", "MyGELU", torch.nn.functional.gelu),
    ],
)
def test_an_activation_equals_torch(file: str, name: str, authority: Any) -> None:
    x = torch.arange(-1000, 1001) / 100
    assert 0 in x  # where the derivative of ReLU is a convention
    mine, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    y, z = build(file, name)(mine), authority(theirs)
    torch.testing.assert_close(y, z, rtol=1e-5, atol=1e-6)
    y.sum().backward()
    z.sum().backward()
    torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-5, atol=1e-6)


EXTREME = [-1e30, -1000.0, -100.0, -89.0, 89.0, 100.0, 1000.0, 1e30]


@pytest.mark.parametrize(
    ("name", "authority"),
    [
        ("MyReLU", torch.relu),
        ("MySigmoid", torch.sigmoid),
        ("MyTanh", torch.tanh),
        ("MyGELU", torch.nn.functional.gelu),
    ],
)
def test_a_solution_holds_where_numbers_are_large_or_none(name: str, authority: Any) -> None:
    mine, theirs = (torch.tensor([*EXTREME, float("nan")]).requires_grad_() for _ in range(2))
    y, z = build("activations", name)(mine), authority(theirs)
    torch.testing.assert_close(y, z, equal_nan=True)
    y[:-1].sum().backward()
    z[:-1].sum().backward()
    assert mine.grad is not None
    assert theirs.grad is not None
    torch.testing.assert_close(mine.grad[:-1], theirs.grad[:-1])


def test_the_naive_ones_overflow_where_torch_does_not() -> None:
    x = torch.tensor([-100.0, 100.0])
    assert build("activations", "NaiveTanh")(x).isnan().all()
    assert torch.tanh(x).tolist() == [-1.0, 1.0]
    steep = torch.tensor([-89.0, -88.0]).requires_grad_()
    build("activations", "NaiveSigmoid")(steep).sum().backward()
    assert steep.grad is not None
    assert steep.grad.isnan().tolist() == [True, False]
    none = torch.tensor(float("nan"))
    assert (build("activations", "NaiveReLU")(none).item(), torch.relu(none).isnan().item()) == (
        0.0,
        True,
    )


def test_sigmoid_and_tanh_stay_in_their_bounds() -> None:
    x = draw("activations", "MyTanh")
    sigmoid, tanh = build("activations", "MySigmoid")(x), build("activations", "MyTanh")(x)
    assert sigmoid.min() > 0
    assert sigmoid.max() < 1
    assert tanh.min() > -1
    assert tanh.max() < 1
    assert tanh.min() < 0


# Dropout and batch norm


@pytest.mark.parametrize("p", [0.0, 0.1, 0.25, 0.5, 0.9])
@pytest.mark.parametrize(
    ("name", "authority", "scale"),
    [
        ("TorchDropout", nn.Dropout, 1),
        ("ForgetfulDropout", nn.Dropout, 1),
        ("AttentiveDropout", nn.Dropout, 1),
        ("ListDropout", nn.Dropout, 1),
        ("RowDropout", nn.Dropout1d, 1),
        ("ChannelDropout", nn.Dropout2d, 1),
        ("TorchAlphaDropout", nn.AlphaDropout, 1),
        ("NaiveDropout", nn.Dropout, 0),
    ],
)
def test_a_dropout_layer_draws_what_its_authority_draws(
    name: str, authority: Any, scale: int, p: float
) -> None:
    mine, theirs = getattr(load("dropout_layers"), name)(p), authority(p)
    x = draw("dropout_layers", name)
    torch.manual_seed(0)
    y = mine(x)
    torch.manual_seed(0)
    torch.testing.assert_close(y if scale else y / (1 - p), theirs(x))


@pytest.mark.parametrize("p", [0.0, 0.1, 0.25, 0.5, 0.9, 1.0])
def test_my_dropout_draws_what_dropout_draws(p: float) -> None:
    mine, theirs = load("dropout").MyDropout(p), nn.Dropout(p)
    x = torch.randn(1000)
    torch.manual_seed(0)
    y = mine(x)
    torch.manual_seed(0)
    assert torch.equal(y, theirs(x))
    assert torch.equal(mine.eval()(x), x)


def test_my_dropout_keeps_the_mean() -> None:
    torch.manual_seed(0)
    y = load("dropout").MyDropout(0.25)(torch.ones(100_000))
    assert y.unique().tolist() == pytest.approx([0, 4 / 3])
    # Five standard deviations of the mean: sqrt(p / (1 - p) / 100_000) = 0.0018.
    assert y.mean().item() == pytest.approx(1, abs=0.009)


@pytest.mark.parametrize(
    ("name", "training", "still_drops"),
    [
        ("MyDropout", True, True),
        ("MyDropout", False, False),
        ("DropoutNet", True, True),
        ("DropoutNet", False, False),
        ("DropoutListNet", False, True),
        ("DropoutModuleListNet", False, False),
        ("ForgetfulDropoutNet", False, True),
        ("AttentiveDropoutNet", False, False),
    ],
)
def test_two_forwards_differ_while_something_drops(
    name: str, training: bool, still_drops: bool
) -> None:
    model = build("dropout", name).train(training)
    x = draw("dropout", name)
    assert torch.equal(model(x), model(x)) is not still_drops


def test_a_forgetful_net_hides_nothing() -> None:
    model, twin = build("dropout", "ForgetfulDropoutNet"), build("dropout", "AttentiveDropoutNet")
    assert list(model.state_dict()) == list(twin.state_dict())
    assert not any(module.training for module in model.eval().modules())


@pytest.mark.parametrize(
    ("name", "still_updates"), [("BatchNormListNet", True), ("BatchNormModuleListNet", False)]
)
def test_eval_stops_only_a_registered_batch_norm(name: str, still_updates: bool) -> None:
    model: Any = build("dropout", name).eval()
    norms = list(model.norms)
    before = [norm.running_mean.clone() for norm in norms]
    y = model(draw("dropout", name))
    assert y.shape == (4, 5)
    assert [norm.training for norm in norms] == [still_updates] * 2
    assert [
        not torch.equal(norm.running_mean, old) for norm, old in zip(norms, before, strict=True)
    ] == [still_updates] * 2


@pytest.mark.parametrize(
    ("name", "keys"),
    [("BatchNormListNet", 0), ("BatchNormModuleListNet", 10)],
)
def test_a_batch_norm_in_a_list_is_not_saved(name: str, keys: int) -> None:
    state = build("dropout", name).state_dict()
    assert len([key for key in state if key.startswith("norms")]) == keys
    assert {key for key in state if not key.startswith("norms")} == {
        "hidden.weight",
        "hidden.bias",
        "head.weight",
        "head.bias",
    }


# In __init__ or in forward


@pytest.mark.parametrize("name", ["LocalLayerNet", "LateLayerNet"])
def test_a_layer_made_in_forward_is_new_at_every_call(name: str) -> None:
    model = build("init_or_forward", name).eval()
    x = draw("init_or_forward", name)
    assert model.state_dict() == {}
    with pytest.raises(ValueError, match="empty parameter list"):
        SGD(model.parameters())
    first, second = model(x), model(x)
    assert not torch.equal(first, second)
    leaves, others = list(reached(first)), list(reached(second))
    assert {id(t) for t in leaves}.isdisjoint({id(t) for t in others})


@pytest.mark.parametrize(("name", "grows"), [("LocalLayerNet", False), ("LateLayerNet", True)])
def test_what_a_forward_leaves_behind_in_the_state_dict(name: str, grows: bool) -> None:
    model = build("init_or_forward", name)
    model(draw("init_or_forward", name))
    assert list(model.state_dict()) == (["layer.weight", "layer.bias"] if grows else [])


def test_an_optimizer_built_after_the_first_call_trains_a_layer_that_is_thrown_away() -> None:
    model: Any = build("init_or_forward", "LateLayerNet")
    x = draw("init_or_forward", "LateLayerNet")
    model(x)
    kept = model.layer.weight
    optimizer = SGD(model.parameters(), lr=0.1)
    model(x).square().sum().backward()
    before = kept.detach().clone()
    optimizer.step()
    assert kept.grad is None
    assert torch.equal(kept, before)
    assert model.layer.weight is not kept
