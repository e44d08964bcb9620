"""A finding as a record for people: what is wrong, where, what proves it and what helps."""

import hashlib
import linecache
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pydantic import Field

from rollcall.core.code_place import CodePlace
from rollcall.core.findings import Finding
from rollcall.core.findings.forward_kinds import AddedByForward
from rollcall.core.findings.kinds import FileDoesNotReproduce, StaleCopy
from rollcall.core.report import Report
from rollcall.core.walk.found import is_within
from rollcall.experiments.registry.experiment import REGISTRY, RegistryQuery
from rollcall.experiments.registry.hidden_state import HiddenState
from rollcall.experiments.registry.one_model import ModelFindings, PlacedFinding
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.ignore_comments import reason_at
from rollcall.web.view.findings.fix_words import fix
from rollcall.web.view.findings.hidden_fix import hidden_fix
from rollcall.web.view.findings.hidden_words import hidden_told, proof
from rollcall.web.view.findings.ranks import (
    BEYOND_ATTRIBUTES,
    KINDS,
    RANKS,
    UNREGISTERED,
    Call,
    FindingRank,
    Level,
    Standing,
    standing,
)
from rollcall.web.view.registry.finding_words import told
from rollcall.web.view.registry.findings import GRAVITY, comes_of_used_up, page_of
from rollcall.web.view.registry.narration import beyond_attributes
from rollcall.web.view.sentence import Sentence, read, sentence
from rollcall.web.view.sentence import code as code_span
from rollcall.web.view.words import plural

LATE = (AddedByForward, StaleCopy)
# Their lines are calls and methods, which are the same in every module that runs them.
OF_A_CALL = (
    "random in eval",
    "batch statistics in eval",
    "samples of a batch are mixed",
    "mode is not passed on",
    "no backward reaches it",
)


class FindingRecord(Report):
    """One thing that is wrong with one model."""

    model: str = Field(description="file.Class, as an address writes it")
    kind: str = Field(description='"unregistered", or the kind of a finding as the JSON API has it')
    rank: FindingRank = Field(description="what suffers: training, the mode, or moves and files")
    level: Level
    path: str = Field(description="of the attribute or module that it is about")
    paths: tuple[str, ...] = Field(description="everything that it is about")
    misses: tuple[Call, ...] = Field(description="the calls that do not reach it")
    sentence: str
    proof: str = Field(description="what the calls reached when they were made")
    fix: str = Field(description="what its author can do")
    file: str
    line: int = Field(description="the line to be changed; 1 where none is known")
    last_line: int = Field(description="of the same statement")
    code: str = Field(description="the line as it stands there")
    lines: tuple[int, ...] = Field(description="where each statement begins that led to it")
    url: str = Field(description="address of the page that proves it, on a server of Roll Call")
    page: str = Field(description="its title")
    fingerprint: str = Field(description="stays as it is while lines move")
    ignored: str | None = Field(None, description="the reason that stands on its line")

    @property
    def told_once(self) -> tuple[str, int, str, str]:
        """What is one finding in however many models: what is wrong with what a line names."""
        attribute = re.sub(r"\W.*", "", self.path.rpartition(".")[2])
        if self.kind in OF_A_CALL or not re.search(rf"\b{attribute}\b", self.code):
            attribute = ""
        return self.file, self.line, self.kind, attribute


@dataclass(frozen=True)
class Told:
    """A record with its sentences as a page shows them."""

    record: FindingRecord
    said: Sentence
    fix: Sentence
    model_file: str  # which defines the model


def told_findings(model: ModelFindings, file: str) -> list[Told]:
    """All findings about one model, the gravest first.

    Args:
        model: what was found.
        file: the file that defines it, where a finding has no place of its own.
    """
    teller = _Teller(model, file)
    scan = model.subject.scan
    findings = [each for each in model.findings if not comes_of_used_up(each.finding, scan)]
    records = []
    for number, hidden in enumerate(model.hidden):
        effects = [each for each in findings if _behind(hidden, each)]
        if number == 0:
            effects += [each for each in findings if _behind_all(model.hidden, each)]
        findings = [each for each in findings if each not in effects]
        records.append(teller.hidden(hidden, [each.finding for each in effects]))
    causes = [each.finding for each in findings if isinstance(each.finding, LATE)]
    late = [each.path for each in causes]
    records.extend(teller.finding(each) for each in findings if not _comes_of(late, each.finding))
    records.extend(teller.beyond_attributes())
    return sorted(_joined(records), key=_gravity)


def _joined(records: Sequence[Told]) -> Iterator[Told]:
    """One for a line that several modules of a class have, which says how many these are."""
    places: dict[object, list[Told]] = {}
    for each in records:
        places.setdefault(each.record.told_once, []).append(each)
    for first, *others in places.values():
        if not others:
            yield first
            continue
        more = plural(len(others), "more such place", "more such places")
        said = sentence(first.said, f" ({more}.)")
        paths = dict.fromkeys(path for each in (first, *others) for path in each.record.paths)
        record = first.record.model_copy(update={"sentence": read(said), "paths": tuple(paths)})
        yield replace(first, record=record, said=said)


