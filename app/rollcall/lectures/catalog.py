"""The models of a folder of lecture files: which there are, how to build them, which lessons pair them."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from pydantic import Field, TypeAdapter, ValidationError
from torch import Tensor, nn

from rollcall.core.query import Mode, ModelName, Unacceptable
from rollcall.core.random_state import seeded
from rollcall.core.report import Raised, Report
from rollcall.lectures.course_toml import (
    COURSE,
    DeclaredChapter,
    DeclaredModel,
    Parameter,
    line_of,
    read_course,
)
from rollcall.lectures.example_input import example_input
from rollcall.lectures.lecture_file import LoadedFile, lecture_files
from rollcall.lectures.reference_layer import guess_reference, torch_layer
from rollcall.lectures.source_lines import SourceLine, lines_around

_MODEL_NAME: TypeAdapter[str] = TypeAdapter(ModelName)


class ModelCard(Report):
    """One model of the catalog."""

    name: str  # file.Class, as a query writes it
    class_name: str
    twin: str | None = None  # name of its corrected version
    args: tuple[bool | int | float | str, ...] = ()  # what the course calls it with
    reference: str | None = None  # the layer it imitates: nn.Linear, or the name of a model
    needs: tuple[
        str, ...
    ]  # constructor arguments that nothing declares; it cannot be run while there are any


class Lesson(Report):
    """Two models to be looked at side by side, and the one sentence to say about them."""

    title: str
    text: str
    left: str
    right: str
    page: str = "registry"  # name of the experiment in which it opens
    mode: Mode = "train"
    query: dict[str, Parameter] = Field({})  # further parameters of that page


class Chapter(Report):
    """One lecture file."""

    file: str
    title: str
    lessons: tuple[Lesson, ...]
    models: tuple[ModelCard, ...]


class Problem(Report):
    """Why a lecture file, or a part of the course, could not be used."""

    file: str
    raised: Raised
    whole_file: bool = False  # nothing of the file could be used, and not only a part of it
    lines: tuple[SourceLine, ...] = ()  # of the file, around the line at which it was raised


class Contents(Report):
    """What the catalog offers, without the models themselves."""

    chapters: tuple[Chapter, ...]
    problems: tuple[Problem, ...]

    @property
    def cards(self) -> dict[str, ModelCard]:
        """Every model that can be run, by name."""
        return {
            card.name: card
            for chapter in self.chapters
            for card in chapter.models
            if not card.needs
        }

    @property
    def course_problem(self) -> Problem | None:
        """Why the course could not be read, so that no file has a title, lessons, inputs or arguments."""
        return self.file_problem(COURSE)

    def file_problem(self, file: str) -> Problem | None:
        """Why nothing of a file could be used."""
        return next((each for each in self.problems if each.file == file and each.whole_file), None)

    @property
    def twins(self) -> dict[str, str | None]:
        """The corrected version of every model that has one."""
        return {name: card.twin for name, card in self.cards.items()}


@dataclass
class Catalog:
    """A folder of lecture files, loaded. Every class of a file that is an nn.Module is a model."""

    contents: Contents
    files: dict[str, Path] = field(default_factory=dict)
    _loaded: dict[str, LoadedFile] = field(default_factory=dict)
    _args: dict[str, tuple[bool | int | float | str, ...]] = field(default_factory=dict)
    _defaults: dict[str, dict[str, Any]] = field(default_factory=dict)
    _shapes: dict[str, list[int] | None] = field(default_factory=dict)

    def card(self, name: str, parameter: str) -> ModelCard:
        """Look up a model that the query's `parameter` asks for.

        Raises:
            Unacceptable: the catalog has no such model.
        """
        cards = self.contents.cards
        if name not in cards:
            raise Unacceptable(parameter, name, tuple(cards))
        return cards[name]

    def file(self, name: str) -> Path:
        """The lecture file that defines a model."""
        return self.files[name.partition(".")[0]]

    def build(self, name: str, seed: int, **options: Any) -> nn.Module:
        """A fresh model on the CPU, its weights drawn from `seed`. Its constructor must take the `options`."""
        with seeded(seed):
            return self.kind(name)(*self._args[name], **options)

    def kind(self, name: str) -> type[nn.Module]:
        """The class of a model, for whoever builds it with other arguments."""
        file, _, class_name = name.partition(".")
        kind: type[nn.Module] = vars(self._loaded[file].module)[class_name]
        return kind

    def default(self, name: str, option: str) -> Any:
        """What an argument of a model's constructor is if nobody gives it; None where it has no such argument."""
        return self._defaults[name].get(option)

    def run_anew(self, name: str) -> None:
        """Run the lecture file of a model once more, for two models that are called in turns.

        What is built next shares nothing with what was built before.
        """
        self._loaded[name.partition(".")[0]].run_anew()

    def example(self, name: str, model: nn.Module, seed: int) -> Tensor:
        """The input a model is shown with: of the declared shape, or of one that its first layer suggests."""
        return example_input(model, self._shapes[name], torch.Generator().manual_seed(seed))


