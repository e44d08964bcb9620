"""Which broken models an exam asks about: drawn by seed, of each way to break a few."""

import random
from itertools import chain, zip_longest

from rollcall.experiments.exam.query import QUESTIONS
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import Contents
from rollcall.lectures.versions import breaks_of, broken_name
from rollcall.rewrite.breaks import BreakKind

EXERCISE = "exercise"
Drawn = tuple[str, str, BreakKind]  # a broken model, the healthy one, and how it is broken


def drawn(catalog: Catalog, seed: int, number: int) -> list[Drawn]:
    """What a question may be about, the first choice first. No two questions share one.

    Args:
        catalog: the course.
        seed: of the exam.
        number: of the question, from 1.
    """
    dice = random.Random(seed)
    of_kind: dict[BreakKind, list[Drawn]] = {}
    for each in _all(catalog):
        of_kind.setdefault(each[2], []).append(each)
    kinds = sorted(of_kind)
    dice.shuffle(kinds)
    for kind in kinds:
        dice.shuffle(of_kind[kind])
    in_turn = zip_longest(*(of_kind[kind] for kind in kinds))
    order = [each for each in chain.from_iterable(in_turn) if each is not None]
    return order[number - 1 :: QUESTIONS]


def _all(catalog: Catalog) -> list[Drawn]:
    """Every model that the course does not show as a mistake, in every way to break it."""
    contents = catalog.contents
    asked = set(_to_be_repaired(contents))
    found: list[Drawn] = []
    for name, card in contents.cards.items():
        if card.twin or card.changes or name in asked:
            continue
        model = catalog.models[name]
        for number, way in enumerate(breaks_of(model.file, model.class_name), 1):
            found.append((broken_name(name, number), name, way.kind))
    return found


def _to_be_repaired(contents: Contents) -> list[str]:
    lessons = [lesson for chapter in contents.chapters for lesson in chapter.lessons]
    return [lesson.left for lesson in lessons if lesson.page == EXERCISE]
