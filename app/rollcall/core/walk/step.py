"""One step of a walk, from a value to something that it holds."""

from typing import Any, NamedTuple


class Step(NamedTuple):
    """A value, its path, and how it was come by."""

    value: Any
    path: str
    # None: as what holds it, such as an item of a list in a closure
    found_by: str | None = None
    # class and attribute of the assignment that PyTorch did not record; None: there was none
    assignment: tuple[type, str] | None = None
    remote: bool = False  # others hold it, too: what an attribute leads to is followed first
