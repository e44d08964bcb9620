"""What takes less than a page that was not there in time."""

from dataclasses import dataclass

from rollcall.core.pair_query import PairQuery
from rollcall.core.query import Query

WORDS = {
    "steps": "Run {} steps instead",
    "draw": "Look at draw {} instead",
    "rows": "Take {} rows instead",
    "depth": "Take {} layers instead",
    "right": "Look at {} alone",
}


@dataclass(frozen=True)
class Cheaper:
    """A query, and what its link says."""

    query: Query
    words: str


def cheaper_than(query: Query) -> Cheaper | None:
    """The same experiment with less to run; None where there is no less than one model once."""
    for changes in (query.less, _one_model(query)):
        for name, value in changes.items():
            return Cheaper(query.replace(**changes), WORDS[name].format(value))
    return None


def _one_model(query: Query) -> dict[str, str]:
    """The left model beside itself, which is run once."""
    if isinstance(query, PairQuery) and query.left != query.right:
        return {"right": query.left}
    return {}
