"""The dropout page's masks are those of the modules called directly, its counts their sums."""

import pickle
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import Tensor, nn

from chosen import combined
from lectures.course import COURSE, FINISHED
from lectures.lectures import catalog_of
from rollcall.core.binomial import deviation
from rollcall.core.query import InvalidParameter, Mode
from rollcall.experiments.dropout.experiment import RECORDER, DropoutReport, dropout
from rollcall.experiments.dropout.grid import Content, grid_of, in_pictures, laid_out
from rollcall.experiments.dropout.query import MOST_DRAWS, MOST_FRAMES, DropoutQuery
from rollcall.experiments.dropout.report import Cells, DropoutSubject
from rollcall.experiments.forward.experiment import ForwardQuery, forward
from rollcall.lectures.catalog import Catalog
from rollcall.web.view.mask_link import mask_query

NAMES = tuple(COURSE.contents.cards)
MODES: tuple[Mode, Mode] = ("train", "eval")

# The layers of the course that drop as PyTorch does, and the module that they must agree with.
INVERTED: dict[str, Callable[[float], nn.Module]] = {
    "dropout.MyDropout": nn.Dropout,
    "dropout_layers.TorchDropout": nn.Dropout,
    "dropout_layers.ForgetfulDropout": nn.Dropout,
    "dropout_layers.AttentiveDropout": nn.Dropout,
    "dropout_layers.ListDropout": nn.Dropout,
    "dropout_layers.RowDropout": nn.Dropout1d,
    "dropout_layers.ChannelDropout": nn.Dropout2d,
}
ALPHA = {"dropout_layers.TorchAlphaDropout": nn.AlphaDropout}
LAYERS = (*INVERTED, *ALPHA, "dropout_layers.NaiveDropout")
HEED_EVAL = [name for name in LAYERS if not name.endswith(("ForgetfulDropout", "ListDropout"))]
NETS = {
    "dropout.DropoutNet": ["dropout"],
    "dropout.DropoutListNet": ["dropouts[0]", "dropouts[1]"],
    "dropout.DropoutModuleListNet": ["dropouts.0", "dropouts.1"],
    "dropout.ForgetfulDropoutNet": [""],
    "dropout.AttentiveDropoutNet": [""],
    "repairs.YourDropoutNet": [""],
}
MADE_IN_FORWARD = (
    "init_or_forward.LocalLayerNet",
    "init_or_forward.LateLayerNet",
)  # with random weights
PERCENT = st.integers(0, 100).map(lambda percent: percent / 100)
CONTENTS: st.SearchStrategy[Content] = st.sampled_from(["ones", "random", "picture"])


def side(name: str, catalog: Catalog = COURSE, **parameters: Any) -> DropoutSubject:
    query = DropoutQuery(left=name, right=name, **parameters)
    subject = dropout(query, catalog.leaving_out("right")).left
    assert subject.raised is None, subject.raised
    return subject


def cells(subject: DropoutSubject) -> Cells:
    assert subject.cells is not None
    return subject.cells


def called_directly(module: nn.Module, x: Tensor, seed: int, draw: int) -> Tensor:
    """The answer to the last of `draw` calls in a row."""
    torch.manual_seed(seed)
    answers = [module(x) for _ in range(draw)]
    return answers[-1]  # type: ignore[no-any-return]


def bits(values: Any) -> bytes:
    return torch.tensor(values, dtype=torch.float64).numpy().tobytes()


# The mask is that of the module


@pytest.mark.parametrize("name", [*INVERTED, *ALPHA])
@settings(max_examples=8, deadline=None)
@given(
    p=PERCENT.filter(lambda p: p < 1),  # p = 1 is a case of its own, below
    rows=st.integers(1, 32),
    columns=st.integers(1, 64),
    seed=st.integers(0, 2**32 - 1),
    draw=st.integers(1, 5),
    content=CONTENTS,
)
def test_output_and_mask_are_those_of_the_module_called_directly(
    name: str, p: float, rows: int, columns: int, seed: int, draw: int, content: Content
) -> None:
    subject = side(name, p=p, rows=rows, columns=columns, seed=seed, draw=draw, input=content)
    authority = (INVERTED | ALPHA)[name]
    x = in_pictures(grid_of(content, rows, columns, seed), 4 if authority is nn.Dropout2d else 2)
    leaf = x.clone().requires_grad_()
    answer = called_directly(authority(p), leaf, seed, draw)
    (factor,) = torch.autograd.grad(answer.sum(), leaf) if p else (torch.ones_like(x),)
    for seen, expected in zip(
        (cells(subject).input, cells(subject).output, cells(subject).factor),
        (x, answer, factor),
        strict=True,
    ):
        assert bits(seen) == bits(
            laid_out(expected.detach(), rows, columns).flatten().double().tolist()
        )


