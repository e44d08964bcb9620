"""`rollcall check TARGET...`."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rollcall.commands.any_letter import print_utf8

if TYPE_CHECKING:
    from rollcall.commands.check.baseline import Baseline
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
        "--fix",
        action="store_true",
        help="write what can be mended by rule into the files, show the lines, keep each file as "
        "it was under FILE.orig, and check again",
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
    _refuse(options)
    from rollcall.commands.check.baseline import accepting, read_baseline, write_baseline
    from rollcall.commands.check.looking import look_at

    baseline = _baseline(options)
    report = accepting(look_at(options.targets, options.time_limit), baseline)
    if options.fix:
        report = accepting(_mended(report, options), baseline)
    if options.write_baseline:
        try:
            accepted = write_baseline(options.baseline, report)
        except OSError as failed:
            options.parser.error(f"--baseline {options.baseline}: {failed.strerror}")
        _tell(f"wrote {accepted} findings to {options.baseline}")
        report = accepting(report, read_baseline(options.baseline))
    try:
        print_as(report, options.format)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(report.status)


def _refuse(options: argparse.Namespace) -> None:
    """What cannot be done, before anything is imported."""
    error = options.parser.error
    if not 0 < options.time_limit <= MOST_SECONDS:
        error(f"--time-limit takes up to {MOST_SECONDS:,} seconds, not {options.time_limit:g}")
    if options.write_baseline and options.baseline is None:
        error("--write-baseline takes the name of the file from --baseline FILE")


def _baseline(options: argparse.Namespace) -> "Baseline | None":
    """The one that holds, where there is one."""
    from rollcall.commands.check.baseline import BadBaseline, read_baseline

    if options.baseline is None or options.write_baseline:
        return None
    parser: argparse.ArgumentParser = options.parser
    try:
        return read_baseline(options.baseline)
    except BadBaseline as bad:
        parser.error(str(bad))


def _mended(report: "CheckReport", options: argparse.Namespace) -> "CheckReport":
    """The report after the mechanical fixes; a file that does not run with them is put back."""
    from rollcall.commands.check.looking import look_at
    from rollcall.commands.check.mend import mend

    try:
        mended = mend(report)
        if not mended:
            _tell("nothing that was found can be mended by rule")
            return report
        after = look_at(options.targets, options.time_limit)
        broken = {each.file for each in after.not_run} - {each.file for each in report.not_run}
        for each in mended:
            print(each.diff, end="", file=sys.stderr)
            for sentence in each.sentences:
                _tell(f"{each.path}: {sentence}")
            if str(each.path) in broken:
                each.undo()
                _tell(f"{each.path} does not run so, and is as it was")
            else:
                _tell(f"{each.path}: as it was, in {each.backup}")
        if broken:
            after = look_at(options.targets, options.time_limit)
    except OSError as failed:
        options.parser.error(f"--fix: {failed.filename}: {failed.strerror}")
    return after


def _tell(text: str) -> None:
    print(f"Roll Call: {text}", file=sys.stderr)


def print_as(report: "CheckReport", form: str) -> None:
    """To standard output."""
    if form != "text":
        print_utf8()
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
