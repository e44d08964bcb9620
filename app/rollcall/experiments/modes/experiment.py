"""The recursive switch: who hears train() and eval(), and what it does to a forward."""

from typing import ClassVar

from pydantic import Field

from rollcall.core.model_code import move_to
from rollcall.core.pair_query import LeftModel, RightModel
from rollcall.core.query import Mode
from rollcall.core.report import Report
from rollcall.core.scan import modules_of_walk
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.base import Experiment
from rollcall.experiments.examine import examine_both
from rollcall.experiments.mode_calls import (
    ModeCall,
    ModeCallsQuery,
    make_mode_calls,
    refuse_unknown_paths,
    unheard_by,
)
from rollcall.experiments.modes.effects import Observation
from rollcall.experiments.modes.measures import MEASURES
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog

BOTH: tuple[Mode, Mode] = ("train", "eval")


class ModesQuery(ModeCallsQuery):
    """Which two models, and what was called on them."""

    path: ClassVar[str] = "/modes"
    left: LeftModel = "dropout.DropoutListNet"
    right: RightModel = "dropout.DropoutModuleListNet"
    mode: Mode = Field(
        "eval", description="which of model.train() and model.eval() is called on the whole model"
    )


class ModesReport(Report):
    """Two subjects under the same calls."""

    query: ModesQuery
    left: ModesSubject
    right: ModesSubject


def modes(query: ModesQuery, catalog: Catalog) -> ModesReport:
    """ModeCall, read the flags back, and run two forwards in each mode.

    Raises:
        InvalidParameter: a model, device or path that does not exist here.
    """
    left, right = examine_both(
        query, catalog, ModesSubject, lambda factory: _observe_modes(factory, query)
    )
    if not catalog.left_out:  # a path may lead into the model that is not run
        refuse_unknown_paths(query, left.modules, right.modules)
    return ModesReport(query=query, left=left, right=right)


MODES = Experiment(
    name="modes",
    title="Modes",
    summary="Who hears train() and eval(), and what dropout and batch norm do in each.",
    query=ModesQuery,
    report=ModesReport,
    run=modes,
    measures=MEASURES,
)


def _observe_modes(factory: ModelFactory, query: ModesQuery) -> ModesSubject:
    model = factory.build()
    before = modules_of_walk(walk(model))
    calls = make_mode_calls(model, query.calls)
    after = modules_of_walk(walk(model))
    in_train, in_eval = (_observed(factory, query, mode) for mode in BOTH)
    return ModesSubject(
        card=factory.card,
        calls=calls,
        before=before,
        modules=after,
        unheard=unheard_by(after, calls),
        train=in_train.effects(),
        eval=in_eval.effects(in_train.keys),
    )


def _observed(factory: ModelFactory, query: ModesQuery, mode: Mode) -> Observation:
    """A fresh model, after the query's calls or, for the other mode, after a call on it alone."""
    model = factory.build()
    example = factory.example()
    calls: tuple[ModeCall, ...] = (("", mode),)
    if mode == query.mode:
        calls = query.calls
    make_mode_calls(model, calls)
    move_to(model, factory.device)
    return Observation(model, example.to(factory.device), query.seed, str(factory.file))
