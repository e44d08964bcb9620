"""What of the lecture files could not be used, collected while they are loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rollcall.core.model_raised import is_of_file
from rollcall.core.report import Raised, as_unicode
from rollcall.lectures.contents import Problem
from rollcall.lectures.source_lines import lines_around


class Problems:
    """In the order in which they were met."""

    def __init__(self) -> None:
        self.noted: list[Problem] = []

    def note(self, file: str, error: BaseException) -> None:
        """A part of a file cannot be used."""
        self.noted.append(Problem(file=as_unicode(file), raised=Raised.of(error)))

    def note_at(self, file: str, path: Path, raised: Raised) -> None:
        """The same, with the lines around."""
        lines = lines_around(path, raised.line)
        self.noted.append(Problem(file=as_unicode(file), raised=raised, lines=lines))

    def note_whole(self, file: str, path: Path, raised: Raised) -> None:
        """Nothing of a file can be used."""
        lines = lines_around(path, raised.line)
        name = as_unicode(file)
        self.noted.append(Problem(file=name, raised=raised, whole_file=True, lines=lines))

    @contextmanager
    def of_whole(self, file: str, path: Path) -> Iterator[None]:
        """What a file raises in the block is noted, and the block left."""
        try:
            yield
        except BaseException as error:
            if not is_of_file(error):
                raise
            self.note_whole(file, path, Raised.of(error, str(path)))

    @contextmanager
    def of_part(self, file: str) -> Iterator[None]:
        """The same where the rest of the file can be used."""
        try:
            yield
        except BaseException as error:
            if not is_of_file(error):
                raise
            self.note(file, error)
