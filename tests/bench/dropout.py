"""A frame of the dropout page that nobody asked for: the lab's time, the template's, its size."""

import asyncio
import gzip
import time
from collections.abc import Iterator
from statistics import median

from bench.figure import Figure
from rollcall.experiments.dropout.experiment import DROPOUT
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.lab import Lab
from rollcall.web.static import StaticFiles
from rollcall.web.templates import Templates

FRAMES = 120
LARGEST = DropoutQuery(rows=32, columns=64, input="random", rate=10)


def dropping() -> Iterator[Figure]:
    """The largest grid of the least compressible numbers, draw after draw as a play makes them."""
    lab, rendering, sizes = asyncio.run(_frames())
    yield Figure("/dropout, a frame of 32 × 64: lab", median(lab), "ms")
    yield Figure("  template", median(rendering), "ms")
    yield Figure("  both, uncached", median(map(sum, zip(lab, rendering, strict=True))), "ms")
    yield Figure("  largest frame, gzipped", max(sizes) / 1000, "kB", at_most=12)


async def _frames() -> tuple[list[float], list[float], list[int]]:
    lab = Lab(MODELS)
    running, rendering, sizes = [], [], []
    try:
        await lab.warm_up()
        templates = Templates(TEMPLATES, StaticFiles(STATIC).urls)
        for query in LARGEST.frames[:FRAMES]:
            start = time.perf_counter()
            report = await lab.run(DROPOUT, query)
            middle = time.perf_counter()
            frame = templates.frame("dropout", experiment=DROPOUT, report=report, query=query)
            running.append((middle - start) * 1000)
            rendering.append((time.perf_counter() - middle) * 1000)
            sizes.append(len(gzip.compress(frame, 6)))
    finally:
        lab.close()
    return running, rendering, sizes
