"""The forward page's report agrees with plain torch, and takes any model, shape and output."""

from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError
from torch import nn

from chosen import combined
from lectures.course import COURSE, FINISHED
from lectures.lectures import catalog_of
from rollcall.core.input.model_input import ModelInput
from rollcall.core.query import Mode
from rollcall.core.tensors.tensor_stats import BINS, facts
from rollcall.experiments.forward.alignment import align
from rollcall.experiments.forward.call_log import MOST_STEPS, Step, log_calls
from rollcall.experiments.forward.experiment import ForwardQuery, ForwardReport, forward
from rollcall.folders import MODELS
from rollcall.lectures.catalog import Catalog

MODES: tuple[Mode, Mode] = ("train", "eval")


def steps_of(name: str, catalog: Catalog = COURSE, **parameters: Any) -> tuple[Step, ...]:
    query = ForwardQuery(left=name, right=name, **parameters)
    trace = forward(query, catalog.leaving_out("right")).left.call_log
    assert trace
    assert trace.raised is None, trace.raised
    return trace.steps


def test_the_calls_of_a_sequential_in_order() -> None:
    steps = steps_of("containers.SequentialNet")
    assert [(step.path, step.name, step.depth) for step in steps] == [
        ("", "SequentialNet", 0),
        ("layers", "Sequential", 1),
        ("layers.0", "Linear", 2),
        ("layers.1", "ReLU", 2),
        ("layers.2", "Linear", 2),
    ]
    assert [step.inputs for step in steps] == [
        ((4, 10),),
        ((4, 10),),
        ((4, 10),),
        ((4, 20),),
        ((4, 20),),
    ]
    assert [step.outputs[0].shape for step in steps] == [(4, 5), (4, 5), (4, 20), (4, 20), (4, 5)]
    assert {step.outputs[0].dtype for step in steps} == {"float32"}


def test_the_numbers_are_those_of_plain_torch() -> None:
    model: Any = COURSE.build("containers.BadListNet", 3)
    x = COURSE.input("containers.BadListNet").draw(3).args[0]
    with torch.no_grad():
        hidden = model.layers[0](x)
        active = F.relu(hidden)
        expected = [model(x), hidden, active, model.layers[1](active)]
    steps = steps_of("containers.BadListNet", seed=3)
    assert [step.name for step in steps] == ["BadListNet", "Linear", "F.relu", "Linear"]
    for step, tensor in zip(steps, expected, strict=True):
        seen = step.outputs[0]
        assert seen.mean == pytest.approx(float(tensor.mean()), abs=1e-6)
        assert seen.std == pytest.approx(float(tensor.std()), abs=1e-6)
        assert seen.zeros == pytest.approx(float((tensor == 0).float().mean()))
        assert sum(seen.histogram) == tensor.numel()
        assert seen.max_abs == pytest.approx(float(tensor.abs().max()))


def test_unregistered_modules_are_seen_and_marked() -> None:
    steps = steps_of("containers.BadListNet")
    assert {step.path: step.status for step in steps if step.kind == "module"} == {
        "": "registered",
        "layers[0]": "unregistered",
        "layers[1]": "unregistered",
    }


def test_functions_are_told_with_their_line_and_not_from_inside_pytorchs_layers() -> None:
    steps = steps_of("containers.BadListNet")
    lines = (MODELS / "containers.py").read_text().splitlines()
    functions = [step for step in steps if step.kind == "function"]
    assert [step.name for step in functions] == ["F.relu"]
    assert functions[0].line is not None
    assert "F.relu" in lines[functions[0].line - 1]
    assert [step.name for step in steps_of("linear.MyLinear")] == ["MyLinear", "matmul", "add"]


