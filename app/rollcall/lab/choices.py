"""What can stand in a query here and now."""

from collections.abc import Iterable

from rollcall.core.process.isolation.isolation import EVERYTHING_ALLOWED, Isolation
from rollcall.core.report import Report
from rollcall.core.wire import Wire
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


CHOICES: Wire[Choices] = Wire(Choices)
