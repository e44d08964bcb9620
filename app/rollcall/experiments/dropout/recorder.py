"""The draws of one model as they are recorded, and what is told of each."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rollcall.core.model_raised import ModelRaised
from rollcall.core.wire import BadMessage, Wire
from rollcall.experiments.dropout.checkpoint import LONG, Checkpoint, Standing, go_on
from rollcall.experiments.dropout.description import described, nothing_random, with_tallies
from rollcall.experiments.dropout.draws import NothingRandom, Tally
from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.experiments.dropout.run import Run, Setting
from rollcall.experiments.subject import ModelFactory

SUBJECT: Wire[DropoutSubject] = Wire(DropoutSubject)
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class RecordedDraw:
    """One draw of one model, small enough to keep thousands."""

    tally: Tally | None  # None: there was no mask
    subject: bytes  # what is told of this draw alone, compressed; empty: it is only counted
    ended: bool = False  # the model raised or drew nothing, and was called no more
    checkpoint: Checkpoint | None = None  # of the last draw, where others can go on from it

    @property
    def counted(self) -> "RecordedDraw":
        """As it stands in a recording that goes on after it."""
        return RecordedDraw(self.tally, b"")


def record_draws(
    factory: ModelFactory,
    setting: Setting,
    first: int,
    last: int,
    start: Checkpoint | None = None,
) -> Iterator[RecordedDraw]:
    """Call one model `last` times. Other work may be done between two increments.

    Args:
        first: the first draw that is shown, from 1. Those before are only counted.
        start: where another recording of it ended: the draws up to there are not made again.
    """
    run = None
    try:
        if last > 1:  # a single draw ends before the other model is built
            factory.run_file_anew()
        run = Run(factory, setting)
        yield from _made(factory, setting, run, range(first, last + 1), start)
    except NothingRandom as nothing:
        assert run
        told = nothing_random(factory.card, nothing.modules, run)
        subject = _compressed(told)
        yield RecordedDraw(None, subject, ended=True)
    except ModelRaised as error:
        raised = DropoutSubject(card=factory.card, raised=factory.raised(error))
        yield RecordedDraw(None, _compressed(raised), ended=True)


def _made(
    factory: ModelFactory, setting: Setting, run: Run, shown: range, start: Checkpoint | None
) -> Iterator[RecordedDraw]:
    """All draws up to the last one that is shown."""
    standing, made, last = None, 0, shown[-1]
    every_draw_has_mask = True
    if start is not None:
        go_on(run.draws, start)
        made, every_draw_has_mask = start.draws, start.every_draw_has_mask
    for number in range(made + 1, last + 1):
        draw = run.draws.next()
        if standing is None and last >= LONG:
            standing = Standing(run.draws, str(factory.file))
        every_draw_has_mask = every_draw_has_mask and draw.mask is not None
        subject, checkpoint = b"", None
        if number in shown:
            on_grid = run.is_on_grid(draw)
            if not every_draw_has_mask:
                draw = replace(draw, mask=None)
            told = described(factory.card, draw, run, on_grid, setting.columns)
            subject = _compressed(told)
        if number == last and standing is not None:
            checkpoint = standing.checkpoint(number, every_draw_has_mask)
        yield RecordedDraw(draw.tally, subject, checkpoint=checkpoint)


def told_of(recorded: Sequence[RecordedDraw]) -> DropoutSubject:
    """What is told of a model at a draw, from all its increments up to there."""
    last = recorded[-1]
    subject = SUBJECT.read(_decompressed(last.subject))
    if last.ended:
        return subject
    return with_tallies(subject, [each.tally for each in recorded])


def _compressed(subject: DropoutSubject) -> bytes:
    return zlib.compress(SUBJECT.write(subject), 1)


def _decompressed(content: bytes) -> bytes:
    """No more than a subject takes: a few bytes of a hostile worker could become gigabytes."""
    try:
        return zlib.decompressobj().decompress(content, MOST_BYTES)
    except zlib.error as error:
        raise BadMessage(str(error)) from error
