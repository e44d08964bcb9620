"""What is said above a column, whatever the page is about."""

from typing import Any

from rollcall.core.heard import Warned
from rollcall.core.report import Raised
from rollcall.experiments.notes import Notes
from rollcall.experiments.subject import Subject
from rollcall.web.view.notes import notes_of
from rollcall.web.view.sentence import read
from rollcall.web.view.words import LINE
from web.view.entries import card

REFUSES = Raised(type="TypeError", message="train() takes data", line=7, during="model.train()")


def told(**notes: Any) -> list[str]:
    subject = Subject(card=card("Net"), notes=Notes(**notes))
    return [read(each) for each in notes_of(subject)]


def warned(message: str, file: str = "net.py", line: int = 12) -> Warned:
    return Warned(type="UserWarning", message=message, file=file, line=line)


def test_a_call_that_the_page_went_on_without() -> None:
    text = "model.train() raises TypeError: train() takes data (line 7). The rest ran without it."
    assert told(raised=(REFUSES,)) == [text]
    silent = REFUSES.model_copy(update={"message": "", "line": None})
    assert told(raised=(silent,)) == ["model.train() raises TypeError. The rest ran without it."]


def test_a_warning_has_a_file_and_a_line() -> None:
    notes = told(warned=(warned("too flat"), warned("too old", "torch/nn/functional.py", 9)))
    assert notes == [
        "UserWarning: too flat (net.py, line 12)",
        "UserWarning: too old (torch/nn/functional.py, line 9)",
    ]


def test_a_long_warning_is_cut_between_two_words() -> None:
    (text,) = told(warned=(warned("one two\n" * 100),))
    assert "\n" not in text
    assert len(text) < LINE + 50
    assert " …" in text


def test_a_long_warning_ends_with_a_sentence_where_it_has_several() -> None:
    later = "This will change in a later release " * 9
    (text,) = told(warned=(warned(f"Rows are dropped. {later}"),))
    assert text == "UserWarning: Rows are dropped. … (net.py, line 12)"


def test_a_model_that_is_quiet_has_no_notes() -> None:
    assert told() == []
    assert notes_of(object()) == []
