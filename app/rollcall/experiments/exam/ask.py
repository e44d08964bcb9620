"""Makes one question of an exam: a healthy model is broken, both are run, and one is asked."""

import random
from collections.abc import Mapping
from typing import Any

from rollcall.experiments.base import Experiment
from rollcall.experiments.exam.drawn import Drawn, drawn
from rollcall.experiments.exam.report import AskedQuestion
from rollcall.experiments.exam.wording import Wording, worded, wordings
from rollcall.experiments.measured import measured
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import Question

Experiments = Mapping[str, Experiment]


def ask(seed: int, number: int, catalog: Catalog, experiments: Experiments) -> AskedQuestion | None:
    """One question of the exam of a seed; None where the course has too few models for it."""
    dice = random.Random(f"{seed} {number}")
    for each in drawn(catalog, seed, number):
        asked = _about(each, number, dice, catalog, experiments)
        if asked is not None:
            return asked
    return None


def _about(
    chosen: Drawn, number: int, dice: random.Random, catalog: Catalog, experiments: Experiments
) -> AskedQuestion | None:
    """The question; None where the healthy model is none, or nothing that is asked differs."""
    broken, original, kind = chosen
    for wording in wordings(kind, dice):
        experiment = experiments[wording.page]
        query = experiment.query.model_validate({"left": broken, "right": original})
        report: Any = experiment.run(query, catalog)
        if not _is_usable(report):
            return None
        right = _measured(wording, "left", report, experiment)
        healthy = _measured(wording, "right", report, experiment)
        if right and healthy and right != healthy:
            return AskedQuestion(
                number=number,
                question=worded(wording, right, healthy, dice),
                right=right,
                model=broken,
                original=original,
                class_name=report.left.card.class_name,
                page=wording.page,
                broken=report.left.card.changes,
                source=report.left.source,
            )
    return None


def _is_usable(report: Any) -> bool:
    """Whether both ran, and nothing is the matter with the healthy one."""
    sides = (report.left, report.right)
    if any(side.raised or getattr(side, "forward_raised", None) for side in sides):
        return False
    findings = getattr(report.right, "findings", None)
    return not (findings and findings.findings)


def _measured(wording: Wording, side: str, report: Any, experiment: Experiment) -> str:
    asked = Question(text="", answers=(), measured=f"{side}.{wording.measure}")
    return measured(asked, report, experiment.measures)
