"""`rollcall exercises DIR`."""

import argparse
import shlex
from pathlib import Path
from typing import Any


def add_exercises(commands: Any) -> None:
    """Add the command to argparse's `commands`."""
    command = commands.add_parser(
        "exercises",
        help="write the exercises into a folder",
        description="Write the exercises of a course into a folder. No file is replaced.",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="folder of your own")
    command.add_argument(
        "--models", type=Path, help="folder of the course (default: the built-in course)"
    )
    command.set_defaults(parser=command, run=write_exercise_files)


def write_exercise_files(options: argparse.Namespace) -> None:
    """Write them, and say what was written and how to go on."""
    from rollcall.folders import MODELS
    from rollcall.lectures.exercise_files import NoExercises, write_exercises

    folder: Path = options.folder
    try:
        files = write_exercises(options.models or MODELS, folder)
    except OSError as error:
        options.parser.error(f"{error.filename}: {error.strerror}")
    except (NoExercises, ValueError) as error:
        options.parser.error(str(error))
    for name in files.written:
        print(f"wrote {folder / name}")
    for name in files.kept:
        print(f"kept  {folder / name}, which was there")
    print(f"Now: rollcall serve --models {shlex.quote(str(folder))}")
