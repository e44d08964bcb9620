"""`rollcall export DIR`."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from rollcall.export.folder import NotOurs, refuse_what_is_not_ours, write_site

SECONDS = 60.0  # for one experiment: nobody waits in front of a page


def add_export(commands: Any) -> None:
    """Add the command to argparse's `commands`."""
    command = commands.add_parser(
        "export",
        help="write the lecture as plain files",
        description="Write the lessons of a course as pages that need no server: for any web "
        "host, or for a USB stick. The folder is new or empty, or an earlier export.",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="where the files go")
    command.add_argument(
        "--models", type=Path, help="folder of the course (default: the built-in course)"
    )
    command.set_defaults(parser=command, run=export)


def export(options: argparse.Namespace) -> None:
    """Write the files, and say what was written."""
    parser: argparse.ArgumentParser = options.parser
    folder: Path = options.folder
    try:
        refuse_what_is_not_ours(folder)  # at once, and not after a minute
        print("Roll Call: running the whole course ...", file=sys.stderr, flush=True)
        site = asyncio.run(_site(parser, options.models))
        write_site(folder, site)
    except NotOurs as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}")
    megabytes = sum(map(len, site.values())) / 1e6
    print(f"wrote {len(site)} files, {megabytes:.1f} MB: open {folder / 'index.html'}")


async def _site(parser: argparse.ArgumentParser, models: Path | None) -> dict[str, bytes]:
    """Run the course. Nothing of it is written where a page of it cannot be."""
    from rollcall.export.asking import NotAnswered
    from rollcall.export.site import course_site
    from rollcall.folders import MODELS
    from rollcall.lab.choices import Choices
    from rollcall.main import create_app

    found: list[Choices | None] = []
    app = create_app(models or MODELS, seconds=SECONDS, on_ready=found.append)
    async with app.router.lifespan_context(app):
        (choices,) = found
        if choices is None or not any(each.lessons for each in choices.contents.chapters):
            parser.error(f"{models or MODELS} has no lesson to export")
        try:
            return await course_site(app, choices.contents)
        except NotAnswered as error:
            parser.error(f"nothing was written: {error}")
