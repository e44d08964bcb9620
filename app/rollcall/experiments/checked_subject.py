"""A subject that is put through checks."""

from abc import abstractmethod
from collections.abc import Iterable

from pydantic import computed_field

from rollcall.experiments.subject import Subject


class Checked(Subject):
    """One subject, and how its checks went."""

    @property
    @abstractmethod
    def verdicts(self) -> Iterable[str]:
        """One for each check, in order."""

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def passed(self) -> int:
        """Checks that pass."""
        return self.count("pass")

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def failed(self) -> int:
        """Checks that fail."""
        return self.count("fail")

    def count(self, verdict: str) -> int:
        """Checks that ended so."""
        return sum(each == verdict for each in self.verdicts)
