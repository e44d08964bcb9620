"""Which exam, which of its questions, and what was answered so far."""

from typing import ClassVar

from pydantic import Field

from rollcall.core.query import Query

QUESTIONS = 10


class ExamQuery(Query):
    """All of it stands in the address: a link shows the same exam, and how far one was."""

    path: ClassVar[str] = "/exam"

    seed: int = Field(0, ge=0, le=2**32 - 1, description="which ten questions are drawn")
    question: int = Field(1, ge=1, le=QUESTIONS, description="the question that is shown")
    answer: str = Field(
        "",
        max_length=QUESTIONS,
        pattern=r"^[0-4]*$",
        description="the answers so far, a digit for each question from the first: the number of "
        "the answer, or 0 where what is right was shown without one",
        examples=["2", "2130"],
    )

    @property
    def given(self) -> str:
        """What was answered to the question that is shown; "" where it waits for an answer."""
        return self.answer[self.question - 1 : self.question]

    def answered(self, number: str) -> "ExamQuery":
        """The same after an answer to the question that is shown; those left out were not given."""
        before = self.answer[: self.question - 1].ljust(self.question - 1, "0")
        return self.replace(answer=before + number + self.answer[self.question :])

    @property
    def needed(self) -> list[int]:
        """The questions that the page tells of: those with an answer, and the one shown."""
        return sorted({*range(1, len(self.answer) + 1), self.question})
