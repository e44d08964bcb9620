"""The lecture files that this process has loaded, and its guard over what their models change."""

import gc
from functools import cache

from rollcall.core.process.own_folder import remove_all, remove_left, temporary_files
from rollcall.lab.guard import Guard
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import Kind
from rollcall.lectures.loading import load
from rollcall.lectures.saved_files import version
from rollcall.lectures.siblings import forget_files
from rollcall.lectures.targets import Targets

_catalogs: dict[tuple[Targets, str], Catalog] = {}


@cache
def guard() -> Guard:
    """The one of this process."""
    return Guard()


def catalog(targets: Targets) -> Catalog:
    """The targets as they are on disk now, loaded once for each state of it."""
    key = (targets, version(targets))
    if key not in _catalogs:
        _forget_the_files()
        _catalogs[key] = load(targets)
        remove_left(temporary_files())  # what was written when the files were tried
    return _catalogs[key]


def first_pair(targets: Targets, kind: Kind) -> tuple[str, str] | None:
    """Of the first lesson that shows this kind."""
    contents = catalog(targets).contents
    offered = contents.offered(kind)
    for chapter in contents.chapters:
        for lesson in chapter.lessons:
            if lesson.left in offered:
                return lesson.left, lesson.right
    return None


def _forget_the_files() -> None:
    """Keep nothing of files as they were before a save: a million saves would add up."""
    _catalogs.clear()
    forget_files()
    remove_all()
    guard().forget()
    gc.collect()
