"""The sentences above both columns of the pre-flight page."""

from rollcall.experiments.preflight.experiment import PreflightReport, PreflightSubject
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.preflight.checklist import FORWARD, raised_by
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import all_of, errors, one_or_many, share


def preflight_narration(report: PreflightReport) -> Sentence:
    """Whether each model is ready to be trained, in one sentence where both are."""
    left, right = report.left, report.right
    if left.card.name == right.card.name:
        return _about(left)
    if _ready(left) and _ready(right):
        both = f"{left.card.said} and {right.card.said}"
        return sentence(f"{both} are both ready to be trained.")
    return joined([_about(left), _about(right)])


def _ready(subject: PreflightSubject) -> bool:
    """Whether no check fails, nothing else was found, and there is something to train."""
    if subject.raised or subject.failed or subject.findings or subject.notes.raised:
        return False
    return _parameters(subject) == "pass"


def _parameters(subject: PreflightSubject) -> str:
    """The verdict on whether there is a parameter; `na` where there is nothing to train."""
    verdicts = {line.name: line.outcome.verdict for line in subject.lines}
    return verdicts["parameters"]


def _about(subject: PreflightSubject) -> Sentence:
    if subject.raised:
        return without_result(subject, "built")
    if subject.notes.raised:
        return joined([_without(subject), _checked(subject)])
    return _checked(subject)


def _without(subject: PreflightSubject) -> Sentence:
    """The calls that every page goes on without, as a training script cannot."""
    raised = subject.notes.raised
    calls = dict.fromkeys(each.during for each in raised)
    types = " and ".join(dict.fromkeys(each.type for each in raised))
    raises = em(f"{one_or_many(len(calls), 'raises', 'raise')} {types}")
    without = one_or_many(len(calls), "it", "them")
    whose = f" of {subject.card.said} "
    return sentence(all_of(list(calls)), whose, raises, f"; the checks ran without {without}.")


def _checked(subject: PreflightSubject) -> Sentence:
    name = subject.card.said
    failing = [line for line in subject.lines if line.outcome.verdict == "fail"]
    failed = [line.outcome for line in failing]
    if not failed and _parameters(subject) == "na":
        return sentence(f"{name} has nothing to train.")
    if not failed and subject.findings:
        more = em(", ".join(subject.findings))
        return sentence(f"{name} passes every check; the registry page names more: ", more, ".")
    if not failed and subject.notes.raised:
        return sentence(f"{name} passes every check.")
    if not failed:
        return sentence(f"{name} is ready to be trained.")
    asked = subject.passed + subject.failed
    raised = [outcome.raised for outcome in failed if outcome.raised]
    if any(map(raised_by, failing)):  # not where it was moved alone
        forward = sentence(code(FORWARD), f" of {name} ", em(f"raises {raised[0].type}"))
        fail = one_or_many(len(failed), "fails", "fail")
        return sentence(forward, f": {share(len(failed), asked, 'check', 'checks')} {fail}.")
    raising = len(raised)
    found = em(f"{name} fails {share(len(failed), asked, 'check', 'checks')}")
    said = errors(raising, len(failed))
    if subject.notes.raised and not raising:
        said = ""
    return sentence(found, said, ".")
