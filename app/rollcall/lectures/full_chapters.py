"""Chapters as they are shown: lessons checked, twins and references looked up."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from rollcall.core.model_name import class_of, file_of
from rollcall.lectures.contents import Chapter, Lesson, ModelCard, Step
from rollcall.lectures.lesson_steps import lesson_of
from rollcall.lectures.placed_chapter import PlacedChapter
from rollcall.lectures.problems import Problems
from rollcall.lectures.reference_layer import torch_layer
from rollcall.lectures.versions import FIXED, version_name

LOOPS = "loops"  # the page of training loops
EXERCISE = "exercise"  # the page on which whoever repairs a model must not be shown how


class FullChapters:
    """Made after all files are loaded, because one may name the models of another.

    Args:
        loaded: the chapters as they are declared.
        cards: of all models, by name.
        problems: where it is noted what a chapter names and does not exist.
        fixes: what the fixed version of a model changes.
    """

    def __init__(
        self,
        loaded: Iterable[PlacedChapter],
        cards: Mapping[str, ModelCard],
        problems: Problems,
        fixes: Callable[[str], tuple[str, ...]],
    ) -> None:
        self._cards = cards
        self._problems = problems
        self._fixes = fixes
        chapters = list(loaded)
        self._twins = self._twins_in(chapters)
        self._judged = set(self._judged_in(chapters))
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
            loops=tuple(self._loop(self._cards[name]) for name in chapter.loops),
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
        changes: tuple[str, ...] = ()
        if card.name not in self._judged and not card.needs:
            changes = self._fixes(card.name)
        if changes:
            twin = version_name(card.name, FIXED)
        made = {"reference": reference, "twin": twin, "changes": changes}
        return card.model_copy(update=made)

    def _loop(self, card: ModelCard) -> ModelCard:
        return card.model_copy(update={"twin": self._twins.get(card.name)})

    def _judged_in(self, chapters: Iterable[PlacedChapter]) -> Iterator[str]:
        """The models of which the course itself says how they are corrected, or lets others do."""
        for chapter in chapters:
            for lesson in chapter.declared.lesson:
                if lesson.twin:
                    yield chapter.named(lesson.left)
                    yield chapter.named(lesson.right)
                elif lesson.page == EXERCISE:
                    yield chapter.named(lesson.left)

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
            problem = self._cannot_show(lesson)
            if problem is None:
                yield lesson.model_copy(update={"steps": tuple(self._steps(lesson, chapter))})
            elif chapter.shelf.is_whole:
                self._problems.note(chapter.shelf.course_name, problem)

    def _steps(self, lesson: Lesson, chapter: PlacedChapter) -> Iterator[Step]:
        for step in lesson.steps:
            problem = self._cannot_show(step)
            if problem is None:
                yield step
            elif chapter.shelf.is_whole:
                self._problems.note(chapter.shelf.course_name, problem)

    def _cannot_show(self, step: Step) -> Exception | None:
        return self._cannot_run(step.left, step.page) or self._cannot_run(step.right, step.page)

    def _cannot_run(self, name: str, page: str) -> Exception | None:
        if name not in self._cards:
            file = file_of(name)
            if not file:
                why = f"a chapter without a file names its models as file.Class, and not {name!r}"
                return LookupError(why)
            return LookupError(f"{file}.py has no model {class_of(name)!r}")
        card = self._cards[name]
        if card.is_loop and page != LOOPS:
            return ValueError(f'{name} is a training loop: page = "{LOOPS}" shows it')
        if page == LOOPS and not card.is_loop:
            return ValueError(f'{name} is a model, and page = "{LOOPS}" shows training loops')
        needs = card.needs
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
