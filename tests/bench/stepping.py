"""A recording of /step against the same run untraced, and one frame against one of a training."""

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import torch
from torch.optim import SGD

from bench.figure import Figure, milliseconds
from rollcall.core.rng.random_state import seeded
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.step.experiment import RECORDER, StepQuery
from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from rollcall.web.bodies import templates_of
from rollcall.web.static import StaticFiles

REPEATS = 25


def stepped() -> Iterator[Figure]:
    """The demo pair."""
    catalog = load(MODELS)
    query = StepQuery()
    traced, untraced = in_turns(
        lambda: list(RECORDER.record(query, catalog)), lambda: run_untraced(query, catalog)
    )
    over = traced - 10 * untraced
    yield Figure("/step: a recording", traced, "ms")
    yield Figure("  beyond 10 times the same run untraced", over, "ms", at_most=20)
    a_frame, of_training = in_turns(frame_of("step", 3, catalog), frame_of("training", 50, catalog))
    ratio = a_frame / of_training
    yield Figure("  a frame, over one of a training", ratio, "x", at_most=1)


def in_turns(some: Callable[[], object], others: Callable[[], object]) -> tuple[float, float]:
    """The medians of two, run by turns."""
    taken = [(milliseconds(some), milliseconds(others)) for _ in range(REPEATS)]
    left, right = zip(*taken, strict=True)
    return median(left), median(right)


def run_untraced(query: StepQuery, catalog: Catalog) -> None:
    """Build both models, call them, and make a step where there is something to step."""
    for name in (query.left, query.right):
        model: Any = catalog.build(name, query.seed)
        example = catalog.input(name).draw(query.seed)
        with seeded(query.seed):
            output = example.call(model)
        output.square().mean().backward()
        parameters = [*model.parameters()]
        if parameters:
            SGD(parameters, lr=0.1).step()
    assert torch.is_grad_enabled()


def frame_of(name: str, at: int, catalog: Catalog) -> Callable[[], object]:
    """What makes one frame of a play, as HTML."""
    experiment = EXPERIMENTS[name]
    assert experiment.play
    recorder = experiment.play.recorder
    query = experiment.query.model_validate({"at": at})
    increments = list(recorder.record(experiment.play.recorded(query), catalog))
    templates = templates_of(TEMPLATES, StaticFiles(STATIC).urls)

    def make() -> object:
        report = recorder.frame(increments, query)
        return templates.frame(name, experiment=experiment, report=report, query=query)

    return make
