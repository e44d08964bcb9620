"""The page of findings: those about all models, the gravest first."""

from dataclasses import dataclass, replace
from pathlib import Path

from rollcall.core.model_name import class_of, file_of
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.lectures.contents import Contents, Problem
from rollcall.lectures.declared_course import COURSE
from rollcall.web.view.findings.model_record import ModelRecord, ToldModel
from rollcall.web.view.findings.record import FindingRecord, Told
from rollcall.web.view.sentence import Sentence
from rollcall.web.view.words import plural

TITLES = {
    "trainable": "What training misses",
    "stateful": "What train() and eval() miss",
    "tensor": "What moves and files miss",
}
MEANT = "May be meant"
MOST = 200  # lines of a group that are shown: more takes long to lay out, and nobody reads it


@dataclass(frozen=True)
class FindingLine:
    """One of them."""

    class_name: str
    file: str
    line: int
    code: str
    said: Sentence
    fix: Sentence
    url: str
    page: str  # title of the page that proves it
    ignored: str  # the reason; "" where nothing silences it
    also: str  # "also in Net and 2 more models"; "" where it is in one alone


@dataclass(frozen=True)
class FindingGroup:
    """Those that are equally grave."""

    title: str
    count: int
    lines: tuple[FindingLine, ...]

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Silent:
    """A model, or a file, that could not be looked at."""

    name: str
    url: str  # "" of a file
    why: str


@dataclass(frozen=True)
class FindingsPart:
    """Those of one's own files, or of the course."""

    count: str  # "37 findings"; until the first model has answered, what is being done
    where: str  # "in 105 models"; "" until then
    groups: tuple[FindingGroup, ...]
    silenced: tuple[FindingLine, ...]
    silent: tuple[Silent, ...]


@dataclass(frozen=True)
class FindingsPage:
    """All of it."""

    first: FindingsPart  # of one's own files, where there are any
    course: FindingsPart | None  # of the course beside them
    waiting: str  # "87 of 105 models looked at"; "" where all were


def findings_page(
    contents: Contents, models: dict[str, ToldModel], silent: dict[str, str]
) -> FindingsPage:
    """The page, as far as the models have answered.

    Args:
        contents: all that is served.
        models: what is known of each model.
        silent: why a model brought no answer.
    """
    own = [chapter for chapter in contents.chapters if chapter.own]
    of_the_course = {f"{chapter.file}.py" for chapter in contents.chapters if not chapter.own}
    of_the_course.add(COURSE)
    names = {card.name for chapter in own for card in chapter.models}
    shelves = (names, contents.cards.keys() - names)
    parts = []
    for is_own, shelf in zip((True, False), shelves, strict=True):
        problems = [
            each for each in contents.problems if (each.file not in of_the_course) == is_own
        ]
        ordered = [models[name] for name in contents.cards if name in models and name in shelf]
        unheard = {name: why for name, why in silent.items() if name in shelf}
        part = _part(ordered, _silent(problems, ordered, unheard))
        if shelf and not ordered and not unheard:
            looking = f"looking at {plural(len(shelf), 'model', 'models')}"
            part = replace(part, count=looking, where="")
        parts.append(part)
    looked_at = len(models) + len(silent)
    waiting = ""
    if looked_at < len(contents.cards):
        waiting = f"{looked_at} of {plural(len(contents.cards), 'model', 'models')} looked at"
    if not own:
        return FindingsPage(parts[1], None, waiting)
    if not shelves[1]:
        return FindingsPage(parts[0], None, waiting)
    return FindingsPage(parts[0], parts[1], waiting)


def _part(models: list[ToldModel], silent: list[Silent]) -> FindingsPart:
    places = _places(models)
    groups = []
    for title, told in _grouped(places).items():
        groups.append(FindingGroup(title, len(told), tuple(map(_line, told[:MOST]))))
    silenced = [told for told in places.values() if told[0].record.ignored]
    return FindingsPart(
        count=plural(len(places) - len(silenced), "finding", "findings"),
        where=f"in {plural(len(models), 'model', 'models')}",
        groups=tuple(groups),
        silenced=tuple(map(_line, silenced)),
        silent=tuple(silent),
    )


def _places(models: list[ToldModel]) -> dict[object, list[Told]]:
    """The findings by what they are about: a part that many models have is told once."""
    places: dict[object, list[Told]] = {}
    for model in models:
        for told in model.told:
            places.setdefault(told.record.told_once, []).append(told)
    return places


def _grouped(places: dict[object, list[Told]]) -> dict[str, list[list[Told]]]:
    """The open ones under their titles, none of which is empty."""
    groups: dict[str, list[list[Told]]] = {title: [] for title in (*TITLES.values(), MEANT)}
    for told in places.values():
        if told[0].record.ignored is None:
            groups[_title(told[0].record)].append(told)
    return {title: found for title, found in groups.items() if found}


def _title(record: FindingRecord) -> str:
    if record.level == "warning":
        return MEANT
    return TITLES[record.rank]


def _line(told: list[Told]) -> FindingLine:
    first, *others = told
    record = first.record
    return FindingLine(
        class_name=class_of(record.model),
        file=served_file(record.model, record.file, first.model_file),
        line=record.line,
        code=record.code,
        said=first.said,
        fix=first.fix,
        url=record.url,
        page=record.page,
        ignored=record.ignored or "",
        also=_also([each.record.model for each in others if each.record.model != record.model]),
    )


def served_file(model: str, file: str, model_file: str) -> str:
    """A file as it is served: no path of the server's disk."""
    if file == model_file:
        return f"{file_of(model)}.py"
    return Path(file).name


def as_served(record: ModelRecord) -> ModelRecord:
    """The same without paths of the server's disk."""
    findings = tuple(
        each.model_copy(update={"file": served_file(record.model, each.file, record.file)})
        for each in record.findings
    )
    file = served_file(record.model, record.file, record.file)
    return record.model_copy(update={"file": file, "findings": findings})


def _also(others: list[str]) -> str:
    names = [class_of(model) for model in dict.fromkeys(others)]
    if not names:
        return ""
    if len(names) == 1:
        return f"also in {names[0]}"
    return f"also in {names[0]} and {plural(len(names) - 1, 'more model', 'more models')}"


def _silent(
    problems: list[Problem], models: list[ToldModel], silent: dict[str, str]
) -> list[Silent]:
    found = [
        Silent(problem.file, "", f"{problem.raised.type}: {problem.raised.message}")
        for problem in problems
    ]
    found.extend(Silent(name, _address(name), why) for name, why in silent.items())
    troubled: list[ModelRecord] = [model.record for model in models if model.record.trouble]
    found.extend(
        Silent(record.model, _address(record.model), record.trouble)
        for record in troubled
        if not record.abstract
    )
    return found


def _address(name: str) -> str:
    return RegistryQuery(left=name, right=name).url