@pytest.mark.parametrize("name", INVERTED)
@settings(max_examples=8, deadline=None)
@given(
    p=PERCENT.filter(lambda p: p < 1),
    seed=st.integers(0, 99),
    draw=st.integers(1, 4),
    content=CONTENTS,
)
def test_survivors_are_scaled_and_the_dropped_are_zero(
    name: str, p: float, seed: int, draw: int, content: Content
) -> None:
    subject = side(name, p=p, seed=seed, draw=draw, input=content, rows=8, columns=12)
    seen = cells(subject)
    scale = float(torch.tensor(1.0) / torch.tensor(1 - p))
    dropped = [factor == 0 for factor in seen.factor]
    for x, gone, y in zip(seen.input, dropped, seen.output, strict=True):
        assert y == (0 if gone else float(torch.tensor(x) * torch.tensor(scale)))
    assert sum(dropped) * subject.n_trials // len(dropped) == subject.dropped[-1]
    assert subject.p == p
    if not all(dropped):
        assert subject.scale == scale
        assert subject.keeps_mean


@pytest.mark.parametrize("name", HEED_EVAL)
@settings(max_examples=8, deadline=None)
@given(
    p=PERCENT,
    rows=st.integers(1, 32),
    columns=st.integers(1, 64),
    seed=st.integers(0, 99),
    content=st.sampled_from(["ones", "random", "picture", "extreme", "own"]),
)
def test_eval_is_the_identity(
    name: str, p: float, rows: int, columns: int, seed: int, content: Any
) -> None:
    subject = side(
        name, mode="eval", p=p, rows=rows, columns=columns, seed=seed, draw=2, input=content
    )
    assert subject.identical
    assert bits(cells(subject).output) == bits(cells(subject).input)
    assert set(cells(subject).factor) == {1.0}
    assert subject.dropped == (0, 0)
    assert not subject.place.training


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("dropout_layers.ForgetfulDropout", "function", "registered"),
        ("dropout_layers.ListDropout", "module", "unregistered"),
        ("dropout.ForgetfulDropoutNet", "function", "registered"),
        ("dropout.DropoutListNet", "module", "unregistered"),
    ],
)
def test_eval_that_is_not_heard_has_its_reason(name: str, kind: str, status: str) -> None:
    subject = side(name, mode="eval")
    assert not subject.identical
    assert subject.dropped[0] > 0
    assert (subject.place.kind, subject.place.status, subject.place.training) == (
        kind,
        status,
        True,
    )
    if kind == "function":
        assert not subject.place.owner_training
        assert subject.place.line is not None
        line = COURSE.file(name).read_text("utf-8").splitlines()[subject.place.line - 1]
        assert "F.dropout(" in line
        assert "self.training" not in line


def test_both_sides_draw_from_the_same_generator() -> None:
    report = dropout(DropoutQuery(draw=3), COURSE)
    assert report.same_input
    assert report.same_mask
    assert report.max_abs == 2
    assert report.left.keeps_mean is False
    assert report.right.keeps_mean is True
    assert report.right.outputs == tuple(2 * mean for mean in report.left.outputs)
    apart = dropout(DropoutQuery(left="dropout_layers.RowDropout"), COURSE)
    assert apart.same_input
    assert not apart.same_mask
    assert not dropout(DropoutQuery(left="dropout.DropoutNet"), COURSE).same_input


