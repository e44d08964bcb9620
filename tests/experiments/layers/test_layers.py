"""A layer's checks agree with plain torch: right layers pass all, each wrong one fails its own."""

from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import nn

from experiments.layers.wrong import BESIDE, RIGHT, WRONG, Wrong, course, lecture
from lectures.course import COURSE, FINISHED
from lectures.lectures import catalog_of
from rollcall.core.query import Mode
from rollcall.experiments.layer_checks.checks import CHECKS
from rollcall.experiments.layer_checks.findings import Finding
from rollcall.experiments.layers.experiment import LayersQuery, LayersReport, LayersSubject, layers
from rollcall.experiments.layers.matrix import matrix_picture
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

REFERRING = tuple(name for name, card in COURSE.contents.cards.items() if card.reference)
EXERCISES = tuple(name for name in REFERRING if name not in FINISHED)
NEITHER = "containers.BadListNet"

# The verdicts that the lectures are about.
FAILING = {
    "activations.NaiveReLU": {"nan"},
    "activations.NaiveSigmoid": {"large"},
    "activations.NaiveTanh": {"large", "small"},
    "activations.QuickGELU": {"output", "input_gradient", "double", "batches"},
    "wrong_layers.ForgetfulLinear": {
        "output",
        "bias_gradient",
        "double",
        "batches",
        "large",
        "small",
    },
    "wrong_layers.StubbornLinear": {"bias_off"},
    # The weights cannot be copied, so the other checks wait.
    "wrong_layers.TransposedLinear": {"weight", "copied"},
    "wrong_layers.TensorLinear": {"weight", "copied"},
}
SOLUTIONS = tuple(
    name
    for name in REFERRING
    if name.partition(".")[0] in ("linear", "activations", "dropout") and name not in FAILING
)


def examine(name: str, catalog: Catalog = COURSE, **parameters: Any) -> LayersSubject:
    """One layer, beside a model that has nothing to be checked and costs nothing."""
    beside = NEITHER if catalog is COURSE else "own.Beside"
    return layers(LayersQuery(left=name, right=beside, **parameters), catalog).left


@cache
def subject(name: str) -> LayersSubject:
    return examine(name)


def findings(subject: LayersSubject) -> dict[str, Finding]:
    return {line.name: line.finding for line in subject.lines}


def verdicts(subject: LayersSubject, verdict: str) -> set[str]:
    return {name for name, finding in findings(subject).items() if finding.verdict == verdict}


def own(folder: Path, text: str, course: str = "") -> Catalog:
    if course:
        course = '[[chapter]]\nfile = "own"\ntitle = "Own"\n' + course
    catalog = catalog_of(folder, dedent(text) + BESIDE, course)
    assert catalog.contents.problems == ()
    return catalog


# The course


def test_the_default_pair() -> None:
    report = layers(LayersQuery(), COURSE)
    assert (report.left.passed, report.left.failed, report.left.todo) == (6, 6, 0)
    assert (report.right.passed, report.right.failed, report.right.todo) == (12, 0, 0)
    assert [line.name for line in report.right.lines] == list(CHECKS["linear"])
    assert report.right.reference_call == "nn.Linear(10, 5)"


def test_the_course_has_a_solution_of_every_kind() -> None:
    assert {subject(name).kind for name in SOLUTIONS} == {
        "linear",
        "activation",
        "dropout",
        "module",
    }


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_solution_passes_every_check(name: str, seed: int, mode: Mode) -> None:
    checked = examine(name, seed=seed, mode=mode)
    assert verdicts(checked, "pass") == set(CHECKS[checked.kind]) if checked.kind else False
    assert [line.raised for line in checked.recipe] == [None] * len(checked.recipe)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", FAILING)
def test_a_wrong_layer_fails_where_it_is_wrong(name: str, seed: int) -> None:
    checked = examine(name, seed=seed)
    assert verdicts(checked, "fail") == FAILING[name]
    assert checked.todo == 0


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_is_to_do_and_nothing_else(name: str) -> None:
    checked = subject(name)
    assert checked.raised is None
    assert verdicts(checked, "todo") == set(CHECKS[checked.kind]) if checked.kind else False
    assert {finding.raised.type for finding in findings(checked).values() if finding.raised} == {
        "NotImplementedError"
    }
    lines = COURSE.file(name).read_text().splitlines()
    for finding in findings(checked).values():
        assert finding.raised
        assert finding.raised.line
        assert lines[finding.raised.line - 1].strip() == "raise NotImplementedError"


