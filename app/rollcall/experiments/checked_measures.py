"""What a question may ask of one side of a page of checks."""

from collections.abc import Callable, Mapping

from rollcall.experiments.checked_subject import Checked
from rollcall.lectures.declared_course import Value


def passed_checks(subject: Checked) -> int:
    """Checks that pass."""
    return subject.passed


def failed_checks(subject: Checked) -> int:
    """Checks that fail."""
    return subject.failed


def passes_all(subject: Checked) -> bool:
    """Whether no check fails."""
    return not subject.failed


MEASURES: Mapping[str, Callable[[Checked], Value]] = {
    measure.__name__: measure for measure in (passed_checks, failed_checks, passes_all)
}
