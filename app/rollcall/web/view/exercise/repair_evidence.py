"""What one check of a repaired model rests on, in words."""

from rollcall.core.findings.kinds import RandomPlace
from rollcall.core.tensors.tensor_shape import Shape
from rollcall.experiments.exercise.repair_checks import RepairFinding, RepairLine
from rollcall.web.view.numerals import significant
from rollcall.web.view.sentence import Sentence, code, joined, sentence, strong
from rollcall.web.view.words import all_of, number, one_or_many, plural, size

TITLES = {
    "output": "forward runs",
    "trainable": "trains what the solution trains",
    "answering": "parameters() lists every number",
    "stepped": "one step changes every tensor",
    "moved": ".to() moves every tensor",
    "saved": "the file holds every tensor",
    "draws": "train() drops",
    "in_eval": "after eval() two forwards agree",
    "agreeing": "answers as the solution does",
    "nothing_else": "no other finding",
}
COUNTED = {
    "trainable": ("number", "numbers"),
    "answering": ("number", "numbers"),
    "stepped": ("tensor", "tensors"),
    "moved": ("tensor", "tensors"),
    "saved": ("tensor", "tensors"),
}
AGREED = {
    "draws": ("two forwards differ", "two forwards are equal"),
    "in_eval": ("equal", ""),
    "agreeing": ("with its weights", ""),
    "nothing_else": ("none", ""),
}


def evidence(line: RepairLine) -> Sentence:
    """What stands at the right end of a row."""
    finding = line.finding
    if finding.verdict == "todo":
        return sentence("NotImplementedError", _in_line(finding))
    if finding.raised and finding.found is None:
        return sentence(finding.raised.type, _in_line(finding))
    if line.name in COUNTED:
        return _counted(line.name, finding)
    if finding.verdict == "fail" and (told := _what_differs(finding)):
        return told
    if line.name == "output":
        return sentence(_sizes(finding.shapes))
    passed, failed = AGREED[line.name]
    if finding.verdict == "pass":
        return sentence(passed)
    return sentence(failed)


def _in_line(finding: RepairFinding) -> str:
    """Where something was raised, where that is known."""
    if finding.raised and finding.raised.line:
        return f" in line {finding.raised.line}"
    return ""


def drawing(places: tuple[RandomPlace, ...]) -> Sentence:
    """Who draws: a function with its line, or a module."""
    told = []
    for place in places:
        where = ""
        if place.line is not None:
            where = f" in line {place.line}"
        told.append(sentence(code(place.path or place.name), where))
    return joined(list(dict.fromkeys(told)), ", ")


def _counted(name: str, finding: RepairFinding) -> Sentence:
    found, wanted = finding.found, finding.wanted
    assert found is not None
    assert wanted is not None
    one, many = COUNTED[name]
    if name == "trainable" and found != wanted:
        return sentence(strong(number(found)), f", the solution {number(wanted)}")
    if name == "trainable":
        return sentence(strong(plural(found, one, many)))
    counts = strong(f"{number(found)} of {number(wanted)}")
    return sentence(counts, f" {one_or_many(wanted, one, many)}")


def _what_differs(finding: RepairFinding) -> Sentence:
    if finding.wanted_shapes:
        shapes = strong(_sizes(finding.shapes))
        return sentence(shapes, f", the solution {_sizes(finding.wanted_shapes)}")
    if finding.drawing:
        return sentence(drawing(finding.drawing), " draws")
    if finding.paths:
        return sentence("no key ", all_of(finding.paths[:1]))
    if finding.kinds:
        return sentence(finding.kinds[0])
    if finding.apart is not None:
        return sentence("apart by ", strong(significant(finding.apart)))
    return ()


def _sizes(shapes: tuple[Shape | None, ...]) -> str:
    return ", ".join(map(size, shapes)) or "no tensor"