@pytest.mark.parametrize("name", [*REFERRING, NEITHER])
def test_a_report_survives_json(name: str) -> None:
    text = layers(LayersQuery(left=name, right=NEITHER, reach=200), COURSE).model_dump_json()
    assert LayersReport.model_validate_json(text).model_dump_json() == text


@pytest.mark.parametrize("name", [name for name in COURSE.contents.cards if name not in REFERRING])
def test_a_model_that_imitates_nothing_is_not_checked(name: str) -> None:
    checked = subject(name)
    assert (checked.kind, checked.lines, checked.recipe, checked.raised) == (None, (), (), None)


def test_a_layer_that_draws_is_told_the_same_twice(tmp_path: Path) -> None:
    text = """
    class MyReLU(nn.Module):
        def forward(self, x):
            return x + torch.randn_like(x)

    class MyLinear(nn.Linear):
        def __init__(self, in_features=4, out_features=3):
            super().__init__(in_features, out_features)

        def forward(self, x):
            return super().forward(x) + torch.rand(())

    class MyAlphaDropout(nn.AlphaDropout):
        def __init__(self, p=0.01): super().__init__(p)
    """
    catalog = own(tmp_path, text)
    for name in ("own.MyReLU", "own.MyLinear", "own.MyAlphaDropout"):
        query = LayersQuery(left=name, right=name)
        first = layers(query, catalog)
        torch.rand(1)
        assert layers(query, catalog).model_dump_json() == first.model_dump_json()
        assert first.left.mode == ("eval" if "Dropout" in name else "train")


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_solution_passes_on_a_gpu(name: str) -> None:
    checked = examine(name, device="cuda:0")
    assert (checked.raised, checked.failed, checked.todo) == (None, 0, 0), findings(checked)


# Every check can pass, and every check can fail


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "own.py").write_text(lecture() + BESIDE)
    (folder / "course.toml").write_text(course())
    catalog = load(folder)
    assert catalog.contents.problems == ()
    return catalog


@pytest.mark.parametrize("name", ["MyLinear", "MyTanh", "MyDropout", "MyStack"])
def test_what_is_not_spoiled_passes(spoiled: Catalog, name: str) -> None:
    checked = examine(f"own.{name}", spoiled)
    assert checked.kind
    assert verdicts(checked, "pass") == set(CHECKS[checked.kind])


@pytest.mark.parametrize(
    ("index", "wrong"), list(enumerate(WRONG)), ids=[f"{each.name}-{each.check}" for each in WRONG]
)
def test_a_slip_fails_its_check(spoiled: Catalog, index: int, wrong: Wrong) -> None:
    checked = examine(f"own.Wrong{index}", spoiled)
    assert checked.raised is None
    assert wrong.check in verdicts(checked, "fail"), findings(checked)
    assert checked.todo == 0


def test_every_check_has_a_layer_that_fails_it() -> None:
    kinds = {
        "MyLinear": "linear",
        "MyTanh": "activation",
        "MyDropout": "dropout",
        "MyStack": "module",
    }
    failed = {(kinds[wrong.name], wrong.check) for wrong in WRONG}
    assert failed == {(kind, name) for kind, checks in CHECKS.items() for name in checks}


def test_shapes_that_cannot_match_are_told() -> None:
    found = findings(subject("wrong_layers.TransposedLinear"))
    weight, copied = found["weight"], found["copied"]
    assert weight.found
    assert weight.wanted
    assert (weight.found.shape, weight.wanted.shape) == ((10, 5), (5, 10))
    with pytest.raises(RuntimeError) as refused:
        COURSE.build("wrong_layers.TransposedLinear", 0).load_state_dict(
            nn.Linear(10, 5).state_dict()
        )
    assert copied.raised
    assert copied.raised.message == str(refused.value)
    waiting = {name for name, finding in found.items() if finding.verdict == "unreached"}
    assert waiting == set(found) - {"weight", "bias", "copied"}
    assert (weight.verdict, copied.verdict) == ("fail", "fail")