@pytest.mark.parametrize(
    ("left", "numbers"), combined([*LAYERS, *NETS, "containers.BadListNet"], ["random", "own"])
)
def test_one_scale_of_shades_for_both_modes_and_all_draws(left: str, numbers: str) -> None:
    same = DropoutQuery.model_validate({"left": left, "input": numbers, "p": 0.3, "seed": 4})
    asked = [same.replace(mode=mode, draw=draw) for mode, draw in product(MODES, (1, 7))]
    asked += [same.replace(call=2), same.replace(cell="2,3"), same.swapped]
    reports = [dropout(query, COURSE) for query in asked]
    assert len({report.max_abs for report in reports}) == 1
    if left in LAYERS:  # of a net, a later draw of the dropout before may give larger numbers
        shown = [
            each.cells for report in reports for each in (report.left, report.right) if each.cells
        ]
        assert max(abs(value) for each in shown for value in each.output) <= reports[0].max_abs
    assert (
        dropout(same.replace(p=0.9), COURSE).max_abs > reports[0].max_abs
    )  # the right one takes p


def test_a_dropout_that_is_on_in_one_mode_only_has_a_part_in_the_scale_of_both(
    tmp_path: Path,
) -> None:
    catalog = catalog_of(
        tmp_path,
        """
        class InTraining(nn.Module):
            def forward(self, x):
                return F.dropout(100 * x, 0.5) if self.training else x

        class Raises(nn.Module):
            def forward(self, x):
                if self.training:
                    raise ValueError("not in training")
                return F.dropout(x, 0.5)

        class Quiet(nn.Dropout):
            pass
        """,
    )
    for left in ("own.InTraining", "own.Raises"):
        query = DropoutQuery(left=left, right="own.Quiet", input="own")
        train, eval = (dropout(query.replace(mode=mode), catalog) for mode in MODES)
        assert (train.left.raised is not None) == (left == "own.Raises")
        assert train.left.cells is None or eval.left.cells is None
        if left == "own.InTraining":
            assert train.max_abs == eval.max_abs == train.left.max_abs > 100


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_the_fraction_is_within_what_a_binomial_allows(p: float) -> None:
    inverted, naive = "dropout_layers.TorchDropout", "dropout_layers.NaiveDropout"
    query = DropoutQuery(left=inverted, right=naive, p=p, rows=32, columns=64, draw=100)
    report = dropout(query, COURSE)
    subject = report.left
    assert abs(subject.fraction_so_far - p) < 5 * deviation(2048 * 100, p)
    assert all(abs(dropped / 2048 - p) < 5 * deviation(2048, p) for dropped in subject.dropped)
    assert subject.histogram
    assert sum(subject.histogram.seen) == 100
    # Inverted: for x = 1, scale · x has the variance p / (1 - p); 2048 · 100 were averaged.
    assert abs(subject.averages[-1] - 1) < 5 * (p / (1 - p) / (2048 * 100)) ** 0.5
    assert abs(report.right.averages[-1] - (1 - p)) < 5 * (p * (1 - p) / (2048 * 100)) ** 0.5


def test_alpha_dropout_shifts_and_keeps_the_standard_deviation() -> None:
    subject = side("dropout_layers.TorchAlphaDropout", input="random", rows=32, columns=64)
    assert subject.dropped_to == pytest.approx(-0.7792, abs=1e-4)
    assert subject.shift == pytest.approx(0.7792, abs=1e-4)
    assert subject.keeps_mean is None
    for before, after in ((subject.inputs[0], subject.outputs[0]), subject.std):
        assert after == pytest.approx(before, abs=0.1)
    gone = [
        y for y, by in zip(cells(subject).output, cells(subject).factor, strict=True) if by == 0
    ]
    assert len(gone) == subject.dropped[0]
    assert len(set(gone)) == 1


@pytest.mark.parametrize("name", INVERTED)
def test_nothing_is_dropped_with_p_0_and_everything_with_p_1(name: str) -> None:
    none = side(name, p=0)
    assert none.identical
    assert (none.dropped, none.scale) == ((0,), 1.0)
    everything = side(name, p=1)
    assert (everything.scale, everything.spread) == (None, 0)
    torch.manual_seed(0)
    answer = COURSE.build(name, 0, p=1.0)(
        in_pictures(torch.ones(5, 10), 4 if "Channel" in name else 2)
    )
    assert bits(cells(everything).output) == bits(
        laid_out(answer, 5, 10).flatten().double().tolist()
    )
    if not answer.isnan().any():
        assert set(cells(everything).output) == {0.0}
        assert everything.dropped == (everything.n_trials,)


