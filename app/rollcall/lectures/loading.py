"""A folder of lecture files becomes a catalog: each file run, each problem noted."""

import inspect
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import ModuleType

from pydantic import TypeAdapter, ValidationError
from torch import nn

from rollcall.core.query import ModelName
from rollcall.core.report import Raised
from rollcall.lectures.catalog import Buildable, Catalog
from rollcall.lectures.contents import (
    ChangingFile,
    Chapter,
    Contents,
    Lesson,
    ModelCard,
    Problem,
    Step,
)
from rollcall.lectures.course_toml import line_of, read_course
from rollcall.lectures.declared_course import (
    COURSE,
    DeclaredChapter,
    DeclaredModel,
)
from rollcall.lectures.example_input import InputSource
from rollcall.lectures.lecture_file import LoadedFile, lecture_files
from rollcall.lectures.lesson_steps import lesson_of
from rollcall.lectures.reference_layer import guess_reference, torch_layer
from rollcall.lectures.source_lines import lines_around
from rollcall.lectures.targets import Targets

_MODEL_NAME: TypeAdapter[str] = TypeAdapter(ModelName)


def load(what: Targets | Path) -> Catalog:
    """Load every lecture file that is served: of a folder, or of several targets.

    What fails becomes a problem in the contents, and the rest works.
    """
    targets = Targets.of(what)
    if targets.course is None:
        return Catalog()
    return _Loading(targets.course).catalog


