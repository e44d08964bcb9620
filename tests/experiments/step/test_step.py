"""The lines of a model, as they really run: what each does, and that nothing changes by looking."""

import pickle
import signal
import sys
import warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch

from experiments.step.nets import HOSTILE, ORDINARY, tracer_kept
from lectures.course import COURSE
from lectures.lectures import catalog_of, write
from rollcall.core.eagerly import eagerly
from rollcall.core.rng.random_state import seeded
from rollcall.experiments.in_turns import Turns, made_by
from rollcall.experiments.step import run
from rollcall.experiments.step.experiment import (
    MOST_AT,
    RECORDER,
    StepQuery,
    StepReport,
)
from rollcall.experiments.step.line_watch import MOST_ROUNDS
from rollcall.experiments.step.moment import Moment
from rollcall.experiments.step.report import StepSubject
from rollcall.experiments.step.run import MOST_MOMENTS, Recorded
from rollcall.experiments.step.told import moments_of
from rollcall.lectures.catalog import Catalog

IMPORTS = "import dataclasses, sys, threading, time\n"
INPUT = '[[chapter]]\nfile = "own"\ninput = [2, 4]\n'
PART = """
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(x)
"""
USER_OF_PART = """
from parts import Part

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x):
        return self.part(x)
"""
KILO = 1_000  # bytes