def test_a_layer_that_divides_0_by_0_answers_with_no_numbers(tmp_path: Path) -> None:
    text = """
        class MyDropout(nn.Module):
            def __init__(self, p=0.5):
                super().__init__()
                self.p = p

            def forward(self, x):
                return x * (torch.empty_like(x).bernoulli_(1 - self.p) / (1 - self.p))
        """
    subject = side("own.MyDropout", catalog_of(tmp_path, text), p=1)
    assert all(value != value for value in (*cells(subject).output, *cells(subject).factor))
    assert (subject.dropped, subject.scale) == ((0,), None)


def test_numbers_that_are_none_stay_what_they_are() -> None:
    subject = side("dropout_layers.TorchDropout", input="extreme", draw=4)
    text = dropout(DropoutQuery(input="extreme"), COURSE).model_dump_json()
    assert '"NaN"' in text
    assert '"Infinity"' in text
    x, y = cells(subject).input, cells(subject).output
    assert [value != value for value in y[:1]] == [True]  # NaN · 0 is NaN
    assert subject.outputs[-1] != subject.outputs[-1]
    assert 0 < subject.dropped[-1] < 50
    assert len(x) == 50


# Draws


def test_a_draw_is_the_same_however_one_comes_to_it() -> None:
    """Alone, or told from a recording that goes further, while it is made or after that."""
    for left in (*LAYERS[:3], "dropout.DropoutNet", "containers.BadListNet"):
        query = DropoutQuery(left=left, right="dropout.DropoutListNet", seed=7)
        asked = {query.at(draw).recorded for draw in (1, 2, 17)}
        recordings = {each: list(RECORDER.record(each, COURSE)) for each in asked}
        for draw in (1, 2, 16, 17, 30):
            frame = query.at(draw)
            alone = dropout(frame, COURSE).model_dump_json()
            whole = recordings[frame.recorded]
            so_far = whole[:draw]
            for increments in (so_far, whole):
                report = RECORDER.frame(increments, frame)
                assert report
                assert report.model_dump_json() == alone
            assert RECORDER.frame(whole[: draw - 1], frame) is None


def test_the_first_draw_costs_one_call_and_the_next_ones_share_a_recording() -> None:
    query = DropoutQuery(rate=7, cell="2,3")
    assert query.recorded == query.replace(rate=4, cell="1,1")
    assert len(list(RECORDER.record(query.recorded, COURSE))) == 1
    assert {query.at(draw).recorded.draw for draw in range(2, 17)} == {16}
    assert query.at(MOST_DRAWS).recorded.draw == MOST_DRAWS
    assert query.at(17).recorded.first_recorded == 17
    for draw in range(1, MOST_DRAWS + 1):  # every draw is one that its own recording shows
        recorded = query.at(draw).recorded
        assert recorded.first_recorded <= draw <= recorded.draw
        assert recorded.recorded == recorded


def test_draws_that_are_only_counted_cost_next_to_nothing_to_keep() -> None:
    query = DropoutQuery(rows=32, columns=64, input="random", draw=256)
    first, *sizes, last = [len(pickle.dumps(each)) for each in RECORDER.record(query, COURSE)]
    assert first < 3_000  # with the source of both models
    assert max(sizes[:63]) < 1_000
    assert max(sizes[63:]) < 32_000  # of two sides, so that 976 stay far below the lab's bound
    assert min(sizes[63:]) > 1_000
    assert last < 64_000  # with the checkpoints of both


def test_the_series_are_the_draws_one_by_one() -> None:
    whole = side("dropout.DropoutListNet", draw=5, call=2)
    single = [side("dropout.DropoutListNet", draw=draw, call=2) for draw in range(1, 6)]
    assert whole.dropped == tuple(each.dropped[-1] for each in single)
    assert whole.outputs == tuple(each.outputs[-1] for each in single)
    assert whole.inputs == tuple(each.inputs[-1] for each in single)
    assert (
        len(set(whole.inputs)) == 5
    )  # the first dropout draws too, and the second is given what it leaves
    assert whole.averages[-1] == pytest.approx(sum(whole.outputs) / 5)