def test_the_numbers_told_are_those_of_plain_torch() -> None:
    close = findings(subject("wrong_layers.ForgetfulLinear"))["output"].close
    mine: Any = COURSE.build("wrong_layers.ForgetfulLinear", 0)
    torch.manual_seed(0)
    theirs = nn.Linear(10, 5)
    mine.load_state_dict(theirs.state_dict())
    x = COURSE.input("wrong_layers.ForgetfulLinear").draw(0).args[0]
    assert close
    assert close.actual == mine(x)[close.place].item()
    assert close.expected == theirs(x)[close.place].item()
    assert close.apart == pytest.approx(theirs.bias.abs().max().item(), rel=1e-5)


def test_where_an_activation_breaks_is_told_by_its_x() -> None:
    large = findings(subject("activations.NaiveSigmoid"))["large"]
    assert (large.of, large.at) == ("x.grad", -89.0)
    tanh = findings(subject("activations.NaiveTanh"))["large"]
    assert (tanh.of, tanh.at) == ("y", 89.0)
    assert tanh.close
    assert (tanh.close.actual != tanh.close.actual, tanh.close.expected) == (True, 1.0)


@settings(max_examples=15)
@given(p=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_torchs_own_dropout_passes_whatever_p_and_seed(
    tmp_path_factory: pytest.TempPathFactory, p: float, seed: int
) -> None:
    """The bound of the fraction is a binomial's, so that chance alone does not fail a layer."""
    catalog = own(
        tmp_path_factory.mktemp("p"), RIGHT, f"[chapter.models.MyDropout]\nargs = [{p!r}]\n"
    )
    checked = examine("own.MyDropout", catalog, seed=seed)
    assert checked.failed == 0, findings(checked)
    share = findings(checked)["fraction"].share
    assert share
    assert share.low <= p <= share.high


# Partly done


def test_a_half_done_exercise_mixes_pass_and_todo(tmp_path: Path) -> None:
    text = """
    class MyLinear(nn.Module):
        def __init__(self, in_features=10, out_features=5, bias=True):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(out_features, in_features))
            self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

        def forward(self, x):
            raise NotImplementedError

    class MyDropout(nn.Module):
        def forward(self, x):
            if self.training:
                raise NotImplementedError("later")
            return x

    class MySigmoid(nn.Module):
        pass
    """
    catalog = own(tmp_path, text)
    linear = examine("own.MyLinear", catalog)
    assert verdicts(linear, "pass") == {"weight", "bias", "copied"}
    assert verdicts(linear, "todo") == set(CHECKS["linear"]) - verdicts(linear, "pass")
    assert linear.small
    assert linear.small.raised
    assert linear.small.raised.type == "NotImplementedError"
    dropout = examine("own.MyDropout", catalog)
    assert (verdicts(dropout, "pass"), verdicts(dropout, "fail")) == (
        {"eval"},
        {"none_dropped", "all_dropped"},
    )
    assert dropout.todo == len(dropout.lines) - 3
    assert examine("own.MySigmoid", catalog).todo == len(
        CHECKS["activation"]
    )  # forward is not even there


def test_a_layer_that_returns_more_than_a_tensor(tmp_path: Path) -> None:
    text = "class MyGRU(nn.GRU):\n    def __init__(self, i, h): super().__init__(i, h)\n"
    checked = examine(
        "own.MyGRU",
        own(tmp_path, text, "[chapter.models.MyGRU]\nargs = [10, 3]\ninput = [4, 10]\n"),
    )
    assert {
        "keys",
        "copied",
        "output",
        "input_gradient",
        "parameter_gradients",
        "double",
    } <= verdicts(checked, "pass")
    assert (checked.failed, checked.todo) == (0, 0)


# The reference


@pytest.mark.parametrize(
    ("signature", "call"),
    [
        ("in_features=10, out_features=5", "nn.Linear(in_features=10, out_features=5)"),
        ("n_in=10, n_out=5", "nn.Linear(in_features=10, out_features=5)"),
        ("out_features=5, in_features=10", "nn.Linear(in_features=10, out_features=5)"),
        (
            "in_features=10, out_features=5, bias=False",
            "nn.Linear(in_features=10, out_features=5, bias=False)",
        ),
        (
            "in_features=10, out_features=5, bias=True, gain=3",
            "nn.Linear(in_features=10, out_features=5)",
        ),
    ],
)
def test_the_reference_is_built_as_the_layer_is(tmp_path: Path, signature: str, call: str) -> None:
    body = (
        f"class MyLinear(nn.Linear):\n    def __init__(self, {signature}): "
        "super().__init__(10, 5)\n"
    )
    assert examine("own.MyLinear", own(tmp_path, body)).reference_call == call


def test_a_reference_that_cannot_be_built_is_told(tmp_path: Path) -> None:
    checked = examine("own.MyConv2d", own(tmp_path, "class MyConv2d(nn.Module): pass\n"))
    with pytest.raises(TypeError) as raised:
        nn.Conv2d()  # type: ignore[call-arg]
    assert checked.reference_raised
    assert checked.reference_raised.message == str(raised.value)


def test_what_draws_in_training_is_compared_in_eval(tmp_path: Path) -> None:
    catalog = own(tmp_path, "class MyRReLU(nn.RReLU): pass\nclass MyELU(nn.ELU): pass\n")
    drawing, steady = examine("own.MyRReLU", catalog), examine("own.MyELU", catalog)
    assert (drawing.mode, steady.mode) == ("eval", "train")
    assert (drawing.failed, steady.failed) == (0, 0)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "class MyEmbedding(nn.Embedding):\n"
            "    def __init__(self, n=7, d=3): super().__init__(n, d)\n",
            "module",
        ),
        (
            "class MySoftmax(nn.Softmax):\n    def __init__(self, dim=-1): super().__init__(dim)\n",
            "module",
        ),
        ("class MyPReLU(nn.PReLU): pass\n", "module"),
        ("class MyFlatten(nn.Flatten): pass\n", "module"),
        (
            "class MyLayerNorm(nn.LayerNorm):\n    def __init__(self, n=10): super().__init__(n)\n",
            "module",
        ),
        ("class MyMish(nn.Mish): pass\n", "activation"),
    ],
)
def test_any_layer_of_torchs_may_be_imitated(tmp_path: Path, text: str, kind: str) -> None:
    name = "own." + text.split("(")[0].removeprefix("class ")
    checked = examine(name, own(tmp_path, text))
    assert checked.kind == kind
    assert checked.lines
    assert (checked.failed, checked.todo) == (0, 0), findings(checked)


