"""What of the lecture files could not be used, collected while they are loaded."""

from pathlib import Path

from rollcall.core.report import Raised
from rollcall.lectures.contents import Problem
from rollcall.lectures.source_lines import lines_around


class Problems:
    """In the order in which they were met."""

    def __init__(self) -> None:
        self.noted: list[Problem] = []

    def note(self, file: str, error: Exception) -> None:
        """A part of a file cannot be used."""
        self.noted.append(Problem(file=file, raised=Raised.of(error)))

    def note_at(self, file: str, path: Path, raised: Raised) -> None:
        """The same, with the lines around."""
        lines = lines_around(path, raised.line)
        self.noted.append(Problem(file=file, raised=raised, lines=lines))

    def note_whole(self, file: str, path: Path, raised: Raised) -> None:
        """Nothing of a file can be used."""
        lines = lines_around(path, raised.line)
        self.noted.append(Problem(file=file, raised=raised, whole_file=True, lines=lines))
