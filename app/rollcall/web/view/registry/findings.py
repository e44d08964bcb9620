"""What else was found about a model, a sentence each, and the page that shows more of it."""

from dataclasses import dataclass
from itertools import groupby

from rollcall.core.devices import SIMULATED
from rollcall.core.findings import Finding, Findings
from rollcall.core.findings.forward_kinds import AddedByForward
from rollcall.core.findings.kinds import (
    EvalForwardsDiffer,
    FileDoesNotReproduce,
    HiddenByClass,
    LostOnDevice,
    Unreached,
)
from rollcall.core.pair_query import PairQuery
from rollcall.core.scan import Scan
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.kept_findings import SEED_OF_FINDINGS
from rollcall.web.view.registry.finding_words import told
from rollcall.web.view.sentence import Sentence, code, joined, sentence
from rollcall.web.view.words import one_line, plural

# The page that shows it; the gravest first, and a cause before what comes of it.
PAGES: dict[str, str | None] = {
    "hidden by a class attribute": "training",
    "no output requires a gradient": "training",
    "no backward reaches it": "training",
    "replaced by the first forward": "training",
    "graph goes on": "training",
    "a flag that nothing reads": "training",
    "left out by parameters()": "training",
    "left out by its own optimizer": None,
    "changed by a forward": "modes",
    "array as a weight": None,
    "computed once": "training",
    "no Parameter on another device": "device",
    "gradient is always 0": "training",
    "mode is not passed on": "modes",
    "forward switches the mode": "modes",
    "random in eval": "modes",
    "eval forwards differ": "modes",
    "batch statistics in eval": "modes",
    "samples of a batch are mixed": "forward",
    "split by a move": "device",
    "the file does not reproduce the output": "saving",
    "frozen and moving": "modes",
    "changes its input": "forward",
    "two Parameters over one memory": None,
    "shared by two models": None,
    "shared module": "saving",
    "made by the first forward": "saving",
    "wrapper in the keys": "saving",
}
IN_EVAL = ("random in eval", "eval forwards differ", "batch statistics in eval")
GRAVITY = {kind: place for place, kind in enumerate(PAGES)}


@dataclass(frozen=True)
class FindingLine:
    """A sentence about the first finding of a kind, and how many more there are."""

    said: Sentence
    page: str  # title of the page that shows it; "" where none does
    url: str


def finding_lines(found: Findings, scan: Scan, query: PairQuery) -> list[FindingLine]:
    """A line for each kind, the gravest first."""
    unregistered = {entry.path for entry in scan.tensors if entry.is_finding}
    findings = [each for each in found.findings if not _is_shown_below(each, unregistered)]
    findings = [each for each in findings if not comes_of_used_up(each, scan)]
    hidden = tuple(each.path for each in findings if isinstance(each, HiddenByClass))
    findings = [each for each in findings if not _comes_of_hiding(each, hidden)]
    findings.sort(key=_gravity)
    lines = []
    for _, group in groupby(findings, key=lambda finding: finding.kind):
        first, *others = group
        said = told(first)
        if others:
            more = plural(len(others), "more such place", "more such places")
            said = sentence(said, f" ({more}.)")
        if getattr(first, "apart", None) and query.seed != SEED_OF_FINDINGS:
            said = sentence(said, f" (With seed {SEED_OF_FINDINGS}.)")
        lines.append(FindingLine(said, *page_of(first, query)))
    return lines


def page_of(finding: Finding, query: PairQuery) -> tuple[str, str]:
    """Title and address of the page that shows it."""
    name = PAGES[finding.kind]
    if name is None:
        return "", ""
    asked = query.common
    if isinstance(finding, LostOnDevice):
        asked = {**asked, "device": SIMULATED, "left_device": "", "right_device": ""}
    if finding.kind in IN_EVAL:
        asked = {**asked, "mode": "eval"}
    return EXPERIMENTS[name].title, EXPERIMENTS[name].query.model_validate(asked).url


def _gravity(finding: Finding) -> int:
    """What the first forward makes too late for an optimizer is as grave as what it replaces."""
    if isinstance(finding, AddedByForward) and finding.trainable:
        return GRAVITY["replaced by the first forward"]
    return GRAVITY[finding.kind]


def _is_shown_below(finding: Finding, unregistered: set[str]) -> bool:
    """Whether the roll call says it: tensors that are unregistered, and in no file."""
    if not isinstance(finding, FileDoesNotReproduce) or not finding.missing:
        return False
    return unregistered.issuperset(finding.missing)


def comes_of_used_up(finding: Finding, scan: Scan | None) -> bool:
    """Whether its one cause is told: an attribute that gives its layers to the first forward only.

    So the second forward computes something else, and so does the first one of a fresh model.
    """
    if scan is None or scan.used is None or not scan.used.used_up:
        return False
    if isinstance(finding, EvalForwardsDiffer):
        return not finding.changed
    if isinstance(finding, FileDoesNotReproduce):
        return not (finding.missing or finding.numbers or finding.loading_raised)
    return False


def _comes_of_hiding(finding: Finding, hidden: tuple[str, ...]) -> bool:
    """Whether another line tells its cause: a class hides all that no backward reaches."""
    if not isinstance(finding, Unreached):
        return False
    within = tuple(f"{path}." for path in hidden)
    return all(path in hidden or path.startswith(within) for path in finding.paths)


def not_run(found: Findings) -> Sentence:
    """Which runs ended in an exception, and in which; empty where none did."""
    told: dict[tuple[str, str], list[str]] = {}
    for run in found.not_run:
        told.setdefault((run.raised.type, one_line(run.raised.message)), []).append(run.name)
    return joined([_failed(names, *raised) for raised, names in told.items()])


def _failed(names: list[str], error: str, message: str) -> Sentence:
    looked = f"Not looked at: {', '.join(names)}. There the model raised "
    if not message:
        return sentence(looked, code(error), ".")
    return sentence(looked, code(error), f": {message.rstrip('.')}.")