def test_a_play_goes_on_from_the_draw_that_is_shown() -> None:
    frames = DropoutQuery(draw=5, rate=10).frames
    assert [frame.draw for frame in frames] == list(range(5, 6 + MOST_FRAMES))
    assert len(frames) >= 120 * frames[0].rate  # two minutes
    assert [frame.draw for frame in DropoutQuery(draw=MOST_DRAWS).frames] == [MOST_DRAWS]
    assert DropoutQuery(draw=1900).frames[-1].draw == MOST_DRAWS
    assert DropoutQuery.model_validate(frames[-1].model_dump()) == frames[-1]


def test_an_edited_course_is_not_answered_from_the_old_one(tmp_path: Path) -> None:
    text = (
        "class ADropout(nn.Module):\n    def forward(self, x):\n"
        "        return x * (torch.rand_like(x) > 0.5) * {}\n"
    )
    for factor in (3.0, 5.0):
        assert side("own.ADropout", catalog_of(tmp_path, text.format(factor))).scale == factor


# Any model


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("exercises.")])
def test_an_exercise_that_nobody_has_written_says_so(name: str) -> None:
    report = dropout(DropoutQuery(left=name), COURSE)
    assert report.left.raised
    assert report.left.raised.type == "NotImplementedError"
    assert report.right.places


@pytest.mark.parametrize(("name", "mode"), combined(FINISHED, MODES))
def test_every_model_of_the_course_is_a_subject(name: str, mode: Mode) -> None:
    report = dropout(DropoutQuery(left=name, right="activations.MyReLU", mode=mode, draw=2), COURSE)
    subject = report.left
    assert report.right.places == ()
    assert report.right.modules == ()
    assert subject.raised is None
    if name in LAYERS:
        assert subject.on_grid
        assert len(subject.places) == 1
    elif name in NETS:
        assert [place.path for place in subject.places] == NETS[name]
        assert not subject.on_grid
        assert not subject.takes_p
    elif name in MADE_IN_FORWARD:
        assert {place.name for place in subject.places} == {
            "init.kaiming_uniform_",
            "init.uniform_",
        }
        assert all(place.drew for place in subject.places)
        assert subject.cells is None
    else:
        assert subject.places == ()
        assert subject.cells is None
    text = report.model_dump_json()
    assert DropoutReport.model_validate_json(text).model_dump_json() == text


@pytest.mark.parametrize("name", [name for name, paths in NETS.items() if paths != [""]])
@pytest.mark.parametrize("call", [1, 2, 9])
def test_the_mask_of_a_net_is_that_of_its_module(name: str, call: int) -> None:
    subject = side(name, call=call, seed=4, draw=3)
    model: Any = COURSE.build(name, 4)
    x = COURSE.input(name).draw(4).args[0]
    noted: list[tuple[Tensor, Tensor]] = []
    layers = getattr(model, "dropouts", None) or [model.dropout]
    for layer in layers:
        layer.register_forward_hook(lambda _, args, answer: noted.append((args[0], answer)))
    called_directly(model, x, 4, 3)
    shown = min(call, len(layers)) - 1
    before, after = noted[2 * len(layers) + shown]
    assert subject.shown == shown
    assert bits(cells(subject).input) == bits(before.flatten().double().tolist())
    assert bits(cells(subject).output) == bits(after.flatten().double().tolist())


@pytest.mark.parametrize("name", [name for name, paths in NETS.items() if paths == [""]])
def test_the_mask_of_a_net_is_that_of_its_function(name: str) -> None:
    subject = side(name, seed=4)
    model: Any = COURSE.build(name, 4)
    with torch.no_grad():
        hidden = F.relu(model.hidden(COURSE.input(name).draw(4).args[0]))
    torch.manual_seed(4)
    assert bits(cells(subject).output) == bits(F.dropout(hidden, 0.5).flatten().double().tolist())


