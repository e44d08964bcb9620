"""The number over a column: how much of what is trainable answers the roll call."""

from dataclasses import dataclass
from typing import Literal

from rollcall.core.scan import ModuleEntry, Scan
from rollcall.web.view.words import number, plural


@dataclass(frozen=True)
class Headline:
    """A large number and two short lines beside it."""

    verdict: Literal["none", "good", "bad"]
    count: str
    first: str
    second: str
    lost: bool  # the second line tells of something unregistered


def headline(scan: Scan) -> Headline:
    """What forward used where it ran, else what the registries list and the walk found."""
    if scan.used:
        known, total = scan.used.answering, scan.used.reached
    else:
        known, total = scan.registered, scan.registered + scan.unregistered
    count = f"{number(known)} of {number(total)}" if total else "0"
    verdict: Literal["none", "good", "bad"] = "none"
    if total:
        verdict = "good" if known == total else "bad"
    missing = scan.missing
    if known == total and missing:
        return Headline(verdict, count, "trainable numbers answer,", _silent(missing), True)
    if total:
        return Headline(verdict, count, "trainable numbers", "answer the roll call", False)
    return Headline(verdict, count, "trainable numbers:", "nothing to register", False)


def _silent(missing: tuple[object, ...]) -> str:
    modules = sum(1 for entry in missing if isinstance(entry, ModuleEntry))
    if modules:
        return plural(modules, "module does not", "modules do not")
    return plural(len(missing), "tensor does not", "tensors do not")
