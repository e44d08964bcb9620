"""Parts of the sentences about findings: places in the code, and what an array is."""

from rollcall.core.findings.applied_function import BACKWARD
from rollcall.core.findings.kinds import ArrayAsWeight, GraphExit, RandomPlace, UnreadFlag
from rollcall.core.findings.unread_flags import FLAG
from rollcall.web.view.sentence import Sentence, code, em, sentence
from rollcall.web.view.words import number, plural, size


def random_place(place: RandomPlace) -> Sentence:
    """A function with its line, or a module."""
    if place.line is not None:
        return sentence(code(place.name), f" (line {place.line})")
    return sentence(code(place.path or place.name))


def random_places(places: tuple[RandomPlace, ...]) -> list[Sentence]:
    """Each of them once, and a line that several modules run with how many these are."""
    modules: dict[Sentence, set[str | None]] = {}
    for place in places:
        modules.setdefault(random_place(place), set()).add(place.path)
    return [_in_modules(place, len(paths)) for place, paths in modules.items()]


def _in_modules(place: Sentence, count: int) -> Sentence:
    if count == 1:
        return place
    return sentence(place, f" in {plural(count, 'module', 'modules')}")


def exits(found: tuple[GraphExit, ...]) -> Sentence:
    """Where numbers leave the graph; empty where that was not seen."""
    if not found:
        return ()
    first, *others = found
    line, more = "", ""
    if others:
        more = f", and at {plural(len(others), 'more place', 'more places')}"
    if first.name.endswith(BACKWARD):
        if first.line is not None:
            line = f" (applied in line {first.line})"
        return sentence("; ", code(first.name), f"{line} returns none for them{more}")
    if first.line is not None:
        line = f" in line {first.line}"
    return sentence("; their results leave the graph by ", code(first.name), f"{line}{more}")


def array(finding: ArrayAsWeight) -> Sentence:
    """Its name, if it has one, kind and shape."""
    kind = finding.class_name.replace("ndarray", "numpy array")
    said = f"a {kind} of {size(finding.shape)}"
    if finding.path is None:
        return sentence(said)
    return sentence(code(finding.path), f", {said}")


def unread_flag(finding: UnreadFlag) -> Sentence:
    """What was written, and that nothing comes of it."""
    does = "freezes nothing"
    if finding.value:
        does = "thaws nothing"
    where = "a module"
    if finding.name != FLAG:
        where = "a Parameter"
    written = code(f"{finding.path or 'self'}.{finding.name} = {finding.value}")
    more = ""
    if finding.others:
        more = f" (and of {number(len(finding.others))} more)"
    numbers = plural(finding.numel, "number stays as it was", "numbers stay as they were")
    unread = f": PyTorch reads no such attribute of {where}{more}. {numbers}."
    return sentence(written, " ", em(does), unread)
