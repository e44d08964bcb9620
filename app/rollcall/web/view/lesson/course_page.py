"""The page of lessons: all chapters, and where one was."""

from dataclasses import dataclass
from itertools import groupby

from rollcall.core.model_name import class_of
from rollcall.experiments import EXPERIMENTS
from rollcall.lectures.contents import Chapter, Contents, Lesson, ModelCard
from rollcall.lectures.course_path import Stop, path_of
from rollcall.web.view.lesson.strip import step_query

FIRST = next(iter(EXPERIMENTS.values()))


@dataclass(frozen=True)
class StepLink:
    """One step of a lesson."""

    number: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class LessonEntry:
    """One lesson."""

    number: str  # through the course
    title: str
    text: str
    models: tuple[str, str]
    pages: str  # on which its steps open
    steps: tuple[StepLink, ...]


@dataclass(frozen=True)
class ModelLink:
    """One model, beside its twin, else beside itself."""

    name: str
    url: str


@dataclass(frozen=True)
class ChapterEntry:
    """One chapter."""

    chapter: Chapter
    lessons: tuple[LessonEntry, ...]
    models: tuple[ModelLink, ...]  # those that can be run, and training loops
    parts: tuple[ModelLink, ...]  # of which others are made
    lacking: tuple[ModelCard, ...]  # what needs arguments
    label: str  # before the models; "" where the title says it


@dataclass(frozen=True)
class CoursePage:
    """All of it."""

    own: tuple[ChapterEntry, ...]  # files that the command line brought
    chapters: tuple[ChapterEntry, ...]
    steps: int
    first: StepLink | None  # None: there is no lesson
    here: StepLink | None  # where one was; None: nowhere yet
    here_title: str


def course_page(contents: Contents, number: str) -> CoursePage:
    """The page of a course. `number` is of the step from which one comes."""
    path = path_of(contents)
    links = {stop.number: _link(stop, number) for stop in path}
    by_lesson = {
        id(lesson): list(stops) for lesson, stops in groupby(path, lambda stop: stop.lesson)
    }
    entries = [
        _chapter_entry(
            chapter,
            tuple(_entry(lesson, by_lesson[id(lesson)], links) for lesson in chapter.lessons),
        )
        for chapter in contents.chapters
    ]
    titles = {stop.number: stop.lesson.title for stop in path}
    return CoursePage(
        own=tuple(entry for entry in entries if entry.chapter.own),
        chapters=tuple(entry for entry in entries if not entry.chapter.own),
        steps=len(path),
        first=next(iter(links.values()), None),
        here=links.get(number),
        here_title=titles.get(number, ""),
    )


def _chapter_entry(chapter: Chapter, lessons: tuple[LessonEntry, ...]) -> ChapterEntry:
    links: dict[bool, list[ModelLink]] = {False: [], True: []}
    for card in chapter.models:
        if not card.needs:
            pair = {"left": card.name, "right": card.twin or card.name}
            url = FIRST.query.model_validate(pair).url
            links[card.is_part].append(ModelLink(card.class_name, url))
    for card in chapter.loops:
        if not card.needs:
            pair = {"left": card.name, "right": card.twin or card.name}
            url = EXPERIMENTS["loops"].query.model_validate(pair).url
            links[False].append(ModelLink(card.class_name, url))
    label = f"{chapter.file}.py"
    # The title of a function that is named alone says its file, too.
    if chapter.title == label or any(":" in card.name for card in chapter.models):
        label = ""
    return ChapterEntry(
        chapter=chapter,
        lessons=lessons,
        models=tuple(links[False]),
        parts=tuple(links[True]),
        lacking=tuple(card for card in chapter.models if card.needs),
        label=label,
    )


def _link(stop: Stop, here: str) -> StepLink:
    return StepLink(stop.number, step_query(stop).url, stop.number == here)


def _entry(lesson: Lesson, stops: list[Stop], links: dict[str, StepLink]) -> LessonEntry:
    pages = dict.fromkeys(EXPERIMENTS[stop.step.page].title for stop in stops)
    return LessonEntry(
        number=stops[0].number.partition(".")[0],
        title=lesson.title,
        text=lesson.text,
        models=(class_of(lesson.left), class_of(lesson.right)),
        pages=", ".join(pages),
        steps=tuple(links[stop.number] for stop in stops),
    )
