"""What becomes of a report: a page or JSON, in this process or in a worker."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rollcall.core.devices import SIMULATED
from rollcall.core.query import PairQuery, Query
from rollcall.core.report import Report
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab.choices import Choices
from rollcall.web.static_urls import StaticUrls
from rollcall.web.templates import Templates
from rollcall.web.view.lesson.question import UNCOVERED
from rollcall.web.view.lesson.strip import Strip, strip_of


@dataclass(frozen=True)
class PageBody:
    """Renders the page of a report. It can be sent to where the report is."""

    folder: Path  # of the templates
    static: StaticUrls
    name: str  # of the experiment
    partial: bool
    choices: Choices

    def __call__(self, report: Report, query: Query) -> bytes:
        """The HTML."""
        experiment = EXPERIMENTS[self.name]
        assert isinstance(query, PairQuery)
        strip = strip_of(query, experiment, report, self.choices.contents)
        shown = query
        covered = isinstance(strip, Strip) and strip.uncover is not None
        if covered:
            # What is pressed there acts, and so uncovers what it does.
            shown = query.before.replace(answer=UNCOVERED)
        return templates_of(self.folder, self.static).render(
            self.name,
            partial=self.partial,
            experiment=experiment,
            query=shown,
            report=report,
            choices=self.choices,
            tabs=tabs(query.common, experiment),
            strip=strip,
            covered=covered,
        )


def json_body(report: Report, query: Query) -> bytes:
    """The whole report as JSON."""
    return report.model_dump_json().encode()


@cache
def templates_of(folder: Path, static: StaticUrls) -> Templates:
    """The templates of a folder, once in each process."""
    return Templates(folder, static)


def tabs(common: dict[str, Any], current: Experiment | None = None) -> list[tuple[Experiment, str]]:
    """Every experiment with its address, asked with what is `common` to all.

    Where nothing is, the bare path leads to models that this course has.
    """
    shown = [each for each in EXPERIMENTS.values() if each.has_tab]
    if not common:
        return [(experiment, experiment.query.path) for experiment in shown]
    addresses = []
    for experiment in shown:
        asked = common
        if experiment is not current:
            asked = _travelling(experiment, common)
        addresses.append((experiment, experiment.query(**asked).url))
    return addresses


def _travelling(experiment: Experiment, common: dict[str, Any]) -> dict[str, Any]:
    """What comes along to another page.

    No mode or simulated GPU comes to a page that would then run otherwise than one expects.
    """
    asked = {**common}
    if not getattr(experiment.query, "mode_travels", False):
        asked.pop("mode", None)
    if asked.get("device") == SIMULATED and not getattr(experiment.query, "simulates", False):
        asked["device"] = "cpu"
    return asked
