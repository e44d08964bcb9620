"""What runs inside a worker process."""

import gc
import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import torch
import torch.compiler
import torch.fx.config

from rollcall.core.devices import SIMULATED, devices
from rollcall.core.model_raised import is_of_file
from rollcall.core.pair_query import PairQuery
from rollcall.core.process.isolation.isolation import isolation
from rollcall.core.process.own_folder import remove_all, remove_left, temporary_files
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
from rollcall.lab.guard import Guard
from rollcall.lab.keeper import leaves_children
from rollcall.lab.left_memory import let_go
from rollcall.lab.open_files import leaves_files_open
from rollcall.lab.slow_imports import SLOW_IMPORT
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import Kind, Problem
from rollcall.lectures.loading import load
from rollcall.lectures.saved_files import version
from rollcall.lectures.siblings import forget_files
from rollcall.lectures.targets import Targets
from rollcall.lectures.top_level_output import TopLevelOutput

ASKED: Wire[AskedQuestion | None] = Wire(AskedQuestion | None)
PROBLEM: Wire[Problem | None] = Wire(Problem | None)

_single_use = False

_catalogs: dict[tuple[Targets, str], Catalog] = {}


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
    _guard()
    gc.freeze()  # nothing imported so far is garbage


def run(name: str, query: Query, targets: Targets, left_out: Side | None = None) -> bytes:
    """Run one experiment; its report comes back as JSON, ready for a cache that counts bytes."""

    def report(catalog: Catalog) -> bytes:
        return EXPERIMENTS[name].wire.write(EXPERIMENTS[name].run(query, catalog))

    return _guarded(report, query, _catalog(targets).leaving_out(left_out))


def look(name: str, work: Callable[[ModelFindings, str], bytes], targets: Targets) -> bytes:
    """What `work` makes of the findings about one model, and of the name of its file."""

    def found(catalog: Catalog) -> bytes:
        return work(model_findings(name, catalog), str(catalog.file(name)))

    return _guarded(found, RegistryQuery(left=name, right=name), _catalog(targets))


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
    catalog = _catalog(targets).leaving_out(left_out)

    def show_one(increment: Any) -> None:
        show(play.recorder.wire.write(increment))

    def increments(catalog: Catalog) -> Iterator[Any]:
        if checkpoint and play.goes_on:
            return play.goes_on.record(query, catalog, checkpoint)
        return play.recorder.record(query, catalog)

    live = play.live
    if live and left_out:
        _guard().alone(lambda guarded: live(query, guarded, show_one), catalog)
    else:
        for increment in _guard().calls(increments, query, catalog):
            show_one(increment)
    _end_if_spent()
    return b""


def list_choices(targets: Targets) -> bytes:
    """What this machine and these targets offer."""
    contents = checked(_catalog(targets).contents, EXPERIMENTS)
    return CHOICES.write(Choices(contents=contents, devices=devices(), isolation=isolation()))


def exam_question(seed: int, number: int, targets: Targets) -> bytes:
    """One question of an exam; None where there are too few models for it."""

    def asked(catalog: Catalog) -> bytes:
        return ASKED.write(ask(seed, number, catalog, EXPERIMENTS))

    return _guarded(asked, ExamQuery(seed=seed, question=number), _catalog(targets))


def try_factory(name: str, targets: Targets) -> bytes:
    """Call the function of a model that the command line names, and say what is the matter."""

    def problem(catalog: Catalog) -> bytes:
        found = None
        try:
            with TopLevelOutput().kept():
                catalog.build(name, seed=0)
        except BaseException as error:
            if not is_of_file(error):
                raise
            found = Problem(file=name, raised=Raised.of(error, str(catalog.file(name))))
        return PROBLEM.write(found)

    return _guarded(problem, PairQuery(left=name, right=name), _catalog(targets))


def warm_up(name: str, targets: Targets) -> bytes:
    """Run an experiment once, so that no lecture waits for torch's first time."""
    experiment = EXPERIMENTS[name]
    if (pair := _first_pair(targets, experiment.subjects)) is not None:
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


def _guarded(work: Callable[[Catalog], bytes], query: Query, catalog: Catalog) -> bytes:
    answer = _guard().call(work, query, catalog)
    _end_if_spent()
    return answer


@cache
def _guard() -> Guard:
    return Guard()


def _end_if_spent() -> None:
    """End the process, and give no answer, if a model left something in it for the next one."""
    if _single_use:
        return
    let_go()
    if _guard().spent or leaves_children() or leaves_files_open():
        os._exit(SPENT)


def be_used_once() -> None:
    """This process is ended after the next call in any case."""
    global _single_use
    _single_use = True


def _first_pair(targets: Targets, kind: Kind) -> tuple[str, str] | None:
    """Of the first lesson that shows this kind."""
    contents = _catalog(targets).contents
    offered = contents.offered(kind)
    for chapter in contents.chapters:
        for lesson in chapter.lessons:
            if lesson.left in offered:
                return lesson.left, lesson.right
    return None


def _catalog(targets: Targets) -> Catalog:
    """The targets as they are on disk now, loaded once for each state of it."""
    key = (targets, version(targets))
    if key not in _catalogs:
        _forget_the_files()
        _catalogs[key] = load(targets)
        remove_left(temporary_files())  # what was written when the files were tried
    return _catalogs[key]


def _forget_the_files() -> None:
    """Keep nothing of files as they were before a save: a million saves would add up."""
    _catalogs.clear()
    forget_files()
    remove_all()
    _guard().forget()
    gc.collect()
