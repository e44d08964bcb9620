"""What a folder of lecture files offers: chapters, lessons, models and problems, as data."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from rollcall.core.process.process_state import StateChange
from rollcall.core.query import NOWHERE, Mode
from rollcall.core.report import Raised, Report
from rollcall.lectures.declared_course import COURSE, Parameter
from rollcall.lectures.source_lines import SourceLine
from rollcall.lectures.versions import FIXED, version_name, version_of

Version = Literal["", "fixed", "broken"]
A_LOOP = "a function of a model and its batches, def train(model, batches)"
Kind = Literal["models", "loops"]  # what a page shows side by side
KINDS: tuple[Kind, ...] = ("models", "loops")


class ModelCard(Report):
    """One model of the catalog."""

    name: str  # file.Class, as a query writes it
    class_name: str
    twin: str | None = None  # name of its corrected version
    args: tuple[bool | int | float | str, ...] = ()  # what the course calls it with
    reference: str | None = None  # the layer it imitates: nn.Linear, or the name of a model
    # constructor arguments that nothing declares; it cannot be run while there are any
    needs: tuple[str, ...]
    # what would give them, as one writes it: lines of course.toml, and a function of the file
    remedies: tuple[str, ...] = ()
    is_part: bool = False  # other models are made of it
    # it is no model, but a function that trains one: def train(model, batches)
    is_loop: bool = False
    maker: str = ""  # the function that makes it; "": its class is called
    version: Version = ""  # as what Roll Call has made it from the text of `original`
    original: str = ""
    # what a version changes, a sentence each; of another model, what its fixed version would
    changes: tuple[str, ...] = ()

    def broken(self, name: str) -> "ModelCard":
        """The card of a version that is broken, of which this one is the twin."""
        made = {"name": name, "version": "broken", "original": self.name, "twin": self.name}
        return self.model_copy(update={**made, "changes": ()})

    @property
    def fixed(self) -> "ModelCard | None":
        """The card of its fixed version; None where it has none, or is one."""
        if self.version or not self.changes:
            return None
        name = version_name(self.name, FIXED)
        made = {"name": name, "version": FIXED, "original": self.name, "twin": None}
        return self.model_copy(update=made)

    @property
    def said(self) -> str:
        """Its class, as a sentence says it beside that of the other column: Net, Net.fixed."""
        return f"{self.class_name}.{self.version}".removesuffix(".")

    @property
    def call(self) -> str:
        """How it is made, as a script writes it, without the arguments that a course gives."""
        return f"{self.maker or self.class_name}()"


class Answer(Report):
    """One that a question offers."""

    text: str
    value: str  # which what is measured must be, for this to be the right one


class Question(Report):
    """What is asked before a page shows it. Nobody writes down which answer is right."""

    text: str
    answers: tuple[Answer, ...]
    measured: str  # name of what is read off the report
    see: str = ""  # where on the page that can be seen


class Step(Report):
    """An experiment on two models, and the one sentence to say about it."""

    text: str
    left: str
    right: str
    page: str = "registry"  # name of the experiment in which it opens
    mode: Mode = "train"
    query: dict[str, Parameter] = Field({})  # further parameters of that page
    focus: str = ""  # path of a module or tensor, or name of a check, that is pointed at
    question: Question | None = None


class Lesson(Step):
    """Two models to be looked at side by side, in one step or in several."""

    title: str
    source: str | None = None  # owner/project#number of somebody's report
    steps: tuple[Step, ...] = ()  # none: the lesson itself is its only one
    hint: str = ""  # of an exercise, from the course itself


class Chapter(Report):
    """A part of the course; all models of one lecture file stand in one chapter."""

    file: str | None  # without .py; None: it shows models of other chapters
    title: str
    lessons: tuple[Lesson, ...]
    models: tuple[ModelCard, ...]
    own: bool = False  # the command line names it beside the course
    printed: str = ""  # by the file while it was run
    loops: tuple[ModelCard, ...] = ()  # the training loops of its file

    @property
    def with_versions(self) -> tuple[ModelCard, ...]:
        """Its models, each with its fixed version behind it, where it has one."""
        pairs = [(card, card.fixed) for card in self.models]
        return tuple(card for pair in pairs for card in pair if card is not None)


class Problem(Report):
    """Why a lecture file, or a part of the course, could not be used."""

    file: str
    raised: Raised
    whole_file: bool = False  # nothing of the file could be used, and not only a part of it
    lines: tuple[SourceLine, ...] = ()  # of the file, around the line at which it was raised


class ChangingFile(Report):
    """A lecture file that changes something for the whole process when it is run."""

    file: str
    state_changes: tuple[StateChange, ...]


class Contents(Report):
    """What the catalog offers, without the models themselves."""

    chapters: tuple[Chapter, ...]
    problems: tuple[Problem, ...]
    changing: tuple[ChangingFile, ...] = ()

    @property
    def cards(self) -> dict[str, ModelCard]:
        """Every model that can be run, by name."""
        cards: dict[str, ModelCard] = {}
        for chapter in self.chapters:
            cards |= {card.name: card for card in chapter.models if not card.needs}
        return cards

    @property
    def loops(self) -> dict[str, ModelCard]:
        """Every training loop that can be run, by name."""
        cards = [card for chapter in self.chapters for card in chapter.loops]
        return {card.name: card for card in cards if not card.needs}

    def offered(self, kind: Kind) -> dict[str, ModelCard]:
        """What the columns of a page can show, by name."""
        if kind == "loops":
            return self.loops
        return self.cards

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What there is any of; models in any case."""
        if self.loops:
            return KINDS
        return ("models",)

    def problem_of(self, name: str, kind: Kind) -> str:
        """Why a page that shows this kind does not show what a name stands for."""
        if kind == "models":
            if name in self.loops:
                return "is a training loop, and this page shows models; /loops shows it"
            return NOWHERE
        if name in self.cards:
            return f"is a model, and this page shows training loops: {A_LOOP}"
        for chapter in self.chapters:
            for card in chapter.loops:
                if card.name == name:
                    return f"needs {', '.join(card.needs)}, too; a training loop is {A_LOOP}"
        return f"is no training loop here: that is {A_LOOP}"

    def _own_card(self, name: str) -> ModelCard | None:
        """Found without a dict of all, which each page would make twice."""
        for chapter in self.chapters:
            for card in (*chapter.models, *chapter.loops):
                if card.name == name and not card.needs:
                    return card
        return None

    def card(self, name: str) -> ModelCard | None:
        """That of a model which can be run, or of a version of it; None: there is no such one.

        Only a catalog knows in how many ways a model can be broken. A loop has a card, too.
        """
        own = self._own_card(name)
        if own is not None:
            return own
        model, word = version_of(name)
        original = self._own_card(model)
        if original is None or word == FIXED:
            return original and original.fixed
        return original.broken(name)

    @property
    def own(self) -> frozenset[str]:
        """Names of the models that the command line brought beside the course."""
        chapters = [chapter for chapter in self.chapters if chapter.own]
        return frozenset(
            card.name for chapter in chapters for card in (*chapter.models, *chapter.loops)
        )

    @property
    def course_problem(self) -> Problem | None:
        """Why the course could not be read.

        Then no file has a title, lessons, an input or arguments.
        """
        return self.file_problem(COURSE)

    def course_problem_of(self, models: Iterable[str]) -> Problem | None:
        """Why the course that tells of one of these models could not be read."""
        for problem in self.problems:
            folder = problem.file.removesuffix(COURSE)
            if not problem.whole_file or folder == problem.file:
                continue
            if any(model.startswith(folder) for model in models):
                return problem
        return None

    def file_problem(self, file: str) -> Problem | None:
        """Why nothing of a file could be used."""
        return next((each for each in self.problems if each.file == file and each.whole_file), None)

    @property
    def twins(self) -> dict[str, str | None]:
        """The corrected version of every model that has one."""
        return {name: card.twin for name, card in (*self.cards.items(), *self.loops.items())}
