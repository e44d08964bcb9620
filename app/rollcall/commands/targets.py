"""The targets of a command: what it takes on the command line, and what it refuses there."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rollcall.lectures.contents import Contents, Problem
    from rollcall.lectures.targets import Target, Targets

MOST_NAMES = 10  # of files, in one line
WANTED = "*.py files with classes that are an nn.Module"
OFFERED = "classes that are an nn.Module, and functions annotated -> nn.Module"


def add_targets(command: argparse.ArgumentParser) -> None:
    """Add the options that say what is served."""
    command.add_argument(
        "targets",
        nargs="*",
        metavar="TARGET",
        help="a .py file, a folder with all that is in it, or package.module:factory; "
        "shown before the course",
    )
    command.add_argument(
        "--models", type=Path, metavar="FOLDER", help="a course of your own for the built-in one"
    )
    command.add_argument("--no-course", action="store_true", help="serve the targets alone")


def targets_of(options: argparse.Namespace) -> "Targets":
    """What is served. Each target that cannot be is told in one line.

    Where none is left, the command ends with status 2: a course was not what was asked for.
    """
    from rollcall.folders import MODELS
    from rollcall.lectures.named_targets import named_targets

    error = options.parser.error
    folder: Path | None = options.models
    if folder is not None and options.no_course:
        error("--models names a course, and --no-course wants none: leave one of them out")
    if folder is not None and (problem := _folder_problem(folder)):
        error(f"--models takes a folder of {WANTED}, and cannot read {problem}")
    if options.no_course and not options.targets:
        error("--no-course needs a target: a .py file, a folder or package.module:factory")
    course = None
    if not options.no_course:
        course = folder or MODELS
    named = named_targets(options.targets, course)
    if named.refused and not named.targets.own:
        error("nothing can be served: " + "; ".join(named.refused))
    for line in named.refused:
        tell(f"WARNING: {line}")
    return named.targets


def tell(text: str) -> None:
    """Say it where nobody takes it for the answer of a program."""
    print(f"Roll Call: {text}", file=sys.stderr, flush=True)


def lines_at_start(targets: "Targets", contents: "Contents") -> list[str]:
    """What the first page would say is wrong, for who may not be looking at a page yet."""
    lines = []
    for problem in contents.problems:
        place = problem.file
        if problem.raised.line:
            place += f", line {problem.raised.line}"
        lines.append(f"{place}: {problem.raised.type}: {problem.raised.message}{_why(problem)}")
    lines.extend(_without_models(each) for each in targets.own if _is_empty(each, contents))
    if not contents.cards and targets.course is not None and not targets.own:
        lines.append(_no_models_in(targets.course, WANTED))
    return lines


def _why(problem: "Problem") -> str:
    """What Roll Call keeps the file from, where that is the reason."""
    from rollcall.web.view.kept_from import why_kept
    from rollcall.web.view.sentence import read

    if problem.raised.kept_from is None:
        return ""
    return f". {read(why_kept(problem.raised.kept_from))}"


def _is_empty(target: "Target", contents: "Contents") -> bool:
    """Whether a target shows nothing, and no problem says why."""
    inside = f"{target.label}/"
    for chapter in contents.chapters:
        file = chapter.file or ""
        shows = chapter.own and (chapter.models or chapter.loops)
        if shows and (file == target.label or file.startswith(inside)):
            return False
    return not any(each.file == target.said for each in contents.problems)


def _without_models(target: "Target") -> str:
    if target.kind == "folder":
        return _no_models_in(target.path, f"*.py files with {OFFERED}")
    return f"no models in {target.path}: looked for {OFFERED}"


def _no_models_in(folder: Path, wanted: str) -> str:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        return f"no models in {folder}: {error.strerror}"
    if len(names) > MOST_NAMES:
        names[MOST_NAMES:] = [f"{len(names) - MOST_NAMES} more"]
    there = ", ".join(names) or "nothing"
    return f"no models in {folder.absolute()}: looked for {wanted}, and found {there}"


def _folder_problem(folder: Path) -> str | None:
    """Why nothing can be read from a folder, or None.

    An empty one can be filled while the server runs.
    """
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        return f"{folder}: {error.strerror}"
    return None