# The recipe


def test_the_recipe_is_python_that_runs() -> None:
    for name in SOLUTIONS:
        namespace: dict[str, Any] = {}
        exec(compile(COURSE.file(name).read_text(), name, "exec"), namespace)
        with torch.random.fork_rng():
            exec("\n".join(line.python for line in subject(name).recipe), namespace)


def test_the_recipe_stops_where_python_raises() -> None:
    recipe = subject("wrong_layers.TransposedLinear").recipe
    assert [line.reached for line in recipe] == [True, True, True, False, False]
    assert recipe[2].raised
    assert recipe[2].raised.type == "RuntimeError"
    assert subject("linear.MyLinear").recipe[2].answer == "<All keys matched successfully>"


# The pictures


@given(seed=st.integers(0, 2**32 - 1), row=st.integers(0, 1), column=st.integers(0, 2))
def test_a_cell_of_the_matrix_is_its_row_times_its_row_of_weights(
    seed: int, row: int, column: int
) -> None:
    picture = matrix_picture(seed, row, column)
    assert (picture.row, picture.column) == (row, column)
    products = sum(a * b for a, b in zip(picture.x[row], picture.weight[column], strict=True))
    assert picture.y[row][column] == pytest.approx(products + picture.bias[column], abs=1e-5)
    assert picture.weight_t == tuple(zip(*picture.weight, strict=True))
    numbers = [number for row in (*picture.x, *picture.weight, picture.bias) for number in row]
    assert numbers == pytest.approx([round(number, 1) for number in numbers], abs=1e-6)


