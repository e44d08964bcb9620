"""The lecture files that are served become a catalog: each file run, each problem noted."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from rollcall.core.report import Raised
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import ChangingFile, Contents, ModelCard
from rollcall.lectures.course_toml import line_of, read_course
from rollcall.lectures.declared_course import COURSE, DeclaredChapter
from rollcall.lectures.full_chapters import FullChapters
from rollcall.lectures.lecture_file import InstalledFile, LoadedFile
from rollcall.lectures.loop_entry import add_loops
from rollcall.lectures.model_entry import add_model
from rollcall.lectures.on_disk import is_folder, why_unreadable
from rollcall.lectures.parts import parts_among, uses_of
from rollcall.lectures.placed_chapter import PlacedChapter
from rollcall.lectures.problems import Problems
from rollcall.lectures.rehearsal import Begin, ends_of
from rollcall.lectures.shelves import Shelf, shelves_of
from rollcall.lectures.subjects import Offered, factory_of, offered_by
from rollcall.lectures.target_files import MOST_FILES, source_of
from rollcall.lectures.targets import Targets
from rollcall.lectures.versions import what_a_fix_changes


def load(what: Targets | Path) -> Catalog:
    """Load every lecture file that is served: of a folder, or of several targets.

    What fails becomes a problem in the contents, and the rest works.
    """
    targets = Targets.of(what)
    ends = ends_of(targets, _Loading)
    return _Loading(targets, ends, lambda path: True).catalog


class _Loading:
    """One pass over all files; every problem is noted, none ends it.

    Args:
        targets: what is served.
        ends: files that are not run, since they would end the process, and how.
        begin: asked before each file whether to run it.
    """

    def __init__(self, targets: Targets, ends: Mapping[Path, Raised], begin: Begin) -> None:
        self.ends = ends
        self.begin = begin
        self.problems = Problems()
        self.catalog = Catalog()
        self.cards: dict[str, ModelCard] = {}
        self.files: dict[str, LoadedFile] = {}  # by their names
        self.own: list[str] = []  # models of the user's files
        self.uses: dict[str, frozenset[str]] = {}  # of the classes there
        loaded: list[PlacedChapter] = []
        for shelf in shelves_of(targets):
            loaded.extend(self._shelf(shelf))
        self._mark_parts()
        chapters = FullChapters(loaded, self.cards, self.problems, self._fixes).chapters
        self.catalog.contents = Contents(
            chapters=chapters,
            problems=tuple(self.problems.noted),
            changing=tuple(self._changing()),
        )

    def _shelf(self, shelf: Shelf) -> Iterator[PlacedChapter]:
        """The chapters of one course, then the files that it does not mention."""
        if not self._is_there(shelf):
            return
        paths = dict(shelf.files)
        for chapter in self._declared(shelf):
            if chapter.file is None:
                yield PlacedChapter(chapter, shelf, self.cards.keys())
            elif chapter.file in paths:
                yield from self._file(paths.pop(chapter.file), chapter, shelf)
            else:
                error = _no_file(chapter.file, shelf.files)
                self.problems.note(shelf.course_name, error)
        for file, path in paths.items():
            try:
                chapter = DeclaredChapter.of_file(file, shelf.title(file))
            except ValueError as error:
                place = f"{shelf.place(file)}.py"
                self.problems.note_whole(place, path, Raised.of(error))
            else:
                yield from self._file(path, chapter, shelf)

    def _is_there(self, shelf: Shelf) -> bool:
        """Whether its folder is; what of it cannot be served is noted."""
        refusal = why_unreadable(shelf.folder)
        if refusal is not None and (shelf.is_whole or not is_folder(shelf.folder)):
            raised = Raised.of(_no_folder(str(shelf.folder), refusal))
            self.problems.note_whole(shelf.said, shelf.folder, raised)
            return False
        for folder in shelf.unreadable:
            if refusal := why_unreadable(folder):
                name = folder.relative_to(shelf.folder).as_posix()
                self.problems.note(f"{shelf.prefix}{name}", _no_folder(name, refusal))
        if shelf.is_cut:
            why = f"its first {MOST_FILES:,} .py files are served, and no more"
            self.problems.note(shelf.said, ValueError(why))
        return True

    def _changing(self) -> Iterator[ChangingFile]:
        for name, file in self.files.items():
            if file.state_changes:
                yield ChangingFile(file=f"{name}.py", state_changes=file.state_changes)

    def _declared(self, shelf: Shelf) -> Iterator[DeclaredChapter]:
        """What the course.toml says of the files that are served."""
        if shelf.factory:
            return  # it is called as it is, whatever a course says of its file
        path = shelf.folder / COURSE
        try:
            course = read_course(shelf.folder)
        except (OSError, ValueError) as error:
            line = line_of(error)
            raised = Raised.of(error).model_copy(update={"line": line})
            self.problems.note_whole(shelf.course_name, path, raised)
            return
        for wrong in course.wrong:
            raised = Raised(type="ValueError", message=wrong.sentence, line=wrong.line)
            self.problems.note_at(shelf.course_name, path, raised)
        for chapter in course.chapters:
            if shelf.is_whole or chapter.file in shelf.files:
                yield chapter

    def _file(self, path: Path, chapter: DeclaredChapter, shelf: Shelf) -> Iterator[PlacedChapter]:
        """Run one file; its chapter, where that works."""
        placed = PlacedChapter(chapter, shelf, self.cards.keys())
        if path in self.ends:
            self.problems.note_whole(placed.file_name, path, self.ends[path])
            return
        if not self.begin(path):
            return
        offered: dict[str, Offered] | None = None
        with self.problems.of_whole(placed.file_name, path):
            file = _loaded(path, placed)
            offered = _offered(file, shelf)
        if offered is None:
            return
        self._note_missing(chapter, path, offered, shelf)
        placed = PlacedChapter(chapter, shelf, self.cards.keys(), file.printed)
        for each in offered.values():
            card: ModelCard | None = None
            with self.problems.of_part(placed.file_name):  # such as a signature that raises
                card = add_model(each, placed, file, self.catalog, self.problems)
            if card is not None:
                self.cards[card.name] = card
                placed.models.append(card.name)
        self._add_loops(placed, file)
        self.files[str(placed.place)] = file
        if shelf.is_own and not shelf.factory:
            self.own.extend(placed.models)
            for name, used in uses_of(source_of(path)).items():
                self.uses[name] = self.uses.get(name, frozenset()) | used
        yield placed

    def _add_loops(self, placed: PlacedChapter, file: LoadedFile) -> None:
        if placed.shelf.factory:  # it alone was asked for
            return
        loops = add_loops(placed, file, self.catalog, self.problems)
        self.cards |= loops
        placed.loops.extend(loops)

    def _note_missing(
        self, chapter: DeclaredChapter, path: Path, offered: Collection[str], shelf: Shelf
    ) -> None:
        for name in chapter.models:
            if name not in offered:
                missing = LookupError(f"{path.name} has no model {name!r}")
                self.problems.note(shelf.course_name, missing)

    def _fixes(self, name: str) -> tuple[str, ...]:
        """What the fixed version of a model changes."""
        model = self.catalog.models[name]
        return what_a_fix_changes(model.file, model.class_name)

    def _mark_parts(self) -> None:
        parts = parts_among({self.cards[name].class_name for name in self.own}, self.uses)
        for name in self.own:
            if self.cards[name].class_name in parts:
                self.cards[name] = self.cards[name].model_copy(update={"is_part": True})


def _loaded(path: Path, placed: PlacedChapter) -> LoadedFile:
    shelf = placed.shelf
    if shelf.target is not None and shelf.target.kind == "installed":
        return InstalledFile(path, shelf.target.module)
    return LoadedFile(path, str(placed.place), shelf.roots)


def _offered(file: LoadedFile, shelf: Shelf) -> dict[str, Offered]:
    if shelf.factory:
        return {shelf.factory: factory_of(file.module, shelf.factory)}
    return offered_by(file.module)


def _no_file(stem: str, files: Collection[str]) -> Exception:
    """Why a chapter cannot have a file."""
    if stem in files:
        return ValueError(f"two chapters have the file {stem}.py; leave it out of the second")
    return FileNotFoundError(f"chapter {stem!r} has no file {stem}.py")


def _no_folder(name: str, error: OSError) -> OSError:
    """Why none of its files is served."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return FileNotFoundError(f"there is no folder {name}")
    return type(error)(f"the folder {name} cannot be read: {error.strerror}")
