"""A report is frozen, and its JSON holds what JSON has no word for."""

import math

import pytest
from pydantic import ValidationError

from rollcall.core.report import Report


class Number(Report):
    value: float


@pytest.mark.parametrize(
    ("value", "word"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_what_is_no_number_is_a_word_in_json(value: float, word: str) -> None:
    text = Number(value=value).model_dump_json()
    assert text == f'{{"value":"{word}"}}'
    assert repr(Number.model_validate_json(text).value) == repr(value)


def test_a_report_does_not_change() -> None:
    with pytest.raises(ValidationError):
        Number(value=1.0).value = 2.0  # type: ignore[misc]