@pytest.mark.parametrize(("seed", "row", "column"), [(0, 0, 0), (1, 1, 2), (2**32 - 1, 0, 1)])
def test_a_layer_of_its_own_fills_the_same_cell(seed: int, row: int, column: int) -> None:
    report = layers(LayersQuery(seed=seed, cell=f"{row},{column}"), COURSE)
    picture = report.matrix
    assert picture
    assert picture == matrix_picture(seed, row, column)
    products = sum(a * b for a, b in zip(picture.x[row], picture.weight[column], strict=True))
    forgetful, right = report.left.small, report.right.small
    assert forgetful
    assert right
    assert right.agrees == ((True,) * 3,) * 2
    assert forgetful.y[row][column] == pytest.approx(products, abs=1e-5)
    assert forgetful.agrees[row][column] == (picture.bias[column] == 0)


def test_pictures_are_for_those_that_have_one() -> None:
    linear = layers(LayersQuery(left="linear.MyLinear", right="activations.MyTanh"), COURSE)
    assert (linear.left.curves, linear.right.small) == (None, None)
    assert (linear.matrix is not None, linear.right.curves is not None) == (True, True)
    neither = layers(LayersQuery(left=NEITHER, right="dropout.MyDropout"), COURSE)
    assert (neither.matrix, neither.right.curves, neither.right.small) == (None, None, None)


@pytest.mark.parametrize("reach", [0.01, 1.0, 10.0, 200.0])
def test_the_curves_are_those_of_plain_torch(reach: float) -> None:
    drawn = examine("activations.NaiveTanh", reach=reach).curves
    assert drawn
    x = torch.tensor(drawn.x).requires_grad_()
    assert (drawn.x[0], drawn.x[len(x) // 2], drawn.x[-1]) == pytest.approx((-reach, 0, reach))
    for curve, function in (
        (drawn.expected, torch.tanh),
        (drawn.actual, COURSE.build("activations.NaiveTanh", 0)),
    ):
        y = function(x)
        (slopes,) = torch.autograd.grad(y.sum(), x)
        assert torch.equal(torch.tensor(curve.values).nan_to_num(7), y.detach().nan_to_num(7))
        assert torch.equal(torch.tensor(curve.slopes).nan_to_num(7), slopes.nan_to_num(7))
    assert torch.tensor(drawn.actual.values).isnan().any().item() == (reach > 88.8)


@pytest.mark.parametrize(
    ("answer", "returned"), [("(x, x)", "tuple"), ("None", "NoneType"), ("x[:2]", "[2]")]
)
def test_an_answer_that_is_no_curve_is_no_exception(
    tmp_path: Path, answer: str, returned: str
) -> None:
    text = f"class MyTanh(nn.Module):\n    def forward(self, x): return {answer}\n"
    drawn = examine("own.MyTanh", own(tmp_path, text)).curves
    assert drawn
    assert (drawn.actual.returned, drawn.actual.raised) == (returned, None)
    assert drawn.actual.values == ()
    assert len(drawn.expected.values) == len(drawn.x)


# The query


@pytest.mark.parametrize(
    "wrong",
    [
        {"reach": 0},
        {"reach": 201},
        {"reach": float("nan")},
        {"cell": "2,0"},
        {"cell": "0,3"},
        {"cell": "0"},
    ],
)
def test_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LayersQuery(**wrong)


def test_a_cell_is_a_link() -> None:
    assert LayersQuery().tracing(1, 2).url.endswith("&cell=1%2C2")


def test_a_reference_that_changes_its_input_in_place_is_given_a_copy(tmp_path: Path) -> None:
    text = """
    class Shift(nn.Module):
        def forward(self, x):
            return x.add_(1)[:, :1] * 1

    class MyShift(nn.Module):
        def forward(self, x):
            return (x + 1)[:, :1]
    """
    checked = examine(
        "own.MyShift", own(tmp_path, text, '[chapter.models.MyShift]\nreference = "Shift"\n')
    )
    assert (checked.kind, checked.mode) == ("module", "train")
    assert findings(checked)["output"].verdict == "pass"
    assert checked.failed == 0


def test_the_numbers_of_the_matrix_are_not_changed_in_place(tmp_path: Path) -> None:
    text = (
        "class MyLinear(nn.Linear):\n    def forward(self, x): return super().forward(x.mul_(2))\n"
    )
    small = examine(
        "own.MyLinear", own(tmp_path, text, "[chapter.models.MyLinear]\nargs = [10, 5]\n")
    ).small
    assert small
    assert not all(all(row) for row in small.agrees)
