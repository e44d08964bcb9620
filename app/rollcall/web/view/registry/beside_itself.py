"""Why a model stands beside itself, where nothing else is there to compare it with."""

from rollcall.experiments.registry.experiment import RegistryReport
from rollcall.lectures.contents import Contents
from rollcall.web.pairing import opposite
from rollcall.web.view.sentence import Sentence, code, sentence


def why_beside_itself(report: RegistryReport, contents: Contents) -> Sentence:
    """Why, and what one can do; empty where a twin or a fix could stand there."""
    left = report.left
    name = left.card.name
    if name != report.right.card.name or left.scan is None or left.card.version:
        return ()
    if left.card.fixed or opposite(contents, name) != name:
        return ()
    if left.forward_raised or left.findings.not_run:  # nobody knows what there is to mend
        return ()
    lesson = sentence("no lesson of ", code("course.toml"), " names its twin")
    choose = "Another model can be chosen above."
    if left.scan.missing or left.findings.findings:
        mend = "no rule mends what was found"
        choose = "The page Findings says what helps."
    else:
        mend = "there is nothing to mend"
    beside = f"{left.card.class_name} stands beside itself: {mend}, and "
    return sentence(beside, lesson, f". {choose}")