class Run:
    """One model beside itself, recorded once."""

    def __init__(self, catalog: Catalog, left: str, right: str = "", **asked: Any) -> None:
        self.query = StepQuery(left=left, right=right or left, **asked)
        self.increments: list[Turns[Recorded]] = list(RECORDER.record(self.query, catalog))

    def at(self, moment: int) -> StepReport:
        report = RECORDER.frame(self.increments, self.query.showing(moment))
        assert report
        return report

    @property
    def subjects(self) -> list[StepSubject]:
        """The left one at each moment."""
        return [self.at(number).left for number in range(self.at(0).moments)]

    @property
    def moments(self) -> list[Moment]:
        return moments_of(made_by(self.increments, 0))


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    with warnings.catch_warnings(action="ignore"):  # of torch.compile, when it is first asked for
        return catalog_of(tmp_path_factory.mktemp("ordinary"), IMPORTS + ORDINARY, INPUT)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return catalog_of(tmp_path_factory.mktemp("hostile"), IMPORTS + HOSTILE, INPUT)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine, too, what ends a run is not the time."""
    monkeypatch.setattr(run, "SECONDS", 600.0)


@pytest.fixture(params=["in a worker", "in a script"])
def impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(run, "SECONDS", 0.25)
    before = signal.getsignal(signal.SIGINT)
    if request.param == "in a worker":  # which takes no Ctrl+C
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


def after(run: Run, statement: str) -> StepSubject:
    """The first moment at which a line has just run."""
    return next(each for each in run.subjects if each.moment and each.moment.statement == statement)


def names(subject: StepSubject, registry: str) -> list[str]:
    assert subject.moment
    entries = [entry for books in subject.moment.books for entry in books.entries]
    return [entry.name for entry in entries if entry.registry == registry]


def test_the_moment_that_is_the_lecture() -> None:
    pair = Run(COURSE, "containers.BadListNet", "containers.ModuleListNet")
    line = "self.layers.append(nn.Linear(10, 20))"
    number = next(n for n in range(9) if pair.at(n).left.moment.statement == line)  # type: ignore[union-attr]
    left, right = pair.at(number).left, pair.at(number).right
    assert left.moment
    assert right.moment
    assert right.moment.statement == line
    assert (left.gained, left.changed, left.moment.total) == ((), ("layers",), 0)
    assert right.gained == ("layers.0.weight", "layers.0.bias")
    assert names(left, "attribute") == names(right, "_modules") == ["layers"]
    assert [each.function for each in left.moment.came_back] == ["Linear"]
    assert [each.function for each in right.moment.came_back] == ["Linear", "append"]
    end = pair.at(MOST_AT)
    assert end.shown == end.moments - 1
    assert end.left.moment
    assert end.left.moment.refused
    assert end.left.moment.refused.type == "ValueError"
    assert [each.moved for each in end.left.moment.tensors] == [0.0] * 4
    assert all(each.gradient for each in end.left.moment.tensors)
    assert end.right.moment
    assert all(each.moved for each in end.right.moment.tensors)


REMADE = """
class Remade(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
        self.blocks = []
        self.blocks.append([nn.Linear(2, 2), nn.Tanh()])

    def forward(self, x):
        self.fc.weight = nn.Parameter(self.fc.weight.detach() * 2)
        return self.blocks[0][0](self.fc(x))
"""


def test_the_optimizer_is_older_than_the_forward(tmp_path: Path) -> None:
    """As in a script: what forward puts in the place of a parameter, the optimizer never had."""
    remade = Run(catalog_of(tmp_path, REMADE, INPUT), "own.Remade", "own.Remade")
    last = remade.at(MOST_AT).left.moment
    assert last
    moved = {each.path: bool(each.moved) for each in last.tensors}
    hidden = {"blocks[0][0].weight": False, "blocks[0][0].bias": False}
    assert moved == {"fc.weight": False, "fc.bias": True, **hidden}
    weight = next(each for each in last.tensors if each.path == "fc.weight")
    assert weight.gradient


# The line, the method that ran, what that called, and the dict that has the name afterwards.
WAYS = [
    (
        "self.scale = nn.Parameter(torch.ones(4))",
        "__setattr__",
        "register_parameter",
        "_parameters",
    ),
    ("self.fc = nn.Linear(4, 4)", "__setattr__", None, "_modules"),
    ('self.register_buffer("mask", torch.ones(4))', "register_buffer", None, "_buffers"),
    ("self.mask = torch.zeros(4)", "__setattr__", None, "_buffers"),
    ("self.other = nn.Buffer(torch.ones(2))", "__setattr__", "register_buffer", "_buffers"),
    ('self.note = "hello"', "__setattr__", None, "attribute"),
    ("self.scale = None", "__setattr__", None, "_parameters"),
    ('self.add_module("late", nn.ReLU())', "add_module", None, "_modules"),
]


def test_which_way_an_assignment_went_is_seen_as_it_runs(ordinary: Catalog) -> None:
    ways = Run(ordinary, "own.Ways")
    for line, method, passed_on_to, place in WAYS:
        moment = after(ways, line).moment
        assert moment
        (made,) = moment.assigned
        assert (made.method, made.landed_in) == (method, place), line
        if passed_on_to:
            assert made.passed_on_to == (passed_on_to,), line
    assert names(ways.subjects[-1], "_buffers") == ["mask", "other"]


def test_a_setattr_of_ones_own_is_followed_line_by_line(ordinary: Catalog) -> None:
    own = Run(ordinary, "own.OwnSetattr")
    passed_by = after(own, "return object.__setattr__(self, name, value)")
    assert passed_by.moment
    assert passed_by.moment.assigned == ()
    assert (passed_by.changed, names(passed_by, "attribute")) == (("fc",), ["fc"])
    asked = after(own, "super().__setattr__(name, value)").moment
    assert asked
    assert [each.landed_in for each in asked.assigned] == ["attribute"]


def test_the_syntax_of_python(ordinary: Catalog) -> None:
    moments = Run(ordinary, "own.Syntax").moments
    forward = [each for each in moments if each.phase == "forward"]
    said = [(each.statement, each.round) for each in forward if each.event == "line"]
    assert [round for statement, round in said if statement == "x = layer( x )"] == [1, 2]
    heads = [each for each in forward if each.key == "for layer in self.layers:"]
    assert [each.round for each in heads] == [1, 2, 3]
    printed = [each for each in forward if each.printed]
    assert [each.printed for each in printed] == ["went through 4\n"] * 2
    assert {each.statement for each in printed} == {'print("went through", layer.in_features)'}
    (caught,) = [each for each in forward if each.raised]
    assert caught.raised
    assert (caught.statement, caught.raised.type) == ('raise ValueError("no")', "ValueError")
    depths = [each.depth for each in forward if each.function.endswith("deeper")]
    assert depths == [1, 1, 2, 2, 3, 3, 3, 2, 1]
    yielded = [each for each in forward if each.event == "return" and "parts" in each.function]
    assert [each.returned.name for each in yielded if each.returned] == ["Tensor"] * 2 + [
        "NoneType"
    ]
    assert any(each.function.endswith("<lambda>") for each in forward)
    made = [each for each in moments if each.function.endswith("<listcomp>")]
    if sys.version_info < (3, 12):
        assert [each.round for each in made if each.event == "line"] == [1, 2, 3]


def test_files_of_ones_own_that_are_imported_are_followed_too(tmp_path: Path) -> None:
    write(tmp_path, "parts.py", PART)
    net = Run(catalog_of(tmp_path, USER_OF_PART, INPUT), "own.Net")
    inner = [each for each in net.moments if each.file]
    assert {(each.file, each.function) for each in inner} == {
        ("parts.py", "Part.__init__"),
        ("parts.py", "Part.forward"),
    }
    assert inner[-1].code[0].text == "class Part(nn.Module):"
    assert after(net, "self.part = Part()").gained == ("part.fc.weight", "part.fc.bias")


def test_changed_is_what_a_line_changed(ordinary: Catalog) -> None:
    syntax = Run(ordinary, "own.Syntax")
    assert after(syntax, "x += 1").changed_variables == ("x",)
    assert after(syntax, "caught = True").changed_variables == ("caught",)
    nested = Run(ordinary, "own.Nested")
    inner = after(nested, "self.fc = nn.Linear(n, n)")
    assert inner.moment
    assert [(each.runs, each.attached) for each in inner.moment.books] == [
        (True, False),
        (False, True),
    ]
    assert after(nested, "self.one = Block(4)").gained == ("one.fc.weight", "one.fc.bias")
    assert after(nested, "self.hidden = [Block(4)]").gained == ()


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", ["own.Drops", "own.Syntax", "own.Compiled"])
def test_a_traced_run_computes_the_same_bits(ordinary: Catalog, name: str, mode: Any) -> None:
    before = sys.gettrace()
    traced = Run(ordinary, name, seed=3, mode=mode)
    assert sys.gettrace() is before
    model = ordinary.build(name, 3)
    model.train(mode == "train")
    with seeded(3), eagerly():
        expected = ordinary.input(name).draw(3).call(model)
    (end,) = [each for each in traced.moments if (each.phase, each.event) == ("forward", "end")]
    (returned,) = end.variables
    assert returned.picture
    assert torch.equal(torch.tensor(returned.picture.values), expected.detach().flatten())


def test_a_long_loop_is_followed_for_some_rounds(ordinary: Catalog) -> None:
    long = Run(ordinary, "own.Long", "own.Ways")
    assert max(each.round for each in long.moments) == MOST_ROUNDS
    assert sum(each.passed for each in long.moments) > 10_000
    (built, answered) = [each for each in long.moments if each.event == "end"][:2]
    first = next(each for each in long.subjects if each.moment is built or each.added > 2)
    assert (first.added, len(first.gained)) == (1_978, 26)
    assert (built.total, built.phase, answered.phase) == (2_000, "init", "forward")
    assert [each.value.length for each in built.books[0].entries] == [1_000, 10_000, 10_000]
    assert sum(len(pickle.dumps(each)) for each in long.increments) < 150 * KILO


def test_no_more_than_500_lines_are_recorded_and_the_run_goes_on(ordinary: Catalog) -> None:
    endless = Run(ordinary, "own.Endless")
    cut_short = [each.cut_short for each in made_by(endless.increments, 0)]
    assert cut_short == ["full", "full", None]
    assert MOST_MOMENTS < len(endless.moments) <= MOST_MOMENTS + 4
    assert [each.phase for each in endless.moments[-2:]] == ["backward", "step"]
    assert sum(len(pickle.dumps(each)) for each in endless.increments) < 1_000 * KILO


# Where nothing of the file is run, the phases still end, and the registries are told.
ENDS = {
    "own.Inherited": 8,
    "own.make": 2,
    "own.scripted": 2,
    "own.Data": 2,
    "own.Unreadable": 2,
}


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
@pytest.mark.parametrize("name", ENDS)
def test_any_way_to_make_a_model(ordinary: Catalog, name: str) -> None:
    moments = Run(ordinary, name).moments
    ends = [each for each in moments if each.event == "end"]
    assert [each.phase for each in ends] == ["init", "forward", "backward", "step"]
    if name != "own.Inherited":
        assert ends[0].total == ENDS[name]
    assert all(each.moved for each in ends[-1].tensors if each.status == "registered")


def test_a_run_that_raises_keeps_its_lines(hostile: Catalog) -> None:
    late = Run(hostile, "own.RaisesLate").subjects
    assert late[-1].moment
    assert late[-1].stopped
    assert (late[-1].stopped.type, late[-1].stopped.message) == ("RuntimeError", "at step 5")
    assert late[-1].moment.line == late[-1].stopped.line
    assert late[-1].moment.statement == "if step == 5:"
    assert [each for each in late[:-1] if each.stopped] == []
    deep = Run(hostile, "own.CallsItself").subjects[-1]
    assert deep.stopped
    assert deep.stopped.type == "RecursionError"
    assert deep.total > 50
    (early,) = Run(hostile, "own.TooEarly").subjects
    assert early.stopped
    assert "before Module.__init__() call" in early.stopped.message
    assert early.moment
    assert [each.begun for each in early.moment.books] == [False]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("name", "phase"), [("own.HangsInInit", "init"), ("own.HangsInForward", "forward")]
)
def test_a_run_that_does_not_end_is_stopped_at_its_line(
    hostile: Catalog, name: str, phase: str
) -> None:
    hung = Run(hostile, name, "own.RaisesLate")
    last = hung.subjects[-1]
    assert last.moment
    assert (last.moment.phase, last.cut_short) == (phase, "time")
    assert last.hung_at == last.moment.line
    assert last.total > 2
    beside = hung.at(MOST_AT).right
    assert beside.stopped
    assert beside.stopped.message == "at step 5"


def test_a_file_that_traces_itself_keeps_what_was_seen_until_then(hostile: Catalog) -> None:
    with tracer_kept():  # its own code ends it for good, wherever it is built
        untraced = Run(hostile, "own.Untraces")
    ends = [each for each in untraced.subjects if each.cut_short]
    assert [each.cut_short for each in ends] == ["tracer", "tracer"]
    seen = [each.statement for each in untraced.moments if each.event == "line"]
    assert "x = self.fc(x)" in seen
    assert "self.other = nn.Linear(4, 4)" not in seen
    assert "x = self.other(x)" not in seen
    assert untraced.moments[-1].phase == "step"


def test_nothing_of_what_a_variable_holds_is_run(hostile: Catalog) -> None:
    moments = Run(hostile, "own.Traps").moments
    assert moments[-1].phase == "step"
    last = next(each for each in moments if each.statement == "del tensor")
    told = {each.name: each.value for each in last.variables}
    assert (told["trap"].name, told["trap"].detail) == ("Trap", "")
    assert told["traps"].items == ("Trap", "ListTrap")
    assert told["number"].detail == "a number of 332,193 bits"
    assert len(told["text"].detail) < 100
    assert "tensor" not in told
    assert sum(len(each.printed) for each in moments) <= 2_000


def test_equal_lines_meet_and_at_their_own_pace_they_need_not() -> None:
    pair = ("containers.HalfListNet", "containers.ModuleListNet")
    together, own = Run(COURSE, *pair), Run(COURSE, *pair, pace="own")
    length = together.at(0).moments
    assert length >= own.at(0).moments
    beats = [(report.left, report.right) for report in map(together.at, range(length))]
    supers = [
        tuple(side.moment.statement for side in beat if side.moment)
        for beat in beats
        if any(side.moment and side.moment.statement == "super().__init__()" for side in beat)
    ]
    assert supers[0] == ("super().__init__()", "super().__init__()")
    waiting = [[side.waits for side in beat] for beat in beats]
    assert [True, True] not in waiting
    assert [False, True] in waiting
    for before, now in pairwise(beats):
        for was, side in zip(before, now, strict=True):
            assert side.number - was.number in (0, 1)
            assert not (side.waits and side.gained)
