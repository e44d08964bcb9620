"""By what an answer is kept."""

from collections.abc import Hashable

from rollcall.core.query import Query
from rollcall.experiments import Experiment
from rollcall.lab.apart import Side


def answer_key(
    experiment: Experiment,
    query: Query,
    version: str,
    left_out: Side | None = None,
    seconds: float | None = None,
) -> Hashable:
    """That of a report, with the version of the files that it was made of."""
    return experiment.name, query.computed, version, left_out, seconds


def choices_key(version: str) -> Hashable:
    """That of the models and devices that a query can name."""
    return "choices", version


def recorded(experiment: Experiment, query: Query) -> Query:
    """What is run for a query: the frames of a recording are one run."""
    if experiment.play is None:
        return query.computed
    return experiment.play.recorded(query).computed
