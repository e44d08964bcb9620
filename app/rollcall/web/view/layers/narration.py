"""The sentences above both columns of the layers page."""

from rollcall.core.query import Mode
from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.experiments.layer_checks.findings import Finding
from rollcall.experiments.layers.experiment import LayersReport, LayersSubject
from rollcall.web.view.layer_evidence import TITLES, place, told_both, unlike
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import one_or_many, plural, share


def layers_narration(report: LayersReport) -> Sentence:
    """How each layer did; the same layer on both sides is told of once."""
    subjects = [report.left]
    if report.left.card.name != report.right.card.name:
        subjects.append(report.right)
    if len(subjects) == 2 and all(map(_imitates_nothing, subjects)):
        left, right = (subject.card.said for subject in subjects)
        nothing = "there is nothing to check them against"
        return sentence(f"Neither {left} nor {right} imitates a layer of PyTorch’s: {nothing}.")
    return joined(_about(subject, report.query.mode) for subject in subjects)


def _about(subject: LayersSubject, mode: Mode) -> Sentence:
    name = subject.card.said
    if subject.raised:
        return without_result(subject, "built")
    if subject.reference_raised:
        error = subject.reference_raised.type
        return sentence(f"{name} cannot be checked: its reference raises {error}.")
    if _imitates_nothing(subject):
        nothing = "so there is nothing to check it against"
        return sentence(f"{name} imitates no layer of PyTorch’s, {nothing}.")
    call = code(subject.reference_call)
    if not subject.lines:
        return sentence(f"{name} is built as ", call, ", of which nothing can be checked here.")
    failed = [line for line in subject.lines if line.finding.verdict == "fail"]
    if failed:
        return _failed(name, failed)
    if subject.todo:
        return _unwritten(subject)
    checks = share(subject.passed, subject.passed, "check", "checks")
    passes = sentence(f"{name} passes {checks} against ", call)
    if subject.mode != mode:
        return sentence(passes, " in eval.")
    return sentence(passes, ".")


def _imitates_nothing(subject: LayersSubject) -> bool:
    return not (subject.raised or subject.reference_raised or subject.kind)


def _failed(name: str, failed: list[CheckLine]) -> Sentence:
    found = em(f"{name} fails {plural(len(failed), 'check', 'checks')}")
    which = one_or_many(len(failed), ",", ", first")
    title = TITLES[failed[0].name]
    return sentence(found, f"{which} “{title}”: {_why(failed[0].finding)}.")


def _unwritten(subject: LayersSubject) -> Sentence:
    name, total = subject.card.said, len(subject.lines)
    if subject.todo == total:
        waits = plural(subject.todo, "check waits", "checks wait")
        return sentence(f"{name} is still to be written: {waits}.")
    passes = one_or_many(total, "check passes", "checks pass")
    rest = "and the rest is still to be written"
    return sentence(f"{name} is on its way: {subject.passed} of {total} {passes}, {rest}.")


def _why(finding: Finding) -> str:
    if finding.raised:
        return finding.raised.type
    if finding.close:
        found, wanted = told_both(finding)
        return f"{place(finding)} is {found} instead of {wanted}"
    if finding.share:
        low, high = f"{finding.share.low:.3f}", f"{finding.share.high:.3f}"
        return f"{finding.share.found:.3f} is not between {low} and {high}"
    if finding.found and finding.wanted:
        found, wanted = unlike(finding.found, finding.wanted), unlike(finding.wanted, finding.found)
        return f"{found} instead of {wanted}"
    return "two draws drop the same"
