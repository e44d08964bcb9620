"""Which controls the toolbar shows: each where it acts on one of the two at least."""

from dataclasses import dataclass

from rollcall.experiments.dropout.experiment import DropoutReport


@dataclass(frozen=True)
class Controls:
    """What is not shown travels along."""

    p: bool
    grid: bool  # rows and columns
    input: bool
    cell: bool
    rate: bool


def controls(report: DropoutReport) -> Controls:
    """All of them where a model raised: perhaps it is a control that makes it raise."""
    subjects = (report.left, report.right)
    if any(subject.raised for subject in subjects):
        return Controls(True, True, True, True, True)
    return Controls(
        p=any(subject.takes_p for subject in subjects),
        grid=any(subject.on_grid for subject in subjects),
        input=any(subject.takes_grid for subject in subjects),
        cell=any(subject.cells for subject in subjects),
        rate=any(subject.places for subject in subjects),
    )