def _behind(hidden: HiddenState, placed: PlacedFinding) -> bool:
    """Whether a finding is about nothing but what an attribute hides: then it proves that."""
    inside = {*hidden.paths, *hidden.inside}
    at = hidden.place.attribute
    return bool(placed.paths) and all(
        path in inside or is_within(path, at) for path in placed.paths
    )


def _behind_all(hidden: Sequence[HiddenState], placed: PlacedFinding) -> bool:
    """Whether a file lacks what several attributes hide: then it proves that of all of them."""
    if len(hidden) < 2 or not isinstance(placed.finding, FileDoesNotReproduce):
        return False
    parts = {path for each in hidden for path in (*each.paths, *each.inside)}
    return bool(placed.paths) and parts.issuperset(placed.paths)


def _comes_of(late: Collection[str], finding: Finding) -> bool:
    """Whether a file lacks nothing but what forward makes or is to make: that is told already."""
    if not isinstance(finding, FileDoesNotReproduce) or not finding.missing:
        return False
    return all(any(is_within(path, each) for each in late) for path in finding.missing)


def _gravity(each: Told) -> tuple[int, int, int]:
    record = each.record
    kind = GRAVITY.get(record.kind, -1)  # what is unregistered comes before what comes of it
    return int(record.level == "warning"), RANKS.index(record.rank), kind


class _Teller:
    """Writes the records of one model."""

    def __init__(self, model: ModelFindings, file: str) -> None:
        self._model = model
        self._file = file
        card = model.subject.card
        self._query = RegistryQuery(left=card.name, right=_opposite(card))
        self._class = model.defined_at or CodePlace(file, 1)

    def hidden(self, hidden: HiddenState, effects: list[Finding]) -> Told:
        """What is unregistered."""
        stands = Standing(_rank(hidden), "error", hidden.misses)
        place = hidden.place.attribute
        words = _Words(hidden_told(hidden), hidden_fix(hidden), proof(hidden, effects))
        return self._told(UNREGISTERED, stands, (place, *hidden.paths), words, hidden.code)

    def finding(self, placed: PlacedFinding) -> Told:
        """What else is the matter."""
        finding = placed.finding
        words = _Words(told(finding), fix(finding), "")
        paths = placed.paths
        page = page_of(finding, self._query)
        whole = (next(iter(paths), ""), *paths)
        return self._told(finding.kind, standing(finding), whole, words, placed.code, page)

    def beyond_attributes(self) -> Iterator[Told]:
        """What forward uses, though no walk over attributes comes to it."""
        scan = self._model.subject.scan
        used = scan and scan.used
        if not used or not used.lost:  # a finding tells what forward makes and keeps
            return
        said = beyond_attributes(self._model.subject.card.class_name, used)
        words = _Words(said, IN_INIT, "")
        if used.used_up:
            name = used.used_up[0].rpartition(".")[2]
            words = _Words(
                said, sentence("Write ", code_span(f"self.{name} = nn.ModuleList(...)"), "."), ""
            )
        paths = used.used_up or ("",)
        yield self._told(
            BEYOND_ATTRIBUTES, KINDS[BEYOND_ATTRIBUTES], paths, words, self._model.used_up_at
        )

    def _told(
        self,
        kind: str,
        stands: Standing,
        paths: tuple[str, ...],
        words: "_Words",
        code: Sequence[CodePlace],
        page: tuple[str, str] = ("", ""),
    ) -> Told:
        """A record. Of the paths, the first names it, and the others are what it is about."""
        places = list(code) or [self._class]
        first, (title, url) = places[0], page
        record = FindingRecord(
            model=self._query.left,
            kind=kind,
            rank=stands.rank,
            level=stands.level,
            path=paths[0],
            paths=paths[1:],
            misses=stands.misses,
            sentence=read(words.said),
            proof=words.proof,
            fix=read(words.fix),
            file=first.file,
            line=first.line,
            last_line=first.last or first.line,
            code=linecache.getline(first.file, first.line).strip(),
            lines=tuple(place.line for place in places if place.file == first.file),
            url=url or self._query.url,
            page=title or REGISTRY.title,
            ignored=reason_at(places),
            fingerprint=_fingerprint(self._query.left, kind, paths[0]),
        )
        return Told(record, words.said, words.fix, self._file)


class _Words(NamedTuple):
    said: Sentence
    fix: Sentence
    proof: str


IN_INIT = sentence("Make it in __init__, and assign it to ", code_span("self"), ".")


def _opposite(card: ModelCard) -> str:
    """What it is shown beside: its twin, else what Roll Call has mended of it, else itself."""
    if card.twin:
        return card.twin
    if card.fixed:
        return card.fixed.name
    return card.name


def _rank(hidden: HiddenState) -> FindingRank:
    return next(rank for rank in RANKS if rank == hidden.rank)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
