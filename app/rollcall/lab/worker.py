"""What runs inside a worker process."""

import gc
import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.compiler
import torch.fx.config

from rollcall.core.devices import SIMULATED, devices
from rollcall.core.model_raised import is_of_file
from rollcall.core.pair_query import PairQuery
from rollcall.core.process.isolation.isolation import isolation
from rollcall.core.query import Query
from rollcall.core.report import Raised, Report
from rollcall.core.wire import Wire
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.experiments.exam.ask import ask
from rollcall.experiments.exam.query import ExamQuery
from rollcall.experiments.exam.report import AskedQuestion
from rollcall.experiments.opening import checked
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.one_model import ModelFindings, model_findings
from rollcall.lab.apart import Side
from rollcall.lab.channel import SPENT
from rollcall.lab.choices import CHOICES, Choices
from rollcall.lab.errors import understood
from rollcall.lab.keeper import leaves_children
from rollcall.lab.loaded_files import catalog, first_pair, guard
from rollcall.lab.open_files import leaves_files_open
from rollcall.lab.slow_imports import SLOW_IMPORT
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import Problem
from rollcall.lectures.targets import Targets
from rollcall.lectures.top_level_output import TopLevelOutput

ASKED: Wire[AskedQuestion | None] = Wire(AskedQuestion | None)
PROBLEM: Wire[Problem | None] = Wire(Problem | None)

_single_use = False


def begin() -> None:
    """Set up a fresh process."""
    # What a model prints is on its page, if anywhere; the terminal is the server's.
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until its end
    prepare()


def prepare() -> None:
    """Set up what a worker computes with."""
    importlib.import_module(SLOW_IMPORT)
    # To compile takes longer than anybody waits for a page.
    torch.compiler.set_stance("force_eager")
    settle()


def settle() -> None:
    """Set up the process apart from the compiler."""
    # More than a call allocates: collect between calls, not in the middle of one. To look through
    # all that was imported takes a fresh worker a quarter of a second.
    gc.set_threshold(100_000)
    # What PyTorch raises is on the page; the terminal is quiet.
    logging.getLogger("torch").setLevel(logging.CRITICAL)
    # Calls run beside each other in processes, and one thread repeats to the last bit.
    torch.set_num_threads(1)
    # Of the server, for each operation that torch.export meets.
    torch.fx.config.do_not_emit_stack_traces = True
    guard()
    gc.freeze()  # nothing imported so far is garbage


def run(name: str, query: Query, targets: Targets, left_out: Side | None = None) -> bytes:
    """Run one experiment; its report comes back as JSON, ready for a cache that counts bytes."""

    def report(guarded: Catalog) -> bytes:
        return EXPERIMENTS[name].wire.write(EXPERIMENTS[name].run(query, guarded))

    return _guarded(report, query, catalog(targets).leaving_out(left_out))


def look(name: str, work: Callable[[ModelFindings, str], bytes], targets: Targets) -> bytes:
    """What `work` makes of the findings about one model, and of the name of its file."""

    def found(guarded: Catalog) -> bytes:
        return work(model_findings(name, guarded), str(guarded.file(name)))

    return _guarded(found, RegistryQuery(left=name, right=name), catalog(targets))


def make(name: str, answer: bytes, work: Callable[[Report, Query], bytes], query: Query) -> bytes:
    """What `work` makes of a report that `run` gave."""
    return work(report_of(EXPERIMENTS[name], answer, query), query)


def report_of(experiment: Experiment, answer: bytes, query: Query) -> Report:
    """The report of a query, from that of the query that was run for it.

    Raises:
        InvalidParameter: the query names what the report does not have.
        BadAnswer: the answer is no such report.
    """
    report = understood(experiment.wire, answer)
    query.check(report)
    return report.model_copy(update={"query": query})


def record(
    name: str,
    query: Query,
    targets: Targets,
    left_out: Side | None = None,
    checkpoint: str = "",
    *,
    show: Callable[[bytes], object],
) -> bytes:
    """Make the recording of an experiment: each increment is shown, and the answer is empty.

    Args:
        checkpoint: where a shorter recording has ended, of which this is the rest.
        show: gets each increment.
    """
    play = EXPERIMENTS[name].play
    assert play
    loaded = catalog(targets).leaving_out(left_out)

    def show_one(increment: Any) -> None:
        show(play.recorder.wire.write(increment))

    def increments(guarded: Catalog) -> Iterator[Any]:
        if checkpoint and play.goes_on:
            return play.goes_on.record(query, guarded, checkpoint)
        return play.recorder.record(query, guarded)

    live = play.live
    if live and left_out:
        guard().alone(lambda guarded: live(query, guarded, show_one), loaded)
    else:
        for increment in guard().calls(increments, query, loaded):
            show_one(increment)
    _end_if_spent()
    return b""


def list_choices(targets: Targets) -> bytes:
    """What this machine and these targets offer."""
    contents = checked(catalog(targets).contents, EXPERIMENTS)
    return CHOICES.write(Choices(contents=contents, devices=devices(), isolation=isolation()))


def exam_question(seed: int, number: int, targets: Targets) -> bytes:
    """One question of an exam; None where there are too few models for it."""

    def asked(guarded: Catalog) -> bytes:
        return ASKED.write(ask(seed, number, guarded, EXPERIMENTS))

    return _guarded(asked, ExamQuery(seed=seed, question=number), catalog(targets))


def try_factory(name: str, targets: Targets) -> bytes:
    """Call the function of a model that the command line names, and say what is the matter."""

    def problem(guarded: Catalog) -> bytes:
        found = None
        try:
            with TopLevelOutput().kept():
                guarded.build(name, seed=0)
        except BaseException as error:
            if not is_of_file(error):
                raise
            found = Problem(file=name, raised=Raised.of(error, str(guarded.file(name))))
        return PROBLEM.write(found)

    return _guarded(problem, PairQuery(left=name, right=name), catalog(targets))


def warm_up(name: str, targets: Targets) -> bytes:
    """Run an experiment once, so that no lecture waits for torch's first time."""
    experiment = EXPERIMENTS[name]
    if (pair := first_pair(targets, experiment.subjects)) is not None:
        query = experiment.query.model_validate({"left": pair[0], "right": pair[1]})
        run(name, query, targets)
        if getattr(query, "simulates", False):
            run(name, query.replace(device=SIMULATED), targets)
    return b""


def is_warm() -> bytes:
    """Every experiment was run once."""
    gc.collect()
    gc.freeze()  # nor is what torch imported meanwhile
    return b""


def _guarded(work: Callable[[Catalog], bytes], query: Query, loaded: Catalog) -> bytes:
    answer = guard().call(work, query, loaded)
    _end_if_spent()
    return answer


def _end_if_spent() -> None:
    """End the process, and give no answer, if a model left something in it for the next one."""
    if _single_use:
        return
    if guard().spent or leaves_children() or leaves_files_open():
        os._exit(SPENT)


def be_used_once() -> None:
    """This process is ended after the next call in any case."""
    global _single_use
    _single_use = True
