"""The number over a column: how much of what is trainable answers the roll call."""

from rollcall.core.report import Raised
from rollcall.core.scan import ModuleEntry, Scan
from rollcall.web.view.headline import Headline, Verdict
from rollcall.web.view.words import number, plural


def headline(scan: Scan, optimizer_raised: Raised | None = None) -> Headline:
    """What forward used where it ran, else what the registries list and the walk found."""
    known, total = scan.registered, scan.registered + scan.unregistered
    if scan.used and not scan.used.reached and total:
        return Headline("none", "0", f"of {number(total)} trainable", "numbers were used", False)
    if scan.used:
        known, total = scan.used.answering, scan.used.reached
    if optimizer_raised:  # then none is in an optimizer
        known = 0
    verdict, count = _verdict(known, total), _count(known, total)
    missing = scan.missing
    if known == total and missing:
        return Headline(verdict, count, "trainable numbers answer,", _silent(missing), True)
    if total:
        return Headline(verdict, count, "trainable numbers", "answer the roll call", False)
    return Headline(verdict, count, "trainable numbers:", "nothing to register", False)


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


def _silent(missing: tuple[object, ...]) -> str:
    modules = sum(1 for entry in missing if isinstance(entry, ModuleEntry))
    if modules:
        return plural(modules, "module does not", "modules do not")
    return plural(len(missing), "tensor does not", "tensors do not")
