"""What is told of a recording at one moment, and when both sides come to it."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import chain
from typing import Literal, NamedTuple, get_args

from rollcall.experiments.step.moment import Moment, Phase
from rollcall.experiments.step.report import StepSubject
from rollcall.experiments.step.run import Recorded

Pace = Literal["together", "own"]
PHASES: tuple[Phase, ...] = get_args(Phase)


class Beat(NamedTuple):
    """Which moment of each side is shown together; None: that side has none."""

    left: int | None
    right: int | None


def timeline(left: Sequence[Moment], right: Sequence[Moment], pace: Pace) -> list[Beat]:
    """Both sides from their first moment to their last, one phase after the other.

    Together, equal lines meet: the side that comes to one first waits there for the other.
    """
    beats: list[Beat] = []
    starts = [0, 0]
    for phase in PHASES:
        sides = [tuple(each.key for each in side if each.phase == phase) for side in (left, right)]
        pairs = _own_pace(*map(len, sides))
        if pace == "together":
            pairs = _together(*sides)
        for pair in pairs:
            places = [_place(*each) for each in zip(pair, map(len, sides), starts, strict=True)]
            beats.append(Beat(*places))
        starts = [start + len(side) for start, side in zip(starts, sides, strict=True)]
    return beats


def _place(index: int, length: int, start: int) -> int | None:
    """Of a moment of one phase among all; one that is past its end is its last, or that before."""
    place = start + min(index, length - 1)
    if place < 0:
        return None
    return place


def _own_pace(left: int, right: int) -> Sequence[tuple[int, int]]:
    return [(index, index) for index in range(max(left, right))]


# Each moment of a play asks this of the same lines, and it takes longer than all else of a moment.
@lru_cache(maxsize=len(PHASES) * 8)
def _together(left: tuple[str, ...], right: tuple[str, ...]) -> Sequence[tuple[int, int]]:
    if not left or not right:
        return _own_pace(len(left), len(right))
    pairs = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for _, a, after_a, b, after_b in matcher.get_opcodes():
        for step in range(max(after_a - a, after_b - b)):
            pairs.append((min(a + step, after_a), min(b + step, after_b)))
    return pairs


def told_at(recorded: Sequence[Recorded], number: int | None, *, waits: bool) -> StepSubject:
    """One side at one of its own moments.

    Args:
        recorded: its phases, to the end.
        number: of the moment; None: it has none.
        waits: whether the side stands where it stood a moment ago.
    """
    moments = moments_of(recorded)
    last = recorded[-1]
    subject = StepSubject(card=last.card, input=last.input, total=len(moments))
    if number is None:
        return subject.model_copy(update={"raised": last.stopped})
    moment = moments[number]
    facts: dict[str, object] = {"number": number, "moment": moment, "waits": waits}
    if number and not waits:
        facts |= _changes(moments[number - 1], moment)
        facts |= {"changed_variables": _changed_variables(moments, number)}
    if number == len(moments) - 1:
        facts |= {"stopped": last.stopped}
        if last.stopped:
            facts |= {"stopped_in": last.phase}
    ends = _ends(recorded)
    if number in ends:
        facts |= {"cut_short": ends[number].cut_short, "hung_at": ends[number].hung_at}
    return subject.model_copy(update=facts)


def moments_of(recorded: Sequence[Recorded]) -> list[Moment]:
    """All of one side."""
    return list(chain.from_iterable(each.moments for each in recorded))


def _ends(recorded: Sequence[Recorded]) -> dict[int, Recorded]:
    """The phases by their last moments."""
    ends: dict[int, Recorded] = {}
    place = -1
    for each in recorded:
        place += len(each.moments)
        if each.moments:
            ends[place] = each
    return ends


def _changes(before: Moment, now: Moment) -> dict[str, object]:
    was = {tensor.path: tensor for tensor in before.registered}
    is_now = {tensor.path: tensor for tensor in now.registered}
    known = {
        (*each.place, entry.registry, entry.name): entry
        for each in before.books
        for entry in each.entries
    }
    changed: dict[str, None] = {}
    for each in now.books:
        for entry in each.entries:
            if known.get((*each.place, entry.registry, entry.name)) != entry:
                changed[each.path_of(entry.name)] = None
    return {
        "added": max(0, now.total - before.total),
        "gained": tuple(path for path in is_now if path not in was),
        "dropped": tuple(path for path in was if path not in is_now),
        "changed": tuple(changed),
    }


def _changed_variables(moments: Sequence[Moment], number: int) -> tuple[str, ...]:
    """Since the last moment of the same call of a function."""
    now = moments[number]
    if now.event == "end":
        return tuple(each.name for each in now.variables)
    before = None
    for each in reversed(moments[:number]):
        if each.phase != now.phase or each.depth < now.depth:
            break  # the call began after it
        if (each.function, each.depth) == (now.function, now.depth):
            before = each
            break
    if before is None:
        return ()
    known = {each.name: each for each in before.variables}
    return tuple(each.name for each in now.variables if known.get(each.name) != each)
