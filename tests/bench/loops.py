"""A training loop that is watched, beside the same loop alone."""

import gc
import time
from collections.abc import Iterator

import torch
import torch.nn.functional as F

from bench.figure import Figure
from lectures.course import COURSE
from rollcall.experiments.loops.batches import Batches, Pair, pairs_for
from rollcall.experiments.loops.experiment import LoopsQuery
from rollcall.experiments.loops.loop_factory import LoopFactory, loop_factories
from rollcall.experiments.loops.watch import LoopWatch

REPEATS = 60
LOOP = "loop_optimizers.head_first"  # five times over its batches


def looped() -> Iterator[Figure]:
    """In turns, so that a busy machine slows down both; the best of each."""
    threads, collected_at = torch.get_num_threads(), gc.get_threshold()
    torch.set_num_threads(1)  # as in a worker
    gc.set_threshold(100_000)  # as well
    factory, _ = loop_factories(LoopsQuery(left=LOOP, right=LOOP), COURSE)
    pairs = [pair for some in pairs_for(factory, "cpu") for pair in some]
    alone, measured, watched = [], [], []
    for _ in range(REPEATS):
        alone.append(_seconds_alone(factory, pairs))
        measured.append(_seconds_measured(factory, pairs))
        watched.append(_seconds_watched(factory, pairs))
    torch.set_num_threads(threads)
    gc.set_threshold(*collected_at)
    yield Figure(f"{5 * len(pairs)} steps of a loop", 1000 * min(alone), "ms")
    yield Figure("  watched, times that", min(watched) / min(alone), "", at_most=1.5)
    # As one would write what the page shows beside the loss.
    yield Figure("  with its held-out loss at each step", min(measured) / min(alone), "")


def _seconds_alone(factory: LoopFactory, pairs: list[Pair]) -> float:
    model, loop = factory.build(), factory.loop
    start = time.process_time()
    loop(model, Batches(pairs, lambda _: None, lambda: None))
    return time.process_time() - start


def _seconds_measured(factory: LoopFactory, pairs: list[Pair]) -> float:
    model, loop = factory.build(), factory.loop

    def held_out_loss(_: Pair) -> None:
        model.eval()
        with torch.no_grad():
            for x, y in pairs[-2:]:
                F.mse_loss(model(x), y).item()
        model.train()

    start = time.process_time()
    loop(model, Batches(pairs, held_out_loss, lambda: None))
    return time.process_time() - start


def _seconds_watched(factory: LoopFactory, pairs: list[Pair]) -> float:
    # Not while it is watched: what we put around its functions would have the file run anew.
    model, loop = factory.build(), factory.loop
    start = time.process_time()
    watch = LoopWatch(model, (pairs, pairs[-2:]), factory.heard)
    with watch.watching():
        loop(model, watch.batches)
    watch.end()
    return time.process_time() - start