@pytest.mark.parametrize(("name", "mode"), combined(FINISHED, MODES))
def test_every_model_runs_and_its_first_row_is_its_forward(name: str, mode: Mode) -> None:
    report = forward(ForwardQuery(left=name, right=name, mode=mode), COURSE)
    assert report.left.raised is None
    assert report.left.call_log
    assert report.left.call_log.raised is None
    assert report.apart == 0
    model = COURSE.build(name, 0).train(mode == "train")
    x = COURSE.input(name).draw(0).args[0]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        output = model(x)
    seen = report.left.call_log.steps[0].outputs[0]
    assert seen.shape == tuple(output.shape)
    assert seen.mean == pytest.approx(float(output.detach().mean()), abs=1e-6)
    assert report.rows == tuple((i, i) for i in range(len(report.left.call_log.steps)))


@pytest.mark.parametrize("pair", list(pairwise(FINISHED)), ids=str)
def test_json_round_trip(pair: tuple[str, str]) -> None:
    report = forward(ForwardQuery(left=pair[0], right=pair[1]), COURSE)
    text = report.model_dump_json()
    assert ForwardReport.model_validate_json(text).model_dump_json() == text


def test_nan_survives_json(tmp_path: Path) -> None:
    catalog = catalog_of(
        tmp_path, "class Net(nn.Module):\n    def forward(self, x):\n        return x / 0 - x / 0\n"
    )
    report = forward(ForwardQuery(left="own.Net", right="own.Net"), catalog)
    text = report.model_dump_json()
    assert '"NaN"' in text
    assert ForwardReport.model_validate_json(text).model_dump_json() == text
    assert report.left.call_log
    assert report.left.call_log.steps[0].outputs[0].not_finite == 40


def test_the_same_output_from_different_containers() -> None:
    assert forward(ForwardQuery(), COURSE).apart == 0
    assert forward(ForwardQuery(left="activations.MyReLU"), COURSE).apart is None


def test_equals_stand_beside_equals() -> None:
    assert forward(ForwardQuery(), COURSE).rows == ((0, 0), (None, 1), (1, 2), (2, 3), (3, 4))
    stacks = forward(ForwardQuery(left="linear.MyLinearStack", right="linear.LinearStack"), COURSE)
    assert stacks.left.call_log
    assert stacks.right.call_log
    beside = [
        (stacks.left.call_log.steps[i].path, stacks.right.call_log.steps[j].path)
        for i, j in stacks.rows
        if i is not None and j is not None
    ]
    assert beside == [(path, path) for path in ("", "layers", "layers.0", "layers.1", "layers.2")]


def test_every_call_has_one_row() -> None:
    for left, right in product(FINISHED[::4], FINISHED[::3]):
        report = forward(ForwardQuery(left=left, right=right), COURSE)
        for side, subject in enumerate((report.left, report.right)):
            assert subject.call_log
            places = [pair[side] for pair in report.rows if pair[side] is not None]
            assert places == list(range(len(subject.call_log.steps)))
    assert align((), ()) == ()


def test_a_forward_that_fails_shows_the_way_there() -> None:
    report = forward(ForwardQuery(left="containers.SequentialNet", x="4,11"), COURSE)
    trace = report.left.call_log
    assert trace
    model = COURSE.build("containers.SequentialNet", 0)
    with pytest.raises(RuntimeError) as caught:
        model(torch.randn(4, 11))
    assert trace.raised
    assert (trace.raised.type, trace.raised.message) == ("RuntimeError", str(caught.value))
    assert [(step.path, step.returned) for step in trace.steps] == [
        ("", ""),
        ("layers", ""),
        ("layers.0", ""),
    ]
    assert trace.raised_in
    assert trace.raised_in.path == "layers.0"
    assert report.apart is None


