"""What becomes of a report: a page or JSON, in this process or in a worker."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rollcall.core.pair_query import PairQuery
from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import EXPERIMENTS
from rollcall.lab.choices import Choices
from rollcall.web.pairing import openings
from rollcall.web.static_urls import StaticUrls
from rollcall.web.tabs import TabAnswer, nothing_in, tabs
from rollcall.web.templates import Templates
from rollcall.web.view.lesson.question import UNCOVERED
from rollcall.web.view.lesson.strip import Strip, strip_of
from rollcall.web.view.trouble import Trouble


@dataclass(frozen=True)
class PageBody:
    """Renders the page of a report. It can be sent to where the report is."""

    folder: Path  # of the templates
    static: StaticUrls
    name: str  # of the experiment
    partial: bool
    choices: Choices
    version: str = ""  # of the files; empty where no page follows them
    trouble: Trouble | None = None  # then the report is that of earlier files

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
        contents = self.choices.contents
        return templates_of(self.folder, self.static).render(
            self.name,
            partial=self.partial,
            experiment=experiment,
            query=shown,
            report=report,
            choices=self.choices,
            tabs=tabs(query.common, experiment, contents.card, openings(contents)),
            strip=strip,
            covered=covered,
            version=self.version,
            trouble=self.trouble,
        )


def json_body(report: Report, query: Query) -> bytes:
    """The whole report as JSON."""
    return report.model_dump_json().encode()


def tab_body(report: Report, query: Query) -> bytes:
    """Whether the report has anything to show, as JSON."""
    experiment = next(each for each in EXPERIMENTS.values() if isinstance(report, each.report))
    nothing = ""
    if experiment.empty is not None and experiment.empty(report):
        nothing = nothing_in(experiment)
    return TabAnswer(nothing=nothing).model_dump_json().encode()


@cache
def templates_of(folder: Path, static: StaticUrls) -> Templates:
    """The templates of a folder, once in each process."""
    return Templates(folder, static)
