"""The findings about a model, in a form that every later page about it can be given."""

from typing import NamedTuple

from rollcall.core.findings import Findings, ModelUnderTest, look_for_findings
from rollcall.core.findings.look import Run
from rollcall.core.model_code import unheard
from rollcall.core.model_raised import ModelRaised
from rollcall.core.report import Raised
from rollcall.core.rng.random_state import seeded_by_code

SEED_OF_FINDINGS = 0  # what is the matter with a model does not hang on the seed of a page


class KeptFindings(NamedTuple):
    """What was found, and whose random numbers the model's code seeded meanwhile."""

    findings: Findings
    seeded: frozenset[str]


def look(subject: ModelUnderTest) -> KeptFindings:
    """Look at a model, which leaves no trace in what its page tells of it."""
    by_the_page = frozenset(seeded_by_code)
    seeded_by_code.clear()
    with unheard():  # it may be long ago: the page's own runs say the same
        try:
            findings = look_for_findings(subject)
        except ModelRaised as error:  # by a constructor, though not with the seed of the page
            raised = Raised.of(error, subject.filename)
            findings = Findings(not_run=(Run(name=f"seed {subject.seed}", raised=raised),))
    kept = KeptFindings(findings, frozenset(seeded_by_code))
    seeded_by_code.clear()
    seeded_by_code.update(by_the_page)
    return kept