def test_rows_up_to_the_failure(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.first = nn.Linear(10, 20)
                self.second = nn.Linear(21, 5)

            def forward(self, x):
                return self.second(F.relu(self.first(x)))


        class Adds(nn.Module):
            def forward(self, x):
                return x + torch.ones(3)


        class Own(nn.Module):
            def forward(self, x):
                raise KeyError("mine")
        """
    catalog = catalog_of(tmp_path, text)
    report = forward(ForwardQuery(left="own.Net", right="own.Adds", x="4,10"), catalog)
    assert report.left.call_log
    assert report.right.call_log
    assert [(step.path or step.name, step.returned) for step in report.left.call_log.steps[1:]] == [
        ("first", "Tensor"),
        ("F.relu", "Tensor"),
        ("second", ""),
    ]
    assert report.left.call_log.raised_in
    assert report.left.call_log.raised_in.path == "second"
    assert report.right.call_log.raised_in
    assert (report.right.call_log.raised_in.kind, report.right.call_log.raised_in.name) == (
        "function",
        "add",
    )
    raised = forward(ForwardQuery(left="own.Own", right="own.Own"), catalog).left.call_log
    assert raised
    assert raised.raised
    assert raised.raised.type == "KeyError"
    assert raised.raised_in
    assert raised.raised_in.name == "Own"


def test_a_failure_that_forward_catches_is_no_failure(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.wrong = nn.Linear(11, 5)
                self.head = nn.Linear(10, 5)

            def forward(self, x):
                try:
                    return self.wrong(x)
                except RuntimeError:
                    return self.head(x)
        """
    query = ForwardQuery(left="own.Net", right="own.Net", x="4,10")
    trace = forward(query, catalog_of(tmp_path, text)).left.call_log
    assert trace
    assert trace.raised is None
    assert [(step.path, step.returned, step.depth) for step in trace.steps] == [
        ("", "Tensor", 0),
        ("wrong", "", 1),
        ("head", "Tensor", 1),
    ]


def test_modules_that_no_attribute_leads_to_are_seen(tmp_path: Path) -> None:
    text = """
        class Makes(nn.Module):
            def forward(self, x):
                return nn.Linear(10, 5)(x)


        class Keeps(nn.Module):
            def forward(self, x):
                self.made = nn.Linear(10, 5)
                return self.made(x)
        """
    catalog = catalog_of(tmp_path, text)
    made = [step for step in steps_of("own.Makes", catalog) if step.name == "Linear"]
    assert [(step.path, step.status, step.appeared) for step in made] == [
        ("", "unreachable", False)
    ]
    kept = [step for step in steps_of("own.Keeps", catalog) if step.name == "Linear"]
    assert [(step.path, step.status, step.appeared) for step in kept] == [
        ("made", "registered", True)
    ]


def test_tuples_and_dicts_are_listed_by_their_tensors(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm = nn.LSTM(10, 6)

            def forward(self, x):
                out, (h, c) = self.lstm(x)
                return {"out": out, "words": ["none"], "last": h}


        class Silent(nn.Module):
            def forward(self, x):
                return None


        class Keyword(nn.Module):
            def __init__(self):
                super().__init__()
                self.head = nn.Linear(10, 5)

            def forward(self, x):
                return self.head(input=x)
        """
    catalog = catalog_of(tmp_path, text)
    steps = steps_of("own.Net", catalog, x="4,10")
    by_path = {step.path: step for step in steps if step.kind == "module"}
    assert [(out.name, out.shape) for out in by_path["lstm"].outputs] == [
        ("[0]", (4, 6)),
        ("[1][0]", (1, 6)),
        ("[1][1]", (1, 6)),
    ]
    assert [out.name for out in by_path[""].outputs] == ["['out']", "['last']"]
    assert by_path[""].returned == "dict"
    silent = steps_of("own.Silent", catalog)[0]
    assert (silent.outputs, silent.returned) == ((), "NoneType")
    assert steps_of("own.Keyword", catalog)[1].inputs == ((4, 10),)


def test_a_long_loop_is_counted_and_not_listed(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def forward(self, x):
                for _ in range(500):
                    x = F.relu(x)
                return x
        """
    report = forward(ForwardQuery(left="own.Net", right="own.Net"), catalog_of(tmp_path, text))
    assert report.left.call_log
    assert len(report.left.call_log.steps) == MOST_STEPS
    assert report.left.call_log.more == 501 - MOST_STEPS


def test_a_model_that_cannot_be_built_stays_in_its_column(tmp_path: Path) -> None:
    text = "class Net(nn.Module):\n    def __init__(self):\n        self.a = nn.Linear(1, 1)\n"
    report = forward(ForwardQuery(left="own.Net", right="own.Net"), catalog_of(tmp_path, text))
    assert report.left.raised
    assert "before Module.__init__() call" in report.left.raised.message
    assert report.rows == ()


def test_the_shape_of_the_input() -> None:
    assert steps_of("activations.MyReLU", x="2,3,5")[0].outputs[0].shape == (2, 3, 5)
    assert steps_of("activations.MyReLU", x="7")[0].inputs == ((7,),)
    empty = steps_of("activations.MyReLU", x="0,10")[0].outputs[0]
    assert empty.shape == (0, 10)
    assert empty.mean != empty.mean
    assert empty.histogram == ()


def test_ids_stay_ids_in_another_shape(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.words = nn.Embedding(11, 6)

            def forward(self, x):
                return self.words(x)
        """
    steps = steps_of("own.Net", catalog_of(tmp_path, text), x="3,2")
    assert steps[0].outputs[0].shape == (3, 2, 6)


@pytest.mark.parametrize(
    "x",
    [
        "a",
        "4,",
        ",4",
        "4,,4",
        "-1",
        "4, 10",
        "1,1,1,1,1,1,1,1,1",
        "1４",
        "1001,1000",
        "00000001",
        "9999999",
        "４",
    ],
)
def test_a_shape_that_is_refused(x: str) -> None:
    with pytest.raises(ValidationError):
        ForwardQuery(x=x)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor([1.0, float("nan"), float("inf"), 0.0]),
        torch.full((3,), float("-inf")),
        torch.tensor([True, False]),
        torch.arange(5),
        torch.tensor(3),
        torch.zeros(4),
        torch.empty(0, 3),
        torch.tensor([0.5, -1.5, 2.0], dtype=torch.float16),
        torch.tensor([1 + 2j, -0.5j, 0], dtype=torch.complex64),
        torch.eye(3).to_sparse(),
        torch.randn(3, device="meta"),
    ],
    ids=str,
)
def test_any_tensor_has_facts(tensor: torch.Tensor) -> None:
    seen = facts("", tensor)
    assert seen.shape == tuple(tensor.shape)
    assert len(seen.histogram) in (0, BINS)
    assert (
        type(seen).model_validate_json(seen.model_dump_json()).model_dump_json()
        == seen.model_dump_json()
    )


def test_zero_stands_in_the_middle_of_a_histogram() -> None:
    seen = facts("", torch.tensor([0.0, 0.0, 0.0, 1.0, -1.0]))
    assert (seen.histogram[0], seen.histogram[BINS // 2], seen.histogram[-1]) == (1, 3, 1)
    assert facts("", torch.zeros(4)).histogram[BINS // 2] == 4


def test_watching_changes_no_answer() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5))
    x = torch.randn(3, 4)
    torch.manual_seed(1)
    plain = model(x)
    torch.manual_seed(1)
    _, watched = log_calls(model, ModelInput.of(x), "")
    assert torch.equal(plain, watched)
    torch.manual_seed(1)
    assert torch.equal(plain, model(x))
    assert not model._forward_hooks


def test_what_a_model_prints_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    name = "branches.PeekingSequential"
    query = ForwardQuery(left=name, right=name)
    subject = forward(query, COURSE.leaving_out("right")).left
    x = COURSE.input(name).draw(0).args[0]
    torch.manual_seed(0)
    COURSE.build(name, 0)(x)
    assert subject.printed == capsys.readouterr().out
    assert subject.printed.count("\n") == 2


def test_which_unknown_modules_nobody_needs(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = [nn.ReLU(), nn.Linear(4, 4), nn.Dropout()]

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return nn.Softmax(dim=1)(x)
"""
    catalog = catalog_of(tmp_path, text)
    log = forward(ForwardQuery(left="own.Net", right="own.Net"), catalog).left.call_log
    assert log
    modules = [step for step in log.steps if step.kind == "module"]
    assert [step.name for step in modules if step.stateless] == ["ReLU", "Softmax"]
