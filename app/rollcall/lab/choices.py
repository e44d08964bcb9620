"""What can stand in a query here and now."""

from collections.abc import Iterable
from functools import lru_cache

from rollcall.core.process.isolation.isolation import EVERYTHING_ALLOWED, Isolation
from rollcall.core.report import Report
from rollcall.core.wire import Wire
from rollcall.lab.errors import understood
from rollcall.lectures.contents import Contents, Problem


class Choices(Report):
    """The models of the catalog and the devices of the machine."""

    contents: Contents
    devices: tuple[str, ...]
    isolation: Isolation = EVERYTHING_ALLOWED  # of whoever runs the models

    def with_problems(self, problems: Iterable[Problem]) -> "Choices":
        """The same, with more of what is the matter."""
        told = (*self.contents.problems, *problems)
        contents = self.contents.model_copy(update={"problems": told})
        return self.model_copy(update={"contents": contents})

    def with_devices(self, devices: Iterable[str]) -> "Choices":
        """The same, with those that only some workers have."""
        added = tuple(device for device in devices if device not in self.devices)
        if not added:
            return self
        return self.model_copy(update={"devices": (*self.devices, *added)})


CHOICES: Wire[Choices] = Wire(Choices)


@lru_cache(maxsize=8)  # each page asks several times
def choices_of(answer: bytes) -> Choices:
    """What a worker found.

    Raises:
        BadAnswer: it sent something else.
    """
    return understood(CHOICES, answer)
