"""Chapters as they are shown: lessons checked, twins and references looked up."""

from collections.abc import Iterable, Iterator, Mapping

from rollcall.core.query import class_of, file_of
from rollcall.lectures.contents import Chapter, Lesson, ModelCard, Step
from rollcall.lectures.lesson_steps import lesson_of
from rollcall.lectures.placed_chapter import PlacedChapter
from rollcall.lectures.problems import Problems
from rollcall.lectures.reference_layer import torch_layer


class FullChapters:
    """Made after all files are loaded, because one may name the models of another."""

    def __init__(
        self, loaded: Iterable[PlacedChapter], cards: Mapping[str, ModelCard], problems: Problems
    ) -> None:
        self._cards = cards
        self._problems = problems
        chapters = list(loaded)
        self._twins = self._twins_in(chapters)
        self.chapters = tuple(sorted(map(self._chapter, chapters), key=_is_of_parts))

    def _chapter(self, chapter: PlacedChapter) -> Chapter:
        cards = [self._card(self._cards[name], chapter) for name in chapter.models]
        if chapter.shelf.is_own:
            cards.sort(key=lambda card: card.is_part)
        return Chapter(
            file=chapter.place,
            title=chapter.title,
            lessons=tuple(self._lessons(chapter)),
            models=tuple(cards),
            own=chapter.shelf.is_own,
            printed=chapter.printed,
        )

    def _card(self, card: ModelCard, chapter: PlacedChapter) -> ModelCard:
        """The card with the models that it names, where they exist."""
        reference = card.reference
        if reference and not torch_layer(reference):
            reference = chapter.named(reference)
            if reference not in self._cards:
                error = LookupError(f"{card.name} has no reference {card.reference!r}")
                self._problems.note(chapter.shelf.course_name, error)
                reference = None
        twin = self._twins.get(card.name)
        return card.model_copy(update={"reference": reference, "twin": twin})

    def _twins_in(self, chapters: Iterable[PlacedChapter]) -> dict[str, str]:
        """The corrected version of each model that a lesson says is one."""
        twins: dict[str, str] = {}
        for chapter in chapters:
            for lesson in chapter.declared.lesson:
                right = chapter.named(lesson.right)
                if lesson.twin and right in self._cards:
                    twins.setdefault(chapter.named(lesson.left), right)
        return twins

    def _lessons(self, chapter: PlacedChapter) -> Iterator[Lesson]:
        for declared in chapter.declared.lesson:
            lesson = lesson_of(declared, chapter.named)
            problem = self._cannot_run(lesson.left) or self._cannot_run(lesson.right)
            if problem is None:
                yield lesson.model_copy(update={"steps": tuple(self._steps(lesson, chapter))})
            elif chapter.shelf.is_whole:
                self._problems.note(chapter.shelf.course_name, problem)

    def _steps(self, lesson: Lesson, chapter: PlacedChapter) -> Iterator[Step]:
        for step in lesson.steps:
            problem = self._cannot_run(step.left) or self._cannot_run(step.right)
            if problem is None:
                yield step
            elif chapter.shelf.is_whole:
                self._problems.note(chapter.shelf.course_name, problem)

    def _cannot_run(self, name: str) -> Exception | None:
        if name not in self._cards:
            file = file_of(name)
            if not file:
                why = f"a chapter without a file names its models as file.Class, and not {name!r}"
                return LookupError(why)
            return LookupError(f"{file}.py has no model {class_of(name)!r}")
        needs = self._cards[name].needs
        if needs:
            return TypeError(f"{name} needs args for {needs}")
        return None


def _is_of_parts(chapter: Chapter) -> int:
    """Of the user's files, those with nothing but parts of others come last; then the course."""
    if not chapter.own:
        return 2
    if chapter.models and all(card.is_part for card in chapter.models):
        return 1
    return 0
