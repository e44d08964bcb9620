"""The turns of one loop, shown while it runs."""

from collections.abc import Callable

from rollcall.experiments.in_turns import LeftOut, Turn
from rollcall.experiments.loops.increments import LoopStart, Recorded
from rollcall.experiments.loops.loop_factory import LoopFactory
from rollcall.experiments.loops.run import run_loop
from rollcall.experiments.notes import Notes

LoopTurn = Turn[Recorded] | LeftOut


def show_loop(factory: LoopFactory, show: Callable[[LoopTurn], object]) -> None:
    """Run one loop, and show each of its increments; of one that is left out, its name."""
    if factory.left_out:
        show(LeftOut(factory.card))
        return

    def tell(made: Recorded, notes: Notes) -> None:
        source = None
        if isinstance(made, LoopStart):
            source = factory.source
        show(Turn(made, notes, source))

    with factory.running():
        end = run_loop(factory, tell)
    if end is not None:  # what it has changed is known now
        show(Turn(end, factory.notes))
