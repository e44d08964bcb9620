"""The lecture files of a folder: which models there are, how to build them, which lessons pair them."""

import hashlib
import importlib.util
import inspect
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch import Tensor, nn

from rollcall.core.example_input import example_input
from rollcall.core.query import Unacceptable
from rollcall.core.report import Raised, Report
from rollcall.core.seeding import seeded

COURSE = "course.toml"


class _Declared(BaseModel):
    """Base of what `course.toml` may say; a misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid")


class _DeclaredModel(_Declared):
    args: list[int | float | bool | str] = []
    input: list[int] | None = None


class _DeclaredLesson(_Declared):
    left: str
    right: str
    title: str
    text: str
    twin: bool = True


class _DeclaredChapter(_Declared):
    file: str = Field(pattern=r"^[A-Za-z_]\w*$")
    title: str
    input: list[int] | None = None
    lesson: list[_DeclaredLesson] = []
    models: dict[str, _DeclaredModel] = {}


class _Course(_Declared):
    chapter: list[_DeclaredChapter] = []


class ModelCard(Report):
    """One model of the catalog."""

    name: str  # file.Class, as a query writes it
    class_name: str
    twin: str | None  # name of its corrected version
    args: tuple[bool | int | float | str, ...] = ()  # what the course calls it with
    needs: tuple[str, ...]  # constructor arguments that nothing declares; it cannot be run while there are any


class Lesson(Report):
    """Two models to be looked at side by side, and the one sentence to say about them."""

    title: str
    text: str
    left: str
    right: str


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


class Contents(Report):
    """What the catalog offers, without the models themselves."""

    chapters: tuple[Chapter, ...]
    problems: tuple[Problem, ...]

    @property
    def cards(self) -> dict[str, ModelCard]:
        """Every model that can be run, by name."""
        return {card.name: card for chapter in self.chapters for card in chapter.models if not card.needs}

    @property
    def twins(self) -> dict[str, str | None]:
        """The corrected version of every model that has one."""
        return {name: card.twin for name, card in self.cards.items()}


def version(folder: Path) -> str:
    """A word that changes whenever a file of the folder is added, removed or saved."""
    digest = hashlib.sha256()
    for path in _files(folder):
        stat = path.stat()
        digest.update(f"{path.name} {stat.st_mtime_ns} {stat.st_size} {stat.st_ino}\n".encode())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ".py" or path.name == COURSE)


@dataclass
class Catalog:
    """A folder of lecture files, loaded. Every class of a file that is an nn.Module is a model."""

    contents: Contents
    files: dict[str, Path] = field(default_factory=dict)
    _makers: dict[str, Callable[[], nn.Module]] = field(default_factory=dict)
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

    def build(self, name: str, seed: int) -> nn.Module:
        """A fresh model on the CPU, its weights drawn from `seed`."""
        with seeded(seed):
            return self._makers[name]()

    def example(self, name: str, model: nn.Module, seed: int) -> Tensor:
        """The input a model is shown with: of the declared shape, or of one that its first layer suggests."""
        return example_input(model, self._shapes[name], torch.Generator().manual_seed(seed))


def load(folder: Path) -> Catalog:
    """Load every lecture file of `folder`. What fails becomes a problem in the contents; the rest works."""
    problems: list[Problem] = []
    course = _read_course(folder / COURSE, problems)
    chapters = {chapter.file: chapter for chapter in course.chapter}
    paths = {path.stem: path for path in _files(folder) if path.suffix == ".py"}
    for missing in chapters.keys() - paths.keys():
        problems.append(_problem(COURSE, FileNotFoundError(f"chapter {missing!r} has no file {missing}.py")))
    catalog = Catalog(Contents(chapters=(), problems=()), paths)
    loaded = []
    for stem in [*(s for s in chapters if s in paths), *(s for s in paths if s not in chapters)]:
        declared = chapters.get(stem) or _DeclaredChapter(file=stem, title=stem.replace("_", " ").capitalize())
        try:
            module = _import(paths[stem])
        except Exception as error:
            problems.append(_problem(paths[stem].name, error, str(paths[stem])))
            continue
        loaded.append(_chapter(catalog, declared, module, problems))
    catalog.contents = Contents(chapters=tuple(loaded), problems=tuple(problems))
    return catalog


def _read_course(path: Path, problems: list[Problem]) -> _Course:
    try:
        return _Course.model_validate(tomllib.loads(path.read_text("utf-8"))) if path.exists() else _Course()
    except (tomllib.TOMLDecodeError, ValidationError, UnicodeDecodeError) as error:
        problems.append(_problem(path.name, error))
        return _Course()


def _problem(file: str, error: Exception, filename: str | None = None) -> Problem:
    return Problem(file=file, raised=Raised.of(error, filename))


def _import(path: Path) -> ModuleType:
    """Run a lecture file as a module of its own, from its present text rather than from a bytecode cache."""
    name = f"lecture_{path.stem}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses and pickle look the module up by its name
    exec(compile(path.read_bytes(), path, "exec"), vars(module))
    return module


def _chapter(catalog: Catalog, declared: _DeclaredChapter, module: ModuleType, problems: list[Problem]) -> Chapter:
    classes = {
        name: kind
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, nn.Module) and kind.__module__ == module.__name__
    }
    twins = {lesson.left: lesson.right for lesson in declared.lesson if lesson.twin}
    lessons = []
    for lesson in declared.lesson:
        unknown = [name for name in (lesson.left, lesson.right) if name not in classes]
        if unknown:
            problems.append(_problem(COURSE, LookupError(f"{declared.file}.py has no model {unknown[0]!r}")))
            continue
        lessons.append(
            Lesson(
                title=lesson.title,
                text=lesson.text,
                left=f"{declared.file}.{lesson.left}",
                right=f"{declared.file}.{lesson.right}",
            )
        )
    cards = []
    for class_name, kind in classes.items():
        name = f"{declared.file}.{class_name}"
        own = declared.models.get(class_name, _DeclaredModel())
        catalog._makers[name] = _maker(kind, own.args)
        catalog._shapes[name] = own.input or declared.input
        twin = twins.get(class_name)
        cards.append(
            ModelCard(
                name=name,
                class_name=class_name,
                args=tuple(own.args),
                twin=f"{declared.file}.{twin}" if twin in classes else None,
                needs=_missing_arguments(kind, len(own.args)),
            )
        )
    return Chapter(file=declared.file, title=declared.title, lessons=tuple(lessons), models=tuple(cards))


def _maker(kind: type[nn.Module], args: list[Any]) -> Callable[[], nn.Module]:
    return lambda: kind(*args)


def _missing_arguments(kind: type[nn.Module], given: int) -> tuple[str, ...]:
    parameters = [
        p for p in inspect.signature(kind).parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    return tuple(p.name for p in parameters[given:] if p.default is p.empty)
