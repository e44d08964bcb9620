"""What a question may ask of one side of the init page."""

from collections.abc import Callable, Mapping

from rollcall.experiments.init.column import InitColumn
from rollcall.lectures.declared_course import Value


def activations(column: InitColumn) -> str:
    """What becomes of the activations on their way: healthy, vanished or exploded."""
    return column.forward.outcome


def gradients(column: InitColumn) -> str:
    """What becomes of the gradients on their way back."""
    return column.backward.outcome


def healthy(column: InitColumn) -> bool:
    """Whether neither vanishes nor explodes."""
    return column.outcome == "healthy"


MEASURES: Mapping[str, Callable[[InitColumn], Value]] = {
    measure.__name__: measure for measure in (activations, gradients, healthy)
}