def load(folder: Path) -> Catalog:
    """Load every lecture file of `folder`. What fails becomes a problem in the contents; the rest works."""
    return _Loading(folder).catalog


class _Loading:
    """One pass over a folder; every problem is noted, none ends it."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        paths = {path.stem: path for path in lecture_files(folder)}
        self.catalog = Catalog(Contents(chapters=(), problems=()), paths)
        declared = self._declared(folder)
        for missing in (stem for stem in declared if stem not in paths):
            self._note(COURSE, FileNotFoundError(f"chapter {missing!r} has no file {missing}.py"))
        in_order = [
            *(stem for stem in declared if stem in paths),
            *(stem for stem in paths if stem not in declared),
        ]
        self.cards: dict[str, ModelCard] = {}
        loaded = [
            chapter for stem in in_order if (chapter := self._file(paths[stem], declared.get(stem)))
        ]
        chapters = tuple(
            self._chapter(chapter) for chapter in loaded
        )  # one file may name the models of another
        self.catalog.contents = Contents(chapters=chapters, problems=tuple(self.problems))

    def _declared(self, folder: Path) -> dict[str, DeclaredChapter]:
        try:
            return {chapter.file: chapter for chapter in read_course(folder).chapter}
        except (OSError, ValueError) as error:
            line = line_of(error)
            raised = Raised.of(error).model_copy(update={"line": line})
            self._note_whole(folder / COURSE, raised)
            return {}

    def _note(self, file: str, error: Exception) -> None:
        self.problems.append(Problem(file=file, raised=Raised.of(error)))

    def _note_whole(self, path: Path, raised: Raised) -> None:
        lines = lines_around(path, raised.line)
        self.problems.append(Problem(file=path.name, raised=raised, whole_file=True, lines=lines))

    def _file(self, path: Path, declared: DeclaredChapter | None) -> DeclaredChapter | None:
        try:
            declared = declared or DeclaredChapter.of_file(path.stem)
            file = LoadedFile(path)
            module = file.module
        except (Exception, SystemExit) as error:
            self._note_whole(path, Raised.of(error, str(path)))
            return None
        classes = {
            name: kind
            for name, kind in vars(module).items()
            if isinstance(kind, type)
            and issubclass(kind, nn.Module)
            and kind.__module__ == module.__name__
        }
        for name in declared.models:
            if name not in classes:
                self._note(COURSE, LookupError(f"{path.name} has no model {name!r}"))
        for name, kind in classes.items():
            try:
                self._add(name, kind, declared)
            except Exception as error:  # such as a signature that inspect cannot read
                self._note(path.name, error)
        self.catalog._loaded[declared.file] = file
        return declared

    def _add(self, class_name: str, kind: type[nn.Module], chapter: DeclaredChapter) -> None:
        name = chapter.named(class_name)
        if not _can_be_asked_for(name):
            self._note(
                f"{chapter.file}.py",
                ValueError(
                    f"{class_name} cannot be asked for: its name is too long, or no Python name"
                ),
            )
            return
        own = chapter.models.get(class_name, DeclaredModel())
        self.catalog._args[name] = tuple(own.args)
        self.catalog._defaults[name] = {
            each.name: each.default for each in _open_arguments(kind, len(own.args))
        }
        self.catalog._shapes[name] = own.input or chapter.input
        self.cards[name] = ModelCard(
            name=name,
            class_name=class_name,
            args=self.catalog._args[name],
            reference=own.reference or guess_reference(class_name),
            needs=_missing_arguments(kind, len(own.args)),
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
        lessons = [
            lesson
            for lesson in chapter.lesson
            if lesson.twin and chapter.named(lesson.left) == card.name
        ]
        twins = (chapter.named(lesson.right) for lesson in lessons)
        twin = next((name for name in twins if name in self.cards), None)
        return card.model_copy(update={"reference": reference, "twin": twin})

    def _lessons(self, chapter: DeclaredChapter) -> Iterator[Lesson]:
        for lesson in chapter.lesson:
            left, right = pair = chapter.named(lesson.left), chapter.named(lesson.right)
            if unknown := next((name for name in pair if name not in self.cards), None):
                file, _, name = unknown.partition(".")
                self._note(COURSE, LookupError(f"{file}.py has no model {name!r}"))
            elif unmet := next((self.cards[name] for name in pair if self.cards[name].needs), None):
                self._note(COURSE, TypeError(f"{unmet.name} needs args for {unmet.needs}"))
            else:
                yield Lesson(**lesson.model_dump(exclude={"twin"}) | {"left": left, "right": right})


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
    return [
        each for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ][given:]


def _missing_arguments(kind: type[nn.Module], given: int) -> tuple[str, ...]:
    return tuple(each.name for each in _open_arguments(kind, given) if each.default is each.empty)
