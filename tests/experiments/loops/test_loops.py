"""Training loops, watched: what is told is what plain PyTorch does, whatever a loop does."""

import importlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD, Optimizer

from lectures.course import COURSE
from rollcall.core.query import InvalidParameter
from rollcall.experiments.loops import run
from rollcall.experiments.loops.batches import pairs_for
from rollcall.experiments.loops.experiment import LoopsQuery, LoopsReport, loops
from rollcall.experiments.loops.loop_factory import loop_factories
from rollcall.experiments.loops.report import LoopSubject
from rollcall.lab.slow_imports import SLOW_IMPORT
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

ODD = Path(__file__).with_name("odd_loops.py")
PATCHED: list[tuple[Any, str]] = [
    (nn.Module, "_call_impl"),
    (nn.Module, "train"),
    (nn.Module, "state_dict"),
    (nn.Module, "load_state_dict"),
    (Optimizer, "__init__"),
    (torch.autograd, "backward"),
    (torch, "save"),
    (torch, "load"),
]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("loops")
    shutil.copy(ODD, folder / "odd.py")
    (folder / "course.toml").write_text('[[chapter]]\nfile = "odd"\ninput = [4, 10]\n')
    return load(folder)


def report_of(name: str, catalog: Catalog, **asked: Any) -> LoopsReport:
    return loops(LoopsQuery(left=name, right=name, **asked), catalog)


def told(name: str, catalog: Catalog) -> LoopSubject:
    subject = report_of(f"odd.{name}", catalog.leaving_out("right")).left
    assert subject.raised is None
    return subject


def line(text: str) -> int:
    return ODD.read_text().splitlines().index(text) + 1


def test_the_numbers_are_those_of_the_same_loop_in_plain_pytorch() -> None:
    """Losses, gradients and distances, without a watch and with our own eyes."""
    name = "loop_steps.cleared"
    subject = report_of(name, COURSE).left
    factory, _ = loop_factories(LoopsQuery(left=name, right=name), COURSE)
    pairs, held_out = pairs_for(factory, "cpu")
    model = factory.build()
    start = {path: p.detach().clone() for path, p in model.named_parameters()}
    optimizer = SGD(model.parameters(), lr=0.1)
    by_path = {tensor.path: tensor for tensor in subject.tensors}
    assert list(by_path) == list(start)
    for number, (x, y) in enumerate([*pairs] * 5):
        loss = F.mse_loss(model(x), y)
        assert subject.losses[number] == pytest.approx(loss.item(), rel=1e-4)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        for path, parameter in model.named_parameters():
            assert parameter.grad is not None
            norm = parameter.grad.norm().item()
            assert by_path[path].gradients[number] == pytest.approx(norm, rel=1e-4)
            gap = (parameter - start[path]).abs().max().item()
            assert by_path[path].moved[number + 1] == pytest.approx(gap, rel=1e-4)
        expected = sum(F.mse_loss(model(x), y).item() for x, y in held_out) / len(held_out)
        assert subject.held_out[number + 1] == pytest.approx(expected, rel=1e-4)


