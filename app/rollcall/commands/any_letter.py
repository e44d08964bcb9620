"""What is printed has letters of every alphabet; a terminal or a file may have fewer."""

import io
import sys


def print_any_letter() -> None:
    """A model may be called Größe where the encoding of the terminal has no such letter."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as Python has it for sys.stderr


def print_utf8() -> None:
    """From now on, for what programs read."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
