"""Unregistered state as its author sees it: each assignment that hides some, and who misses it."""

from collections.abc import Iterable
from typing import Literal

from rollcall.core.code_place import CodePlace, assignment_places, class_place, global_place
from rollcall.core.rank import FINDINGS, Rank
from rollcall.core.report import Report
from rollcall.core.roll_call import RollCall
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry
from rollcall.core.walk.found import Found, HidingPlace, Trail
from rollcall.core.walk.object_walk import Walk

Caller = Literal["optimizer", ".to()", "state_dict()", "eval()"]
Entry = ModuleEntry | TensorEntry


class Witness(Report):
    """How many tensors behind an attribute a call reached when it was made, of how many."""

    asked: int
    reached: int


class HiddenState(Report):
    """One assignment that PyTorch does not see, and all that is behind it."""

    place: HidingPlace  # the first one, where modules of one class repeat it
    repeats: int  # how many more of them there are
    owner: str  # path of the module that has the attribute
    paths: tuple[str, ...]  # the outermost modules and tensors behind it
    inside: tuple[str, ...]  # all modules and tensors behind it that are findings
    holds_modules: bool
    rank: Rank  # the gravest of what is behind it
    numel: int  # elements of its trainable tensors
    misses: tuple[Caller, ...]  # who did not reach it
    witnesses: dict[str, Witness]  # of "backward", "step", ".to()" and "state_dict()"
    code: tuple[CodePlace, ...]  # the assignment first, and what else led there


def hidden_state(walked: Walk, scan: Scan, roll: RollCall | None) -> tuple[HiddenState, ...]:
    """What is unregistered and a finding, a record for each assignment; the gravest first."""
    trails = {found.path: found for found in (*walked.modules, *walked.tensors) if found.trail}
    groups: dict[object, list[Entry]] = {}
    for entry in scan.missing:
        found = trails[entry.path]
        assert found.trail
        groups.setdefault(_key(found.trail), []).append(entry)
    records = [_record(entries, trails, roll) for entries in groups.values()]
    missed = [record for record in records if not _is_reached(record)]
    return tuple(sorted(missed, key=lambda record: FINDINGS.index(record.rank)))


def _is_reached(record: HiddenState) -> bool:
    """Whether all calls reach it all the same: its class overrides what PyTorch asks."""
    witnesses = record.witnesses.values()
    whole = all(each.reached == each.asked for each in witnesses)
    return bool(witnesses) and whole and not record.misses


def _key(trail: Trail) -> object:
    """What is the same for one assignment, in however many modules of its class."""
    place = trail.unregistered_at
    if trail.via:
        return (*trail.via[0], place.holds, place.found_by)
    return place


def _record(entries: list[Entry], trails: dict[str, Found], roll: RollCall | None) -> HiddenState:
    founds = [trails[entry.path] for entry in entries]
    places = dict.fromkeys(found.unregistered_at for found in founds)
    first = founds[0]
    place = next(iter(places))
    assert place
    inside = {entry.path for entry in entries}
    tensors = [entry for entry in entries if isinstance(entry, TensorEntry)]
    return HiddenState(
        place=place,
        repeats=len(places) - 1,
        owner=_owner_of(first),
        paths=tuple(entry.path for entry in entries if entry.owner not in inside),
        inside=tuple(entry.path for entry in entries),
        holds_modules=len(tensors) < len(entries),
        rank=min((entry.rank for entry in entries if entry.rank), key=FINDINGS.index),
        numel=sum(each.numel for each in tensors if each.requires_grad and each.is_leaf),
        misses=_misses(entries, roll),
        witnesses=_witnesses(inside, roll),
        code=_code(founds),
    )


def _owner_of(found: Found) -> str:
    """The registered module from which the registries were left."""
    at = found.owner
    while at is not None and not at.registered:
        at = at.owner
    if at is None:
        return ""
    return at.path


def _misses(entries: list[Entry], roll: RollCall | None) -> tuple[Caller, ...]:
    """Who did not reach them; without a roll call, who looks for such things in registries."""
    if roll is None:
        missing = _looked_for(entries)
    else:
        paths = {entry.path for entry in entries}
        tensors = [each for each in roll.tensors if each.path in paths]
        modules = [each for each in roll.modules if each.path in paths]
        missing = {
            "optimizer": any(each.optimizer is False for each in tensors),
            ".to()": any(each.to is False for each in tensors),
            "state_dict()": any(each.state_dict is False for each in tensors),
            "eval()": any(each.eval is False for each in modules),
        }
    return tuple(caller for caller, misses in missing.items() if misses)


def _looked_for(entries: list[Entry]) -> dict[Caller, bool]:
    tensors = [entry for entry in entries if isinstance(entry, TensorEntry)]
    return {
        "optimizer": any(each.requires_grad and each.is_leaf for each in tensors),
        ".to()": bool(tensors),
        "state_dict()": bool(tensors),
        "eval()": len(tensors) < len(entries),
    }


def _witnesses(paths: set[str], roll: RollCall | None) -> dict[str, Witness]:
    if roll is None:
        return {}
    tensors = [each for each in roll.tensors if each.path in paths]
    counted = {
        "backward": _witness(each.autograd for each in tensors),
        "step": _witness(each.stepped for each in tensors),
        ".to()": _witness(each.to for each in tensors),
        "state_dict()": _witness(each.state_dict for each in tensors),
    }
    return {name: witness for name, witness in counted.items() if witness.asked}


def _witness(answers: Iterable[bool | None]) -> Witness:
    """Of those for which the question arose."""
    asked = [answer for answer in answers if answer is not None]
    return Witness(asked=len(asked), reached=sum(asked))


def _code(founds: list[Found]) -> tuple[CodePlace, ...]:
    """The lines that did it; where none is known, that of the class."""
    places: dict[CodePlace, None] = {}
    for found in founds:
        assert found.trail
        for kind, attribute in found.trail.via:
            places.update(dict.fromkeys(assignment_places(kind, attribute)))
        if not found.trail.via and found.owner is not None:
            kind, attribute = type(found.owner.value), found.trail.unregistered_at.attribute
            name = attribute.rpartition(".")[2]
            made = (global_place(kind, attribute), *assignment_places(kind, name))
            places.update(dict.fromkeys(place for place in made if place))
    if not places:
        places.update(dict.fromkeys(_around(founds[0])))
    return tuple(places)


def _around(found: Found) -> tuple[CodePlace, ...]:
    """Where the user's own code made the module that has it; else the user's class around it."""
    at = found.owner
    while at is not None:
        own = class_place(type(at.value))
        if own is not None:
            return (own,)
        if at.owner is not None:
            made = assignment_places(type(at.owner.value), at.path.rpartition(".")[2])
            if made:
                return made
        at = at.owner
    return ()
