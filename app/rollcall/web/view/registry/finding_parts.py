"""Parts of the sentences about findings: places in the code, and what an array is."""

from collections import Counter
from collections.abc import Iterable

from rollcall.core.findings.kinds import ArrayAsWeight, GraphExit, RandomPlace
from rollcall.web.view.sentence import Sentence, code, sentence
from rollcall.web.view.words import plural, size


def random_places(places: Iterable[RandomPlace]) -> list[Sentence]:
    """Functions with their lines, and modules. A line that several modules run is told once."""
    told = []
    for (name, line), alike in Counter(map(_called, places)).items():
        if line is None:
            told.append(sentence(code(name)))
        elif alike > 1:
            told.append(sentence(code(name), f" (line {line}, in {alike} modules)"))
        else:
            told.append(sentence(code(name), f" (line {line})"))
    return told


def _called(place: RandomPlace) -> tuple[str, int | None]:
    if place.line is not None:
        return place.name, place.line
    return place.path or place.name, None


def exits(found: tuple[GraphExit, ...]) -> Sentence:
    """Where numbers leave the graph; empty where that was not seen."""
    if not found:
        return ()
    first, *others = found
    line, more = "", ""
    if first.line is not None:
        line = f" in line {first.line}"
    if others:
        more = f", and at {plural(len(others), 'more place', 'more places')}"
    return sentence("; their results leave the graph by ", code(first.name), f"{line}{more}")


def array(finding: ArrayAsWeight) -> Sentence:
    """Its name, if it has one, kind and shape."""
    kind = finding.class_name.replace("ndarray", "numpy array")
    said = f"a {kind} of {size(finding.shape)}"
    if finding.path is None:
        return sentence(said)
    return sentence(code(finding.path), f", {said}")
