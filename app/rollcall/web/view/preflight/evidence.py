"""What one line of the checklist rests on, in words."""

from collections.abc import Callable, Sequence

from rollcall.experiments.preflight.experiment import ChecklistLine
from rollcall.experiments.preflight.outcome import CheckOutcome, Reason
from rollcall.experiments.preflight.own_tensors import OwnTensor
from rollcall.web.view.numerals import in_powers
from rollcall.web.view.sentence import Sentence, code, joined, sentence, strong
from rollcall.web.view.words import NAMED, number, one_or_many, plural

NOT_ASKED = {
    "parameters": "nothing to train",
    "printed": "no layer inside",
    "containers": "no container of layers",
    "moved": "no tensor to move",
    "round_trip": "no tensor to save",
    "traced": "torch.fx cannot follow it",
    "exported": "torch.export cannot follow it",
    "compiled": "torch.compile makes no graph of it",
}
REASONS: dict[Reason, str] = {
    "no output": "forward returns no tensor to compare",
    "own type": "forward raises in float64, but not on a GPU",
}
# Checks of which it is told how many were found, of how many.
COUNTING = {
    "printed": ("layer", "layers"),
    "counted": ("number", "numbers"),
    "moved": ("tensor", "tensors"),
    "switched": ("module", "modules"),
    "held": ("tensor", "tensors"),
    "stepped": ("tensor", "tensors"),
}


def evidence(line: ChecklistLine) -> Sentence:
    """What stands at the right end of a line."""
    name, outcome = line.name, line.outcome
    if outcome.too_large is not None:
        return sentence(f"not asked of {plural(outcome.too_large, 'module', 'modules')}")
    if outcome.reason is not None:
        return sentence(REASONS[outcome.reason])
    if outcome.verdict == "na":
        return sentence(NOT_ASKED.get(name, NOT_ASKED["parameters"]))
    if name in COUNTING:
        return _some_of(outcome, *COUNTING[name])
    if name in TOLD:
        return TOLD[name](outcome)
    return ()


def remark(line: ChecklistLine) -> Sentence:
    """What else is to be said of a line, beside what it raised."""
    outcome = line.outcome
    if line.name == "agreeing" and outcome.verdict == "fail" and outcome.paths:
        return sentence("still training: ", _first(outcome.paths))
    if line.name == "switched" and outcome.paths:
        return sentence("still in eval: ", _first(outcome.paths))
    if outcome.own:
        return sentence("forward itself makes ", _made(outcome.own))
    if outcome.idle:
        return sentence(_first(outcome.idle), " got no gradient this time, or hardly any")
    return ()


def _made(own: Sequence[OwnTensor]) -> Sentence:
    """The first one is told; the others are of one kind with it."""
    first = own[0]
    at = ""
    if first.line is not None:
        at = f" (line {first.line})"
    more = ""
    if len(own) > 1:
        more = f", and {number(len(own) - 1)} more"
    return sentence(f"a {first.where} tensor: ", code(first.name), at, more)


def _some_of(outcome: CheckOutcome, one: str, many: str) -> Sentence:
    found, wanted = outcome.found, outcome.wanted
    assert found is not None
    assert wanted is not None
    some = strong(f"{number(found)} of {number(wanted)}")
    return sentence(some, f" {one_or_many(wanted, one, many)}")


def _parameters(outcome: CheckOutcome) -> Sentence:
    if not outcome.found:
        return sentence("[ ]")
    return sentence(plural(outcome.found, "parameter", "parameters"))


def _containers(outcome: CheckOutcome) -> Sentence:
    """`layers: list` is what the check found."""
    told: list[Sentence] = []
    paths = outcome.paths
    for path in paths[:NAMED]:
        attribute, _, container = path.partition(": ")
        told.append(sentence(code(attribute), f" is a plain {container}"))
    if more := len(paths[NAMED:]):
        told.append(sentence(f"{number(more)} more"))
    return joined(told, ", ")


def _distance(outcome: CheckOutcome) -> Sentence:
    if outcome.verdict == "pass":
        return sentence("equal")
    if outcome.apart is None:
        return sentence("of another shape")
    return sentence("apart by ", strong(in_powers(f"{outcome.apart:.2g}")))


def _exported(outcome: CheckOutcome) -> Sentence:
    if outcome.paths:
        return _first(outcome.paths)
    if outcome.verdict == "fail":
        return sentence("it holds ", _some_of(outcome, "numbers", "numbers"))
    return sentence("nothing lifted")


def _located(outcome: CheckOutcome) -> Sentence:
    return sentence(code(outcome.answer))


def _compiled(outcome: CheckOutcome) -> Sentence:
    graphs = plural(outcome.found or 0, "graph", "graphs")
    if outcome.verdict == "fail":
        return sentence(f"{graphs}, other outputs")
    return sentence(f"{graphs}, equal")


def _first(paths: Sequence[str]) -> Sentence:
    """The first one, and how many more there are."""
    if len(paths) == 1:
        return sentence(code(paths[0]))
    return sentence(code(paths[0]), f" + {number(len(paths) - 1)} more")


TOLD: dict[str, Callable[[CheckOutcome], Sentence]] = {
    "parameters": _parameters,
    "containers": _containers,
    "located": _located,
    "round_trip": _distance,
    "agreeing": _distance,
    "exported": _exported,
    "compiled": _compiled,
}
