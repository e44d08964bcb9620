"""From a source of randomness in a forward to its mask."""

from typing import Any, Literal

from rollcall.core.pair_query import PairQuery
from rollcall.experiments.dropout.query import MOST_CALLS, DropoutQuery
from rollcall.experiments.forward.experiment import ForwardReport


def mask_query(
    report: ForwardReport, side: Literal["left", "right"], number: int
) -> DropoutQuery | None:
    """Where a side's source number `number` is shown: the first draw of the same models and seed.

    None for a number that is larger than that page takes.
    """
    query = report.query
    if number > MOST_CALLS:
        return None
    asked: dict[str, Any] = query.model_dump(include=set(PairQuery.model_fields))
    subject = report.left
    if side == "right":
        subject = report.right
    if subject.p is not None:
        asked["p"] = subject.p
    return DropoutQuery(**asked, call=number, input="own")