def test_a_watch_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop ends with the same numbers, and PyTorch is as it was."""
    before = [getattr(owner, name) for owner, name in PATCHED]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # other tests run at the same time
    folder = Path.cwd()
    importlib.import_module(SLOW_IMPORT)  # as a worker does: it sets warning filters
    random = torch.get_rng_state()
    factory, _ = loop_factories(LoopsQuery(left=NORMED, right=NORMED), COURSE)
    watched = report_of(NORMED, COURSE).left
    assert [getattr(owner, name) for owner, name in PATCHED] == before
    own = vars(type(factory.build()))
    assert ("forward" in own, "train" in own) == (True, False)
    assert torch.equal(torch.get_rng_state(), random)
    assert Path.cwd() == folder
    assert list(tmp_path.iterdir()) == []
    again = report_of(NORMED, COURSE).left
    assert again == watched


NORMED = "loop_modes.validates_in_eval"


def test_steps_are_looked_at_one_by_one() -> None:
    whole = report_of(NORMED, COURSE).left
    for at in (0, 1, 17, 200):
        part = report_of(NORMED, COURSE, at=at).left
        shown = min(at, 40)
        assert part.shown == shown
        assert part.losses == whole.losses[:shown]
        assert part.held_out == whole.held_out[: shown + 1]
        assert part.tensors[0].moved == whole.tensors[0].moved[: shown + 1]


def moved_all(subject: LoopSubject) -> bool:
    return subject.shown == 8 and all(tensor.changed for tensor in subject.of_model)


def stopped_at(kind: str, step: int, text: str) -> Callable[[LoopSubject], bool]:
    def check(subject: LoopSubject) -> bool:
        stopped = subject.stopped
        assert stopped is not None
        assert len(subject.held_out) == step + 1
        return (stopped.type, subject.shown, stopped.line) == (kind, step, line(text))

    return check


CHECKS: dict[str, Callable[[LoopSubject], bool]] = {
    "plain": lambda s: moved_all(s) and not s.findings,
    # Twice is no habit; the rows say it all the same.
    "forgets_now_and_then": lambda s: (
        not s.findings and {t.uncleared for t in s.parameters} == {(3, 6)}
    ),
    "raises_at_five": stopped_at("ValueError", 5, '            raise ValueError("not today")'),
    "without_end": lambda s: s.too_many and s.shown == 200 and s.stopped is None,
    "returns_a_loss": lambda s: moved_all(s) and s.returned == "float",
    "yields": lambda s: s.returned == "generator" and s.shown == 0,
    "traces": lambda s: s.stopped is None and moved_all(s),
    "goes_elsewhere": lambda s: s.stopped is not None and s.shown == 1,
    "two_optimizers": lambda s: moved_all(s) and s.optimizers == ("SGD", "AdamW"),
    "with_closure": lambda s: moved_all(s) and not s.findings,
    "scaled": lambda s: moved_all(s) and not s.findings and None not in s.losses and not s.own_loss,
    "with_classes": lambda s: (
        s.own_loss
        and s.losses == tuple(map(float, s.printed.split()))
        and not any(s.held_out)
        and not s.findings
    ),
    "without_a_goal": lambda s: s.own_loss and len(s.losses) == 8 and all(s.losses),
    "a_quarter_at_a_time": lambda s: not s.own_loss and None not in s.losses and not s.findings,
    "a_second_model": lambda s: (
        {t.of for t in s.tensors} == {"", "student", "teacher"}
        and not any(t.changed for t in s.of_model)
        and all(t.changed for t in s.parameters if t.of == "student")
        and not s.findings
    ),
    "hooks_of_its_own": lambda s: s.stopped is None and moved_all(s),
    "writes_a_file": lambda s: (
        [m.kind for m in s.states] == ["saved", "read", "loaded"]
        and [m.equal for m in s.states] == [None, True, True]
        and s.states[0].name == "net.pt"
        and not s.findings
    ),
    "never_steps": lambda s: (
        s.n_optimizer_steps == 0 and s.optimizers == () and not any(t.changed for t in s.of_model)
    ),
    "without_gradients": lambda s: all(set(t.gradients) == {None} for t in s.of_model),
    "takes_nothing": lambda s: s.shown == 0 and s.stopped is None,
    "prints_much": lambda s: 4_000 < len(s.printed) < 5_000 and "more bytes" in s.printed,
    "breaks_its_model": lambda s: s.tensors[-2].moved[1] == float("inf") and s.shown == 8,
    "compiled": lambda s: s.stopped is None and s.shown == 16 and not s.findings,
    "sets_globals": lambda s: s.stopped is None and s.shown == 8,
}


@pytest.mark.parametrize("name", CHECKS)
def test_whatever_a_loop_does_is_told(odd: Catalog, name: str) -> None:
    with torch.compiler.set_stance("force_eager"):  # as in a worker
        subject = told(name, odd.guarding())
    assert CHECKS[name](subject)


def test_a_loop_that_hangs_is_ended_and_keeps_its_steps(
    odd: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it goes on after any exception."""
    monkeypatch.setattr(run, "MOST_SECONDS", 0.5)
    subject = told("hangs", odd)
    assert subject.stopped is not None
    assert (subject.stopped.type, subject.stopped.line) == (
        "TimeoutError",
        line("            time.sleep(60)"),
    )
    assert subject.shown == 8
    assert moved_all(subject)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("odd.with_more", "needs epochs, too; a training loop is a function of a model"),
        ("odd.other_names", "is no training loop here: that is a function of a model"),
        ("odd.Net", "is a model, and this page shows training loops"),
    ],
)
def test_what_is_no_loop_is_refused_with_a_sentence(odd: Catalog, name: str, problem: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        report_of(name, odd)
    assert refused.value.problem.startswith(problem)
    assert refused.value.parameter == "left"
    assert set(refused.value.accepts) == {f"odd.{name}" for name in (*CHECKS, "hangs")}


def test_a_loop_is_no_model(odd: Catalog) -> None:
    assert set(odd.contents.cards) == {"odd.Net"}
    with pytest.raises(InvalidParameter) as refused:
        odd.card("odd.plain", "left")
    assert refused.value.problem.endswith("/loops shows it")


def test_both_train_the_model_of_the_left(odd: Catalog) -> None:
    report = loops(LoopsQuery(left="odd.plain", right="odd.never_steps"), odd)
    assert report.left.held_out[0] == report.right.held_out[0]


@pytest.mark.parametrize("name", sorted(COURSE.contents.loops))
def test_a_loop_of_the_course_has_one_thing_to_find_or_none(name: str) -> None:
    """The left of a lesson has one, its twin none."""
    card = COURSE.contents.loops[name]
    subject = report_of(name, COURSE.leaving_out("right")).left
    assert len(subject.findings) == (1 if card.twin else 0)
    assert subject.stopped is None
