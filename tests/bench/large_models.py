"""What a page of a large model costs: ten times the modules should take ten times as long."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.figure import Figure, milliseconds, new_seed
from rollcall.experiments.registry.experiment import REGISTRY, RegistryQuery
from rollcall.folders import STATIC, TEMPLATES
from rollcall.lab import Lab
from rollcall.web.bodies import tabs
from rollcall.web.static import StaticFiles
from rollcall.web.templates import Templates

REPEATS = 5
COURSE = """
from torch import nn

class Hundred(nn.Module):
    blocks = 25

    def __init__(self):
        super().__init__()
        self.layers = [
            nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Dropout()) for _ in range(self.blocks)
        ]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

class Thousand(Hundred):
    blocks = 250
"""


def large_models() -> Iterator[Figure]:
    """The registry's page of 1,000 modules against that of 100, on both sides."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "net.py").write_text(COURSE)
        lab, template = asyncio.run(parts(Path(folder)))
    yield Figure("/registry of 1,000 modules, none registered: lab", median(lab["Thousand"]), "ms")
    yield Figure("  template", median(template["Thousand"]), "ms")
    for name, taken in (("lab", lab), ("template", template)):
        ratio = median(taken["Thousand"]) / median(taken["Hundred"])
        yield Figure(f"  {name}, ratio to 100 modules", ratio, "x", at_most=12)


async def parts(folder: Path) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Milliseconds in the lab and in the template, by model."""
    lab = Lab(folder, workers=1, seconds=60)
    running: dict[str, list[float]] = {"Hundred": [], "Thousand": []}
    rendering: dict[str, list[float]] = {"Hundred": [], "Thousand": []}
    try:
        await lab.warm_up()
        context = {"choices": await lab.choices(), "tabs": tabs({})}
        templates = Templates(TEMPLATES, StaticFiles(STATIC).urls)
        for _ in range(REPEATS):
            for model in running:
                pair = f"net.{model}"
                query = RegistryQuery(left=pair, right=pair, seed=new_seed())
                start = time.perf_counter()
                context["report"] = await lab.run(REGISTRY, query)
                running[model].append((time.perf_counter() - start) * 1000)
                asked = {"experiment": REGISTRY, "query": query, **context}
                render = lambda: templates.render("registry", partial=False, **asked)  # noqa: B023, E731
                rendering[model].append(milliseconds(render))
        return running, rendering
    finally:
        lab.close()
