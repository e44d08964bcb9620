"""What stands on a module: a row for each registry, and what the last line changed in it."""

from dataclasses import dataclass

from rollcall.experiments.step.books import BookEntry, Books, Registry
from rollcall.experiments.step.report import StepSubject
from rollcall.web.view.step.thing_words import a_or_an, in_words
from rollcall.web.view.words import number

ROWS: tuple[tuple[Registry, str], ...] = (
    ("_parameters", "_parameters"),
    ("_buffers", "_buffers"),
    ("_modules", "_modules"),
    ("attribute", "attributes"),
)


@dataclass(frozen=True)
class Name:
    """One entry."""

    name: str
    value: str
    changed: bool  # by the line that just ran
    lost: bool  # it holds modules or tensors, where PyTorch does not look


@dataclass(frozen=True)
class Row:
    """One registry."""

    title: str
    names: tuple[Name, ...]
    empty: str  # what stands there where it holds nothing


@dataclass(frozen=True)
class Page:
    """All registries of one module."""

    title: str
    rows: tuple[Row, ...]
    more: str


def books_pages(subject: StepSubject) -> list[Page]:
    """The modules of one moment."""
    if subject.moment is None:
        return []
    pages = [_page(books, subject) for books in subject.moment.books]
    return [page for page in pages if page.rows]


def is_lost(entry: BookEntry) -> bool:
    """Whether modules or tensors are in it that no registry leads to."""
    if entry.registry != "attribute":
        return False
    return entry.value.state > 0 or entry.value.kind in ("module", "parameter")


def changed_entries(subject: StepSubject) -> list[BookEntry]:
    """Those that the last line changed."""
    if subject.moment is None:
        return []
    pairs = [(books, entry) for books in subject.moment.books for entry in books.entries]
    return [entry for books, entry in pairs if books.path_of(entry.name) in subject.changed]


def _page(books: Books, subject: StepSubject) -> Page:
    rows = tuple(
        Row(
            title=said,
            names=tuple(
                _name(entry, books, subject) for entry in books.entries if entry.registry == name
            ),
            empty=_empty(books, name),
        )
        for name, said in ROWS
        if books.runs or _holds(books, name)
    )
    more = ""
    if books.more:
        more = f"and {number(books.more)} more"
    return Page(_title(books), rows, more)


def _title(books: Books) -> str:
    kind = a_or_an(books.class_name)
    if not books.attached:
        return f"self, {kind} that is on no other module yet"
    if not books.runs:
        return f"{books.path or 'the model'}, {kind}"
    if books.path:
        return f"self is {books.path}, {kind}"
    return f"self, {kind}"


def _holds(books: Books, registry: Registry) -> bool:
    return any(entry.registry == registry for entry in books.entries)


def _name(entry: BookEntry, books: Books, subject: StepSubject) -> Name:
    changed = books.path_of(entry.name) in subject.changed
    return Name(entry.name, in_words(entry.value), changed, is_lost(entry))


def _empty(books: Books, registry: Registry) -> str:
    if not books.begun and registry != "attribute":
        return "not there yet"
    return "empty"
