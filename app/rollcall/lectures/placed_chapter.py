"""A declared chapter, with the full names of the models that it means."""

from collections.abc import Collection
from dataclasses import dataclass, field

from rollcall.core.model_name import class_of, file_of
from rollcall.lectures.declared_course import DeclaredChapter
from rollcall.lectures.shelves import Shelf


@dataclass(frozen=True)
class PlacedChapter:
    """A chapter of a course, and where its files stand among all that is served."""

    declared: DeclaredChapter
    shelf: Shelf
    known: Collection[str]  # names of the models of all chapters
    printed: str = ""  # by its file
    models: list[str] = field(default_factory=list)  # names of its own
    loops: list[str] = field(default_factory=list)  # names of its own training loops

    @property
    def place(self) -> str | None:
        """The name of its file."""
        if self.declared.file is None:
            return None
        return self.shelf.place(self.declared.file)

    @property
    def title(self) -> str:
        """Its title; of the user's own course with the name of that, as two may have one title."""
        title = self.declared.title
        if self.declared.file is not None and title == self.shelf.title(self.declared.file):
            return title
        if self.shelf.is_own:
            return f"{title} · {self.shelf.said}"
        return title

    @property
    def file_name(self) -> str:
        """Its file, for a problem in it."""
        if self.shelf.factory:
            return self.shelf.said
        return f"{self.place}.py"

    def full_name(self, class_name: str) -> str:
        """The name of one of its own models."""
        if self.shelf.factory:
            return f"{self.place}:{class_name}"
        return f"{self.place}.{class_name}"

    def named(self, model: str) -> str:
        """The full name of a model, which a chapter may leave out for those of its file.

        One of another file of the same course begins with that file; of any other, as in a query.
        """
        file, name = file_of(model), class_of(model)
        if not file and self.place is None:
            return model
        if not file:
            return f"{self.place}.{name}"
        full = f"{self.shelf.place(file)}.{name}"
        if full not in self.known and model in self.known:
            return model
        return full
