"""A claim: a sentence of the course, and what has to be true where it is said."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from rollcall.lectures.course_path import Stop
from rollcall.web.view.lesson.strip import step_query
from web.page import Page


@dataclass
class Shown:
    """A step as the audience sees it, asked when a claim looks."""

    stop: Stop
    client: TestClient

    @cached_property
    def report(self) -> Any:
        """The report of its experiment, as the JSON twin tells it."""
        answer = self.client.get(step_query(self.stop).json_url)
        assert answer.status_code == 200
        report = EXPERIMENTS[self.stop.step.page].report
        return report.model_validate_json(answer.content)

    @cached_property
    def page(self) -> str:
        """What can be read on it, nothing covered."""
        answer = self.client.get(step_query(self.stop).replace(quiz="off").url)
        return Page.of(answer).text

    @property
    def left(self) -> Any:
        """What the report says of the left side."""
        return self.report.left

    @property
    def right(self) -> Any:
        """What the report says of the right side."""
        return self.report.right

    @property
    def sides(self) -> tuple[Any, Any]:
        """Left and right."""
        return self.left, self.right


Claim = Callable[[Shown], None]
CLAIMS: dict[tuple[str, int], Claim] = {}


def claim(title: str, step: int = 1) -> Callable[[Claim], Claim]:
    """Keep a function as the claim of a step: its docstring is the sentence that is said there.

    Args:
        title: of the lesson. Its number moves when a lesson comes before it.
        step: of the lesson, from 1; 0 for what a lesson of several steps says of itself.
    """

    def keep(function: Claim) -> Claim:
        key = (title, step)
        assert key not in CLAIMS, f"two claims for {key}"
        CLAIMS[key] = function
        return function

    return keep


def said(function: Claim) -> str:
    """The sentence that a claim is about."""
    return " ".join((function.__doc__ or "").split())


def code(subject: Any) -> str:
    """The source that the page shows of a side."""
    classes = subject.source.classes
    return "\n".join(line.text for lines in classes for line in lines)


def by_path(entries: Any) -> dict[str, Any]:
    """Tensors, modules or answers, by their path."""
    return {each.path: each for each in entries}


def by_name(lines: Any) -> dict[str, Any]:
    """Checks, by their name."""
    return {each.name: each for each in lines}


def verdicts(lines: Any) -> dict[str, str]:
    """What came of each check of a layer."""
    return {line.name: line.finding.verdict for line in lines}


def failed(subject: Any) -> list[str]:
    """The checks of a layer that it does not pass."""
    return [name for name, verdict in verdicts(subject.lines).items() if verdict != "pass"]


def finding(subject: Any, kind: str) -> Any:
    """The one finding of a kind that the registry page names."""
    (found,) = [each for each in subject.findings.findings if each.kind == kind]
    return found