@pytest.mark.parametrize("name", [*NETS, *LAYERS])
@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize("mode", MODES)
def test_forward_leads_to_the_mask_of_its_own_draw(name: str, seed: int, mode: Mode) -> None:
    report = forward(
        ForwardQuery(left="activations.MyReLU", right=name, seed=seed, mode=mode), COURSE
    )
    assert report.right.call_log
    rows = [step for step in report.right.call_log.steps if step.mask]
    assert [step.mask for step in rows] == list(range(1, len(NETS.get(name, [""])) + 1))
    for step in rows:
        assert step.mask
        query = mask_query(report, "right", step.mask)
        assert query
        subject = dropout(DropoutQuery.model_validate(query.model_dump()), COURSE).right
        assert (subject.place.path, subject.place.name) == (step.path, step.name)
        assert cells(subject).shape == step.outputs[0].shape
        assert subject.outputs == pytest.approx((step.outputs[0].mean,), abs=1e-12)
        zeros = sum(value == 0 for value in cells(subject).output) / len(cells(subject).output)
        assert zeros == pytest.approx(step.outputs[0].zeros)
    assert report.left.call_log
    assert [step.mask for step in report.left.call_log.steps] == [None] * len(
        report.left.call_log.steps
    )
    other = forward(ForwardQuery(left=name, right=name, x="3,10"), COURSE)
    typed = mask_query(other, "left", 1)
    assert typed
    assert typed.x == "3,10"
    assert cells(dropout(typed, COURSE).left).shape[0] == 3


# Lecture files of somebody's own


def test_what_a_lecture_file_raises_stays_in_its_column(tmp_path: Path) -> None:
    text = """
        class Once(nn.Module):
            def __init__(self, p=0.5):
                super().__init__()
                self.drop = nn.Dropout(p)
                self.calls = 0

            def forward(self, x):
                self.calls += 1
                if self.calls == 3:
                    raise RuntimeError("no more")
                return self.drop(x)


        class Unbuildable(nn.Module):
            def __init__(self, p=0.5):
                raise ValueError("not today")
        """
    catalog = catalog_of(tmp_path, text)
    assert len(side("own.Once", catalog, draw=2).dropped) == 2
    for _ in range(2):
        raised = dropout(
            DropoutQuery(left="own.Once", right="own.Once", draw=3), catalog
        ).left.raised
        assert raised
        assert (raised.type, raised.message) == ("RuntimeError", "no more")
        assert raised.line is not None
    assert len(side("own.Once", catalog, draw=2).dropped) == 2
    unbuilt = dropout(DropoutQuery(left="own.Unbuildable", right="own.Once"), catalog)
    assert unbuilt.left.raised
    assert unbuilt.right.raised is None


