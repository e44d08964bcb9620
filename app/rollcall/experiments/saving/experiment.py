"""What survives saving: two models trained, saved, built anew, loaded and compared."""

from dataclasses import replace
from typing import ClassVar

from pydantic import Field
from torch import nn

from rollcall.core.model_raised import ModelRaised
from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.report import Report
from rollcall.core.round_trip import call_once, round_trip, saved
from rollcall.experiments.base import Experiment
from rollcall.experiments.examine import examine_both
from rollcall.experiments.saving.cross_load import CrossLoad, cross_load
from rollcall.experiments.saving.measures import MEASURES
from rollcall.experiments.saving.pretrain import pretrain
from rollcall.experiments.saving.subject import SavingSubject
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog


class SavingQuery(PairQuery):
    """Which two models, and how long they are trained before they are saved."""

    path: ClassVar[str] = "/saving"
    mode_travels: ClassVar[bool] = False
    controls: ClassVar[tuple[str, ...]] = ("steps",)

    left: LeftModel = "containers.HalfListNet"
    right: RightModel = "containers.FullListNet"
    steps: int = Field(5, ge=0, le=50, description="steps of SGD before saving")

    @property
    def other_seed(self) -> int:
        """The seed of the fresh model that loads the file."""
        return (self.seed + 1) % 2**32


class SavingReport(Report):
    """Two subjects that were saved and loaded, and the left one's file in the right one's hands."""

    query: SavingQuery
    left: SavingSubject
    right: SavingSubject
    cross_load: CrossLoad | None  # None where a subject could not be saved


def saving(query: SavingQuery, catalog: Catalog) -> SavingReport:
    """Train, save, build anew, load and compare both subjects.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    files: list[tuple[ModelFactory, bytes]] = []
    left, right = examine_both(
        query, catalog, SavingSubject, lambda factory: _save_and_load(factory, query, files)
    )
    loaded = None
    if left.trip and right.trip:
        (_, file), (into, _) = files
        loaded = _offered(file, into, query)
    return SavingReport(query=query, left=left, right=right, cross_load=loaded)


SAVING = Experiment(
    name="saving",
    title="Saving",
    summary="What torch.save(model.state_dict()) keeps of two models, "
    "and whether a fresh model computes the same.",
    query=SavingQuery,
    report=SavingReport,
    run=saving,
    measures=MEASURES,
)


def _save_and_load(
    factory: ModelFactory, query: SavingQuery, files: list[tuple[ModelFactory, bytes]]
) -> SavingSubject:
    model = _build(factory, query)
    example = factory.example().to(factory.device)
    pretraining = pretrain(model, example, query.steps, query.seed, str(factory.file))
    if pretraining.done == 0:
        call_once(model, example, query.seed)
    file = saved(model)
    other = replace(factory, seed=query.other_seed)
    trip = round_trip(
        model, file, lambda: _build(other, query), example, query.seed, str(factory.file)
    )
    files.append((factory, file))
    return SavingSubject(card=factory.card, pretraining=pretraining, trip=trip)


def _offered(file: bytes, into: ModelFactory, query: SavingQuery) -> CrossLoad:
    try:
        with into.running():
            return cross_load(file, _build(into, query), str(into.file))
    except ModelRaised as error:
        return CrossLoad(raised=into.raised(error))


def _build(factory: ModelFactory, query: SavingQuery) -> nn.Module:
    return factory.build_in(query.mode, factory.device)
