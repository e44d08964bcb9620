"""A dear recording goes on from a shorter one that is kept."""

from typing import Any

from event_loop import run
from lectures.course import COURSE
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.dropout.experiment import DROPOUT, DropoutQuery
from rollcall.folders import MODELS
from rollcall.lab import worker
from rollcall.lab.lab import Lab


class _Here:
    """Records in this process, as a worker does."""

    def __init__(self) -> None:
        self.made: list[int] = []  # increments of each recording

    async def call(self, work: Any, *args: Any, show: Any, **_: Any) -> bytes:
        assert work is worker.record
        name, query, _targets, _left_out, checkpoint = args
        play = EXPERIMENTS[name].play
        assert play
        assert play.goes_on
        if checkpoint:
            increments = [*play.goes_on.record(query, COURSE, checkpoint)]
        else:
            increments = [*play.recorder.record(query, COURSE)]
        self.made.append(len(increments))
        for each in increments:
            show(play.recorder.wire.write(each))
        return b""


def report_at(draw: int, *before: int) -> tuple[bytes, list[int]]:
    """Of a lab that was asked for other draws before, and how many draws each recording made."""

    async def ask() -> bytes:
        lab = Lab(MODELS, workers=1)
        try:
            lab._recordings._calls = here  # type: ignore[assignment]
            for each in (*before, draw):
                report = await lab.run(DROPOUT, DropoutQuery(draw=each, rows=1, columns=3))
            return DROPOUT.wire.write(report)
        finally:
            lab.close()

    here = _Here()
    return run(ask()), here.made


def test_the_draws_that_are_kept_are_not_made_again() -> None:
    whole, made = report_at(70)
    assert made == [256]
    resumed, made = report_at(70, 17)
    assert made == [64, 256 - 64]
    assert resumed == whole
