"""One loop is run to its end, and its steps are told while it runs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from rollcall.core.model_code import model_code, move_to
from rollcall.core.model_raised import Interruption, ModelRaised
from rollcall.core.report import Raised
from rollcall.core.rng.random_state import RandomStream
from rollcall.experiments.loops.batches import pairs_for
from rollcall.experiments.loops.increments import LoopEnd, LoopStart, Tell
from rollcall.experiments.loops.loop_factory import LoopFactory
from rollcall.experiments.loops.telling import Telling
from rollcall.experiments.loops.watch import LoopWatch, TooManySteps
from rollcall.lectures.own_seconds import own_seconds
from rollcall.lectures.top_level_output import TopLevelOutput

OF_THE_LOOP = 4_000_003  # added to the seed: what a loop makes is no second of what it is given
MOST_SECONDS = 4.0  # of both together less than a page waits


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


def run_loop(factory: LoopFactory, tell: Tell) -> LoopEnd | None:
    """Run one loop. Its steps are told while it runs; None: it could not begin.

    Args:
        factory: of the loop, and of its model.
        tell: gets what is known, with the notes of that time.
    """
    try:
        factory.run_file_anew()
        pairs = pairs_for(factory, factory.device)
        model = factory.build()
        move_to(model, factory.device)
        loop = factory.loop
    except ModelRaised as error:
        raised = factory.raised(error)
        tell(LoopStart(factory.card, raised=raised, ended=True), factory.notes)
        return None
    batch = tuple(getattr(pairs[0][0][0], "shape", ()))
    tell(LoopStart(factory.card, type(model).__name__, batch), factory.notes)
    telling = Telling(factory, tell)
    watch = LoopWatch(model, pairs, factory.heard, telling.note)
    telling.book = watch.book
    with RandomStream(factory.seed + OF_THE_LOOP, factory.device):
        end = _run(loop, model, watch)
    watch.end()
    telling.tell_all()
    return LoopEnd(end.printed, end.returned, end.too_many, _stopped(end.error, factory))


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
    with tempfile.TemporaryDirectory(prefix="rollcall-loop-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