def test_p_goes_to_a_constructor_that_takes_a_number_of_that_name(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def __init__(self, hidden=6, p=0.25):
                super().__init__()
                self.first = nn.Linear(10, hidden)
                self.drop = nn.Dropout(p)

            def forward(self, x):
                return self.drop(self.first(x))


        class Patch(nn.Module):
            def __init__(self, p=4):
                super().__init__()
                self.first = nn.Linear(10, p)
                self.drop = nn.Dropout(0.125)

            def forward(self, x):
                return self.drop(self.first(x))
        """
    catalog = catalog_of(tmp_path, text)
    assert (side("own.Net", catalog, p=0.75).p, side("own.Net", catalog, p=0.75).takes_p) == (
        0.75,
        True,
    )
    patch = side("own.Patch", catalog, p=0.75)
    assert (patch.p, patch.takes_p) == (0.125, False)
    assert cells(patch).shape[1] == 4


def test_what_models_share_does_not_reach_another_draw(tmp_path: Path) -> None:
    """However the draws of two settings take turns, each is what it would be alone."""
    text = """
        import random
        import numpy as np

        scale = 1.0


        class LateDropout(nn.Module):
            calls = 0

            def forward(self, x):
                global scale
                self.calls += 1
                if self.calls == 3:
                    scale = 5.0
                draws = [random.random() for _ in range(8)] + [np.random.rand() for _ in range(8)]
                return x * (torch.tensor(draws) < 0.5) * scale
        """
    catalog = catalog_of(tmp_path, text)
    query = DropoutQuery(left="own.LateDropout", right="own.LateDropout", rows=1, columns=16)
    first, second = query.replace(seed=1), query.replace(seed=2)
    turns = [first.at(1), second.at(1), second.at(3), first.at(2), first.at(4), second.at(4)]
    alone = [dropout(turn, catalog_of(tmp_path, text)) for turn in turns]
    assert [dropout(turn, catalog) for turn in turns] == alone
    assert all(report.left == report.right for report in alone)
    assert {scale for report in alone for scale in cells(report.left).factor} == {0.0, 1.0, 5.0}


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_what_a_first_draw_leaves_in_its_file_does_not_reach_the_other_model(
    tmp_path: Path, mode: Mode
) -> None:
    text = """
        scale = 1.0


        class GrowingDropout(nn.Module):
            def forward(self, x):
                global scale
                scale *= 2
                return x * (torch.rand(x.shape) < 0.5) * scale
        """
    query = DropoutQuery(left="own.GrowingDropout", right="own.GrowingDropout", mode=mode)
    report = dropout(query, catalog_of(tmp_path, text))
    assert report.left == report.right
    longer = dropout(query.at(2), catalog_of(tmp_path, text))
    assert longer.left.max_abs == report.left.max_abs > 0


def test_a_large_tensor_is_counted_whole_and_shown_in_part(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def forward(self, x):
                return F.dropout(torch.ones(100, 200), 0.5, self.training)
        """
    subject = side("own.Net", catalog_of(tmp_path, text))
    assert subject.n_trials == 20_000
    assert (cells(subject).shape, cells(subject).rows, cells(subject).columns) == (
        (100, 200),
        32,
        64,
    )
    assert len(cells(subject).input) == 2048
    assert abs(subject.fraction - 0.5) < 5 * deviation(20_000, 0.5)


def test_a_wrong_scale_is_no_right_one(tmp_path: Path) -> None:
    text = """
        class HalfDropout(nn.Module):
            def __init__(self, p=0.5):
                super().__init__()
                self.p = p

            def forward(self, x):
                return x * torch.empty_like(x).bernoulli_(1 - self.p) / self.p
        """
    catalog = catalog_of(tmp_path, text)
    assert side("own.HalfDropout", catalog, p=0.5).keeps_mean
    assert side("own.HalfDropout", catalog, p=0.25).keeps_mean is False
    after_eval = side("own.HalfDropout", catalog, mode="eval", p=0.25)
    assert not after_eval.identical
    assert not after_eval.place.training


# What is refused


@pytest.mark.parametrize(
    "parameters",
    [
        {"p": -0.1},
        {"p": 1.01},
        {"p": float("nan")},
        {"p": float("inf")},
        {"rows": 0},
        {"rows": 33},
        {"columns": 65},
        {"draw": 0},
        {"draw": MOST_DRAWS + 1},
        {"call": 0},
        {"rate": 11},
        {"cell": "0,1"},
        {"cell": "1"},
        {"cell": "1,1,1"},
        {"cell": "١,١"},
        {"input": "noise"},
    ],
)
def test_a_parameter_out_of_bounds_is_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DropoutQuery(**parameters)


def test_values_cannot_be_simulated() -> None:
    with pytest.raises(InvalidParameter, match="knows no values"):
        dropout(DropoutQuery(device="simulated"), COURSE)


def test_a_cell_beyond_the_grid_is_the_last_one() -> None:
    assert DropoutQuery(cell="99,2").cell_in(5, 10) == (4, 1)
    assert DropoutQuery(cell="3,99").cell_in(5, 10) == (2, 9)
    assert DropoutQuery(cell="3,4").cell_in(5, 10) == (2, 3)


def test_a_layer_that_takes_no_grid_is_given_its_own_input(tmp_path: Path) -> None:
    text = """
    class Symmetric(nn.Module):
        def forward(self, x):
            return F.dropout(x + x.T, 0.5, self.training)
    """
    subject = side("own.Symmetric", catalog_of(tmp_path, text))
    assert subject.raised is None
    assert subject.cells is not None
