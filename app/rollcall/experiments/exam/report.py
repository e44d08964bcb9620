"""What an exam answers: a question, the broken model that it is about, and what is right."""

from rollcall.core.report import Report
from rollcall.experiments.exam.query import ExamQuery
from rollcall.lectures.contents import Question
from rollcall.lectures.source_lines import Source


class AskedQuestion(Report):
    """One question of an exam. It was run: the right answer is read off the report."""

    number: int
    question: Question
    right: str  # the value of the right answer
    model: str  # the broken version
    original: str
    class_name: str
    page: str  # the experiment that shows it
    broken: tuple[str, ...]  # what was broken, a sentence each
    source: Source  # of the broken model


class ExamReport(Report):
    """The questions that the address tells of."""

    query: ExamQuery
    questions: tuple[AskedQuestion, ...]

    @property
    def shown(self) -> AskedQuestion | None:
        """The one that the page shows; None where this course has too few models to break."""
        return self.of(self.query.question)

    def of(self, number: int) -> AskedQuestion | None:
        """One of them."""
        return next((each for each in self.questions if each.number == number), None)