class _Loading:
    """One pass over a folder; every problem is noted, none ends it."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        paths = {path.stem: path for path in lecture_files(folder)}
        self.catalog = Catalog()
        self.cards: dict[str, ModelCard] = {}
        self.files: dict[str, LoadedFile] = {}  # by the names of chapters
        loaded: list[DeclaredChapter] = []
        for chapter in self._declared(folder):
            if chapter.file is None:
                loaded.append(chapter)
            elif chapter.file in paths:
                loaded.extend(self._file(paths.pop(chapter.file), chapter))
            else:
                self._note(COURSE, _no_file(chapter.file, self.files))
        for path in paths.values():  # those that the course does not mention come last
            loaded.extend(self._file(path, None))
        # Only after all files are loaded, because one may name the models of another.
        self.twins = self._twins(loaded)
        chapters = tuple(self._chapter(chapter) for chapter in loaded)
        self.catalog.contents = Contents(
            chapters=chapters, problems=tuple(self.problems), changing=tuple(self._changing())
        )

    def _changing(self) -> Iterator[ChangingFile]:
        for stem, file in self.files.items():
            if file.state_changes:
                yield ChangingFile(file=f"{stem}.py", state_changes=file.state_changes)

    def _declared(self, folder: Path) -> tuple[DeclaredChapter, ...]:
        try:
            course = read_course(folder)
        except (OSError, ValueError) as error:
            line = line_of(error)
            raised = Raised.of(error).model_copy(update={"line": line})
            self._note_whole(folder / COURSE, raised)
            return ()
        for wrong in course.wrong:
            raised = Raised(type="ValueError", message=wrong.sentence, line=wrong.line)
            lines = lines_around(folder / COURSE, wrong.line)
            self.problems.append(Problem(file=COURSE, raised=raised, lines=lines))
        return course.chapters

    def _note(self, file: str, error: Exception) -> None:
        self.problems.append(Problem(file=file, raised=Raised.of(error)))

    def _note_whole(self, path: Path, raised: Raised) -> None:
        lines = lines_around(path, raised.line)
        self.problems.append(Problem(file=path.name, raised=raised, whole_file=True, lines=lines))

    def _file(self, path: Path, declared: DeclaredChapter | None) -> Iterator[DeclaredChapter]:
        """Run one file; its chapter, where that works."""
        try:
            declared = declared or DeclaredChapter.of_file(path.stem)
            file = LoadedFile(path)
            module = file.module
        except (Exception, SystemExit) as error:
            self._note_whole(path, Raised.of(error, str(path)))
            return
        classes = _models_of(module)
        for name in declared.models:
            if name not in classes:
                self._note(COURSE, LookupError(f"{path.name} has no model {name!r}"))
        for name, kind in classes.items():
            try:
                self._add(name, kind, declared, file)
            except Exception as error:  # such as a signature that inspect cannot read
                self._note(path.name, error)
        self.files[path.stem] = file
        yield declared

    def _add(
        self, class_name: str, kind: type[nn.Module], chapter: DeclaredChapter, file: LoadedFile
    ) -> None:
        name = chapter.named(class_name)
        if not _can_be_asked_for(name):
            why = f"{class_name} cannot be asked for: its name is too long, or no Python name"
            self._note(file.path.name, ValueError(why))
            return
        own = chapter.models.get(class_name, DeclaredModel())
        arguments = _open_arguments(kind, len(own.args))
        args = tuple(own.args)
        self.catalog.models[name] = Buildable(
            class_name=class_name,
            file=file,
            args=args,
            defaults={each.name: each.default for each in arguments},
            input=InputSource(
                build=lambda: self.catalog.build(name, seed=0),
                kind=lambda: self.catalog.kind(name),
                module=lambda: file.module,
                run_anew=file.run_anew,
                filename=str(file.path),
                declared=own.input or chapter.input,
            ),
        )
        self.cards[name] = ModelCard(
            name=name,
            class_name=class_name,
            args=args,
            reference=own.reference or guess_reference(class_name),
            needs=tuple(each.name for each in arguments if each.default is each.empty),
        )

    def _chapter(self, chapter: DeclaredChapter) -> Chapter:
        names = [name for name in self.cards if name.partition(".")[0] == chapter.file]
        return Chapter(
            file=chapter.file,
            title=chapter.title,
            lessons=tuple(self._lessons(chapter)),
            models=tuple(self._card(self.cards[name], chapter) for name in names),
        )

    def _card(self, card: ModelCard, chapter: DeclaredChapter) -> ModelCard:
        """The card with the models that it names, where they exist."""
        reference = card.reference
        if reference and not torch_layer(reference):
            reference = chapter.named(reference)
            if reference not in self.cards:
                self._note(COURSE, LookupError(f"{card.name} has no reference {card.reference!r}"))
                reference = None
        twin = self.twins.get(card.name)
        return card.model_copy(update={"reference": reference, "twin": twin})

    def _twins(self, chapters: Iterable[DeclaredChapter]) -> dict[str, str]:
        """The corrected version of each model that a lesson says is one."""
        twins: dict[str, str] = {}
        for chapter in chapters:
            for lesson in chapter.lesson:
                right = chapter.named(lesson.right)
                if lesson.twin and right in self.cards:
                    twins.setdefault(chapter.named(lesson.left), right)
        return twins

    def _lessons(self, chapter: DeclaredChapter) -> Iterator[Lesson]:
        for declared in chapter.lesson:
            lesson = lesson_of(declared, chapter.named)
            problem = self._cannot_run(lesson.left) or self._cannot_run(lesson.right)
            if problem:
                self._note(COURSE, problem)
            else:
                yield lesson.model_copy(update={"steps": tuple(self._steps(lesson))})

    def _steps(self, lesson: Lesson) -> Iterator[Step]:
        for step in lesson.steps:
            problem = self._cannot_run(step.left) or self._cannot_run(step.right)
            if problem:
                self._note(COURSE, problem)
            else:
                yield step

    def _cannot_run(self, name: str) -> Exception | None:
        if name not in self.cards:
            file, dot, class_name = name.partition(".")
            if not dot:
                why = f"a chapter without a file names its models as file.Class, and not {name!r}"
                return LookupError(why)
            return LookupError(f"{file}.py has no model {class_name!r}")
        needs = self.cards[name].needs
        if needs:
            return TypeError(f"{name} needs args for {needs}")
        return None


def _no_file(stem: str, loaded: Collection[str]) -> Exception:
    """Why a chapter cannot have a file."""
    if stem in loaded:
        return ValueError(f"two chapters have the file {stem}.py; leave it out of the second")
    return FileNotFoundError(f"chapter {stem!r} has no file {stem}.py")


def _models_of(module: ModuleType) -> dict[str, type[nn.Module]]:
    """The modules that a file defines itself, by name."""
    models: dict[str, type[nn.Module]] = {}
    for name, value in vars(module).items():
        is_module = isinstance(value, type) and issubclass(value, nn.Module)
        if is_module and value.__module__ == module.__name__:
            models[name] = value
    return models


def _can_be_asked_for(name: str) -> bool:
    """Whether a query takes a model's name."""
    try:
        _MODEL_NAME.validate_python(name)
    except ValidationError:
        return False
    return True


def _open_arguments(kind: type[nn.Module], given: int) -> list[inspect.Parameter]:
    """Those of the constructor after the ones that the course gives."""
    parameters = inspect.signature(kind).parameters.values()
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [each for each in parameters if each.kind not in variable][given:]
