"""What else was found about a model, a sentence each, and the page that shows more of it."""

from dataclasses import dataclass
from itertools import groupby

from rollcall.core.findings import Finding, Findings
from rollcall.core.findings.kinds import FileDoesNotReproduce
from rollcall.core.query import PairQuery
from rollcall.core.scan import Scan
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.kept_findings import SEED_OF_FINDINGS
from rollcall.web.view.registry.finding_words import told
from rollcall.web.view.sentence import Sentence, code, joined, sentence
from rollcall.web.view.words import one_line, plural

# Where more of it is shown.
PAGES = {
    "shared module": "saving",
    "hidden by a class attribute": "forward",
    "two Parameters over one memory": "device",
    "wrapper in the keys": "saving",
    "mode is not passed on": "modes",
    "random in eval": "modes",
    "eval forwards differ": "modes",
    "batch statistics in eval": "modes",
    "no backward reaches it": "training",
    "no output requires a gradient": "training",
    "gradient is always 0": "training",
    "computed once": "training",
    "frozen and moving": "modes",
    "array as a weight": "training",
    "made by the first forward": "saving",
    "replaced by the first forward": "training",
    "split by a move": "device",
    "no Parameter on another device": "device",
    "the file does not reproduce the output": "saving",
}


@dataclass(frozen=True)
class FindingLine:
    """A sentence about the first finding of a kind, and how many more there are."""

    said: Sentence
    page: str  # title of the page that shows more
    url: str


def finding_lines(found: Findings, scan: Scan, query: PairQuery) -> list[FindingLine]:
    """A line for each kind, in the order in which they were found."""
    unregistered = {entry.path for entry in scan.tensors if entry.is_finding}
    findings = [each for each in found.findings if not _is_shown_below(each, unregistered)]
    lines = []
    for kind, group in groupby(findings, key=lambda finding: finding.kind):
        first, *others = group
        said = told(first)
        if others:
            more = plural(len(others), "more such place", "more such places")
            said = sentence(said, f" ({more}.)")
        if getattr(first, "apart", None) and query.seed != SEED_OF_FINDINGS:
            said = sentence(said, f" (With seed {SEED_OF_FINDINGS}.)")
        experiment = EXPERIMENTS[PAGES[kind]]
        url = experiment.query.model_validate(query.common).url
        lines.append(FindingLine(said, experiment.title, url))
    return lines


def _is_shown_below(finding: Finding, unregistered: set[str]) -> bool:
    """Whether the roll call says it: tensors that are unregistered, and in no file."""
    if not isinstance(finding, FileDoesNotReproduce) or not finding.missing:
        return False
    return unregistered.issuperset(finding.missing)


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
