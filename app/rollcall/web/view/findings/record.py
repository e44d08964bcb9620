"""A finding as a record for people: what is wrong, where, what proves it and what helps."""

import hashlib
from dataclasses import dataclass

from pydantic import Field

from rollcall.core.code_place import CodePlace
from rollcall.core.report import Report
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.hidden_state import HiddenState
from rollcall.experiments.registry.one_model import ModelFindings, PlacedFinding
from rollcall.lectures.ignore_comments import reason_at
from rollcall.web.view.findings.fix_words import fix, hidden_fix
from rollcall.web.view.findings.hidden_words import hidden_told, proof
from rollcall.web.view.findings.ranks import (
    RANKS,
    UNREGISTERED,
    Call,
    FindingRank,
    Level,
    standing,
)
from rollcall.web.view.registry.finding_words import told
from rollcall.web.view.registry.findings import GRAVITY, page_of
from rollcall.web.view.sentence import Sentence, read


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
    lines: tuple[int, ...] = Field(description="where each statement begins that led to it")
    url: str = Field(description="address of the page that proves it, on a server of Roll Call")
    fingerprint: str = Field(description="stays as it is while lines move")
    ignored: str | None = Field(None, description="the reason that stands on its line")


@dataclass(frozen=True)
class Told:
    """A record with its sentences as a page shows them."""

    record: FindingRecord
    said: Sentence
    fix: Sentence


def told_findings(model: ModelFindings, file: str) -> list[Told]:
    """All findings about one model, the gravest first.

    Args:
        model: what was found.
        file: the file that defines it, where a finding has no place of its own.
    """
    query = RegistryQuery(left=model.subject.card.name, right=model.subject.card.name)
    places = [model.defined_at] if model.defined_at else [CodePlace(file, 1)]
    findings = list(model.findings)
    records = []
    for hidden in model.hidden:
        effects = [each for each in findings if _behind(hidden, each)]
        findings = [each for each in findings if each not in effects]
        records.append(_of_hidden(hidden, effects, query, places))
    records.extend(_of_finding(each, query, places) for each in findings)
    return sorted(records, key=_gravity)


def _behind(hidden: HiddenState, placed: PlacedFinding) -> bool:
    """Whether a finding is about nothing but what an attribute hides: then it proves that."""
    inside = {*hidden.paths, *hidden.inside}
    return bool(placed.paths) and inside.issuperset(placed.paths)


def _gravity(each: Told) -> tuple[int, int, int]:
    record = each.record
    kind = -1
    if record.kind != UNREGISTERED:
        kind = GRAVITY[record.kind]
    return int(record.level == "warning"), RANKS.index(record.rank), kind


def _of_hidden(
    hidden: HiddenState,
    effects: list[PlacedFinding],
    query: RegistryQuery,
    places: list[CodePlace],
) -> Told:
    said, remedy = hidden_told(hidden), hidden_fix(hidden)
    code = list(hidden.code) or places
    record = FindingRecord(
        model=query.left,
        kind=UNREGISTERED,
        rank=_rank(hidden),
        level="error",
        path=hidden.place.attribute,
        paths=hidden.paths,
        misses=hidden.misses,
        sentence=read(said),
        proof=proof(hidden, [each.finding for each in effects]),
        fix=read(remedy),
        file=code[0].file,
        line=code[0].line,
        last_line=code[0].last or code[0].line,
        lines=_lines(code),
        url=query.url,
        ignored=reason_at(code),
        fingerprint=_fingerprint(query.left, UNREGISTERED, hidden.place.attribute),
    )
    return Told(record, said, remedy)


def _of_finding(placed: PlacedFinding, query: RegistryQuery, places: list[CodePlace]) -> Told:
    finding = placed.finding
    said, remedy = told(finding), fix(finding)
    stands = standing(finding)
    code = list(placed.code) or places
    paths = placed.paths
    path = next(iter(paths), "")
    _, url = page_of(finding, query)
    record = FindingRecord(
        model=query.left,
        kind=finding.kind,
        rank=stands.rank,
        level=stands.level,
        path=path,
        paths=paths,
        misses=stands.misses,
        sentence=read(said),
        proof="",
        fix=read(remedy),
        file=code[0].file,
        line=code[0].line,
        last_line=code[0].last or code[0].line,
        lines=_lines(code),
        url=url or query.url,
        ignored=reason_at(code),
        fingerprint=_fingerprint(query.left, finding.kind, path),
    )
    return Told(record, said, remedy)


def _rank(hidden: HiddenState) -> FindingRank:
    return next(rank for rank in RANKS if rank == hidden.rank)


def _lines(code: list[CodePlace]) -> tuple[int, ...]:
    return tuple(place.line for place in code if place.file == code[0].file)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
