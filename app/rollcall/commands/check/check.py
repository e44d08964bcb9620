"""`rollcall check TARGET...`."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rollcall.commands.check.report import CheckReport

MOST_SECONDS = 3600


def add_check(commands: Any) -> None:
    """Add the command to argparse's `commands`."""
    command = commands.add_parser(
        "check",
        help="tell what PyTorch does not know about models",
        description="Run the models of files and folders, and tell what PyTorch does not know "
        "about them. Exit status: 0 clean, 1 findings, 2 something could not be run. "
        "A comment # rollcall: ignore[reason] on the line of a finding silences it.",
    )
    command.add_argument(
        "targets",
        nargs="+",
        metavar="TARGET",
        help="a .py file, a folder, or package.module:factory",
    )
    command.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        help="github: annotations of a workflow (default: %(default)s)",
    )
    for short in ("json", "sarif"):
        command.add_argument(
            f"--{short}",
            dest="format",
            action="store_const",
            const=short,
            help=f"the same as --format {short}",
        )
    command.add_argument("--baseline", type=Path, metavar="FILE", help="accept what is in FILE")
    command.add_argument(
        "--write-baseline", action="store_true", help="write what is found to the baseline's FILE"
    )
    command.add_argument(
        "--time-limit",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="for one model (default: %(default)g)",
    )
    command.set_defaults(parser=command, run=check)


def check(options: argparse.Namespace) -> None:
    """Check, print, and exit with the status."""
    error = options.parser.error
    if not 0 < options.time_limit <= MOST_SECONDS:
        error(f"--time-limit takes up to {MOST_SECONDS:,} seconds, not {options.time_limit:g}")
    if options.write_baseline and options.baseline is None:
        error("--write-baseline takes the name of the file from --baseline FILE")
    from rollcall.commands.check.baseline import (
        BadBaseline,
        accepting,
        read_baseline,
        write_baseline,
    )

    try:
        baseline = None
        if options.baseline and not options.write_baseline:
            baseline = read_baseline(options.baseline)
    except BadBaseline as bad:
        error(str(bad))
    from rollcall.commands.check.looking import look_at

    report = look_at(options.targets, options.time_limit)
    if options.write_baseline:
        try:
            accepted = write_baseline(options.baseline, report)
        except OSError as failed:
            error(f"--baseline {options.baseline}: {failed.strerror}")
        print(f"Roll Call: wrote {accepted} findings to {options.baseline}", file=sys.stderr)
        baseline = read_baseline(options.baseline)
    if baseline is not None:
        report = accepting(report, baseline)
    try:
        print_as(report, options.format)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(report.status)


def print_as(report: "CheckReport", form: str) -> None:
    """To standard output."""
    if form == "json":
        print(report.model_dump_json(indent=2))
    elif form == "sarif":
        from rollcall.commands.check.sarif import sarif

        print(sarif(report))
    elif form == "github":
        from rollcall.commands.check.github import annotations

        for annotation in annotations(report):
            print(annotation)
    else:
        from rollcall.commands.check.terminal import print_report

        print_report(report, sys.stdout)
