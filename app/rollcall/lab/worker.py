"""What runs inside a worker process."""

import gc
import importlib
import logging
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch
import torch.compiler
import torch.fx.config

from rollcall.core.devices import SIMULATED, devices
from rollcall.core.model_raised import is_of_file
from rollcall.core.process.parent import ending_copies
from rollcall.core.query import InvalidParameter, PairQuery, Query
from rollcall.core.report import Raised, Report, message_of, name_of
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.exam.ask import ask
from rollcall.experiments.exam.query import ExamQuery
from rollcall.experiments.opening import checked
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.one_model import ModelFindings, model_findings
from rollcall.lab.apart import Side
from rollcall.lab.choices import Choices
from rollcall.lab.guard import Guard
from rollcall.lab.progress_file import growing, packed
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import Problem
from rollcall.lectures.loading import load
from rollcall.lectures.siblings import forget_files
from rollcall.lectures.target_files import version
from rollcall.lectures.targets import Targets
from rollcall.lectures.top_level_output import TopLevelOutput

SLOW_IMPORT = "torch._dynamo"  # torch.optim imports it at its first use, which takes a second

SPENT = 97  # exit code of a worker in which something was left running

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
    # What PyTorch raises is on the page; the terminal is quiet.
    logging.getLogger("torch").setLevel(logging.CRITICAL)
    # Calls run beside each other in processes, and one thread repeats to the last bit.
    torch.set_num_threads(1)
    # Of the server, for each operation that torch.export meets.
    torch.fx.config.do_not_emit_stack_traces = True
    _guard()
    gc.freeze()  # nothing imported so far is garbage
    # More than a call allocates: collect between calls, not in the middle of one.
    gc.set_threshold(100_000)


@contextmanager
def _nothing_escapes() -> Iterator[None]:
    """Keep from the server what it cannot unpickle, and what would end it.

    It does not know the exceptions that a lecture file defines.
    """
    try:
        with ending_copies():
            yield
    except InvalidParameter:
        raise
    except Exception as error:
        raise RuntimeError(f"{name_of(error)}: {message_of(error)}") from error
    except BaseException:  # such as a GeneratorExit that a model raises
        os._exit(1)


@_nothing_escapes()
def run(name: str, query: Query, targets: Targets, left_out: Side | None = None) -> bytes:
    """Run one experiment; its report comes back pickled, ready for a cache that counts bytes."""

    def report(catalog: Catalog) -> bytes:
        return pickle.dumps(EXPERIMENTS[name].run(query, catalog))

    return _guarded(report, query, _catalog(targets).leaving_out(left_out))


@_nothing_escapes()
def look(name: str, work: Callable[[ModelFindings, str], bytes], targets: Targets) -> bytes:
    """What `work` makes of the findings about one model, and of the name of its file."""

    def found(catalog: Catalog) -> bytes:
        return work(model_findings(name, catalog), str(catalog.file(name)))

    return _guarded(found, RegistryQuery(left=name, right=name), _catalog(targets))


@_nothing_escapes()
def make(answer: bytes, work: Callable[[Report, Query], bytes], query: Query) -> bytes:
    """What `work` makes of a report that `run` gave."""
    return work(report_of(answer, query), query)


def report_of(answer: bytes, query: Query) -> Report:
    """The report of a query, from that of the query that was run for it.

    Raises:
        InvalidParameter: the query names what the report does not have.
    """
    report: Report = pickle.loads(answer)
    query.check(report)
    return report.model_copy(update={"query": query})


@_nothing_escapes()
def record(
    name: str, query: Query, targets: Targets, path: Path, left_out: Side | None = None
) -> bytes:
    """Make the recording of an experiment. What the file at `path` gets meanwhile is the answer."""
    play = EXPERIMENTS[name].play
    assert play
    catalog = _catalog(targets).leaving_out(left_out)

    def increments(catalog: Catalog) -> Iterator[Any]:
        return play.recorder.record(query, catalog)

    recording = bytearray()
    with growing(path) as write:
        for increment in _guard().calls(increments, query, catalog):
            content = packed(increment)
            recording += content
            write(content)
    _end_if_spent()
    return bytes(recording)


@_nothing_escapes()
def list_choices(targets: Targets) -> bytes:
    """Pickle what this machine and these targets offer."""
    contents = checked(_catalog(targets).contents, EXPERIMENTS)
    return pickle.dumps(Choices(contents=contents, devices=devices()))


@_nothing_escapes()
def exam_question(seed: int, number: int, targets: Targets) -> bytes:
    """Pickle one question of an exam; None where there are too few models for it."""

    def asked(catalog: Catalog) -> bytes:
        return pickle.dumps(ask(seed, number, catalog, EXPERIMENTS))

    return _guarded(asked, ExamQuery(seed=seed, question=number), _catalog(targets))


@_nothing_escapes()
def try_factory(name: str, targets: Targets) -> bytes:
    """Call the function of a model that the command line names. Pickled: what is the matter."""

    def problem(catalog: Catalog) -> bytes:
        found = None
        try:
            with TopLevelOutput().kept():
                catalog.build(name, seed=0)
        except BaseException as error:
            if not is_of_file(error):
                raise
            found = Problem(file=name, raised=Raised.of(error, str(catalog.file(name))))
        return pickle.dumps(found)

    return _guarded(problem, PairQuery(left=name, right=name), _catalog(targets))


@_nothing_escapes()
def warm_up(targets: Targets) -> None:
    """Run every experiment once, so that no lecture waits for torch's first time."""
    for experiment in EXPERIMENTS.values():
        if (lesson := _first_lesson(targets)) is not None:
            query = experiment.query.model_validate({"left": lesson[0], "right": lesson[1]})
            run(experiment.name, query, targets)
            if getattr(query, "simulates", False):
                run(experiment.name, query.replace(device=SIMULATED), targets)
    gc.collect()
    gc.freeze()  # nor is what torch imported meanwhile


def _guarded(work: Callable[[Catalog], bytes], query: Query, catalog: Catalog) -> bytes:
    answer = _guard().call(work, query, catalog)
    _end_if_spent()
    return answer


@cache
def _guard() -> Guard:
    return Guard()


def _end_if_spent() -> None:
    """End the process, and give no answer, if a model left something in it for the next one."""
    if _guard().spent and not _single_use:
        os._exit(SPENT)


def run_and_end(work: Callable[..., bytes], *args: Any) -> bytes:
    """Do the work of a call after which this process ends in any case."""
    global _single_use
    _single_use = True
    return work(*args)


def _first_lesson(targets: Targets) -> tuple[str, str] | None:
    for chapter in _catalog(targets).contents.chapters:
        for lesson in chapter.lessons:
            return lesson.left, lesson.right
    return None


def _catalog(targets: Targets) -> Catalog:
    """The targets as they are on disk now, loaded once for each state of it."""
    key = (targets, version(targets))
    if key not in _catalogs:
        _forget_the_files()
        _catalogs[key] = load(targets)
    return _catalogs[key]


def _forget_the_files() -> None:
    """Keep nothing of files as they were before a save: a million saves would add up."""
    _catalogs.clear()
    forget_files()
    _guard().forget()
    gc.collect()
