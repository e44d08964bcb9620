"""One loop as it is recorded: it runs to its end, and each step of it is an increment."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from torch import nn

from rollcall.core.model_code import model_code, move_to
from rollcall.core.model_raised import Interruption, ModelRaised
from rollcall.core.report import Raised
from rollcall.core.rng.random_state import RandomStream
from rollcall.experiments.loops.batches import pairs_for
from rollcall.experiments.loops.loop_factory import LoopFactory
from rollcall.experiments.loops.own_loss import has_own_loss, leave_held_out
from rollcall.experiments.loops.recorded import FoundRow, Step
from rollcall.experiments.loops.watch import LoopWatch, TooManySteps
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.own_seconds import own_seconds
from rollcall.lectures.top_level_output import TopLevelOutput

OF_THE_LOOP = 4_000_003  # added to the seed: what a loop makes is no second of what it is given
MOST_SECONDS = 4.0  # of both together less than a page waits


@dataclass(frozen=True)
class LoopStart:
    """What is known of a loop as a whole."""

    card: ModelCard
    model: str  # the class that it trains
    batch: tuple[int, ...]  # shape of an input
    rows: tuple[FoundRow, ...]
    steps: int  # batches that it took
    optimizers: tuple[str, ...]
    printed: str
    returned: str  # the type of what it returned; "" for None
    too_many: bool  # it was ended after as many steps as a loop gets
    stopped: Raised | None  # what ended it
    scheduler_line: int | None  # where PyTorch warned that it stepped before the optimizer
    made_with: tuple[float, ...]  # learning rates, of all optimizers
    own_loss: bool = False  # what it minimizes is no multiple of the mean squared error
    raised: Raised | None = None  # the model could not be made, or called with an example
    ended: bool = False


class LoopStep(NamedTuple):
    """One step."""

    step: Step
    ended: bool  # this is the last one


Recorded = LoopStart | LoopStep


class TooLong(Interruption):
    """Ends a loop at its time limit. No `except Exception` of a loop's keeps it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the loop was still running after {seconds:g} seconds: what it did until then is shown"
        )


@dataclass
class _End:
    """How a loop ended."""

    error: BaseException | None = None
    too_many: bool = False
    returned: str = ""
    printed: str = ""


def record_loop(factory: LoopFactory) -> Iterator[Recorded]:
    """Run one loop. The steps come when it has ended."""
    try:
        factory.run_file_anew()
        pairs = pairs_for(factory, factory.device)
        model = factory.build()
        move_to(model, factory.device)
        loop = factory.loop
    except ModelRaised as error:
        yield _nothing(factory, factory.raised(error))
        return
    watch = LoopWatch(model, pairs, factory.heard)
    with RandomStream(factory.seed + OF_THE_LOOP, factory.device):
        end = _run(loop, model, watch)
    watch.end()
    own_loss = has_own_loss(watch.book.steps)
    if own_loss:
        leave_held_out(watch.book.steps)
    yield LoopStart(
        card=factory.card,
        model=type(model).__name__,
        batch=tuple(getattr(pairs[0][0][0], "shape", ())),
        rows=tuple(watch.book.found),
        steps=len(watch.book.steps) - 1,
        optimizers=tuple(watch.book.optimizers.names),
        printed=end.printed,
        returned=end.returned,
        too_many=end.too_many,
        stopped=_stopped(end.error, factory),
        scheduler_line=_scheduler_line(factory),
        made_with=tuple(watch.book.optimizers.made_with),
        own_loss=own_loss,
    )
    for number, step in enumerate(watch.book.steps, 1):
        yield LoopStep(step, ended=number == len(watch.book.steps))


def _nothing(factory: LoopFactory, raised: Raised) -> LoopStart:
    return LoopStart(
        factory.card, "", (), (), 0, (), "", "", False, None, None, (), raised=raised, ended=True
    )


def _run(loop: Any, model: nn.Module, watch: LoopWatch) -> _End:
    """Call the loop. What it raises, and what ends it, is part of what is told."""
    end, output = _End(), TopLevelOutput()
    try:
        with (
            _own_folder(),
            output.kept(),
            watch.watching(),
            model_code(f"{loop.__name__}(model, batches)"),
            own_seconds(MOST_SECONDS, TooLong),
        ):
            returned = loop(model, watch.batches)
        if returned is not None:
            end.returned = type(returned).__name__
    except (ModelRaised, TooLong) as error:
        end.error = error
    except TooManySteps:
        end.too_many = True
    end.printed = output.text
    return end


def _stopped(error: BaseException | None, factory: LoopFactory) -> Raised | None:
    if error is None:
        return None
    raised = Raised.of(error, str(factory.file))
    if isinstance(error, TooLong):
        return raised.model_copy(update={"type": "TimeoutError"})
    return raised


@contextmanager
def _own_folder() -> Iterator[None]:
    """What a loop saves under a relative path goes into a folder that is gone afterwards."""
    before = Path.cwd()
    try:
        made = tempfile.TemporaryDirectory(prefix="rollcall-loop-")
    except OSError:  # the disk is full or read-only: a loop that saves something is told so
        yield
        return
    with made as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def _scheduler_line(factory: LoopFactory) -> int | None:
    for warned in factory.heard.warned:
        if "`lr_scheduler.step()` before `optimizer.step()`" in warned.message:
            return warned.line
    return None
