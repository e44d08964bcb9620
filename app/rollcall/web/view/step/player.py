"""The player of the step page: where one can go from the moment that is shown."""

from dataclasses import dataclass

from rollcall.experiments.step.experiment import StepQuery, StepReport
from rollcall.experiments.step.moment import Phase
from rollcall.web.view.switch import Choice

PHASES: dict[Phase, str] = {
    "init": "__init__",
    "forward": "forward",
    "backward": "backward",
    "step": "optimizer.step",
}


@dataclass(frozen=True)
class Player:
    """Addresses of other moments; None where there is none."""

    first: str | None
    previous: str | None
    next: str | None
    end: str | None
    at: int  # from 1
    of: int
    phase: str  # what is under way


def player(report: StepReport, query: StepQuery) -> Player:
    """From the moment that is shown."""
    shown, last = report.shown, report.moments - 1
    first = previous = following = end = None
    if shown > 0:
        first, previous = query.showing(0).url, query.showing(shown - 1).url
    if shown < last:
        following, end = query.showing(shown + 1).url, query.showing(last).url
    return Player(first, previous, following, end, shown + 1, report.moments, _phase(report))


def pace_switch(query: StepQuery) -> list[Choice]:
    """Whether equal lines meet."""
    together = query.replace(pace="together", at=0).url
    own = query.replace(pace="own", at=0).url
    return [
        Choice("pace-together", "equal lines meet", together, query.pace == "together"),
        Choice("pace-own", "own pace", own, query.pace == "own"),
    ]


def _phase(report: StepReport) -> str:
    sides = [each for each in (report.left, report.right) if each.moment]
    for subject in [*(each for each in sides if not each.waits), *sides]:
        assert subject.moment
        return PHASES[subject.moment.phase]
    return ""
