"""The number over a column: how much of what is trainable answers the roll call."""

from rollcall.core.answering import Answering, answering
from rollcall.core.findings import Findings
from rollcall.core.findings.look import TRAINING
from rollcall.core.scan import Scan, silent
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.headline import Headline, Verdict
from rollcall.web.view.registry.own_books import in_own_books
from rollcall.web.view.words import number


def headline(subject: RegistrySubject) -> Headline:
    """What training reaches where forward ran, else what the registries list and the walk found."""
    scan, roll = subject.scan, subject.roll_call
    assert scan
    assert roll
    known, total = _counted(scan, subject.findings)
    if scan.used and not scan.used.reached and known == total and _found(scan):
        left_out = f"of {number(_found(scan))} trainable"
        return Headline("none", "0", left_out, "numbers were used", False)
    if roll.optimizer_raised:  # then none is in an optimizer
        known = 0
    own = in_own_books(subject)
    known += sum(each.numel for each in own)
    verdict, count = _verdict(known, total), _count(known, total)
    if verdict == "good" and not _is_flawless(subject):
        verdict = "none"
    missing = tuple(each for each in scan.missing if each not in own)
    if known == total and missing:
        return Headline(verdict, count, "trainable numbers answer,", silent(missing), True)
    if total:
        return Headline(verdict, count, "trainable numbers", "answer the roll call", False)
    return Headline(verdict, count, "trainable numbers:", "nothing to register", False)


def _counted(scan: Scan, found: Findings) -> Answering:
    if scan.used is None:
        return Answering(scan.registered, _found(scan))
    trained = all(run.name != TRAINING for run in found.not_run)
    return answering(scan, scan.used, found.findings, trained=trained)


def _found(scan: Scan) -> int:
    return scan.registered + scan.unregistered


def _is_flawless(subject: RegistrySubject) -> bool:
    """Whether nothing that stands below contradicts that all is well."""
    assert subject.scan
    found = subject.findings
    roll = subject.roll_call
    refused = roll and (roll.backward_raised or roll.to_raised or roll.eval_raised)
    return not (found.findings or found.not_run or subject.scan.missing or refused)


def _verdict(known: int, total: int) -> Verdict:
    if total == 0:
        return "none"
    if known < total:
        return "bad"
    return "good"


def _count(known: int, total: int) -> str:
    if total == 0:
        return "0"
    return f"{number(known)} of {number(total)}"
