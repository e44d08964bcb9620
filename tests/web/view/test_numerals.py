"""Numbers as they are written on a slide."""

from math import inf, nan

import pytest

from rollcall.web.view.numerals import (
    NBSP,
    change,
    hundredths,
    in_powers,
    printed,
    significant,
    told_apart,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.012, "0.0120"), (12.34, "12.3"), (123.4, "123"), (12345, "1.23·10⁴"), (nan, "NaN")],
)
def test_three_digits_count(number: float, text: str) -> None:
    assert significant(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.5, "0.50"),
        (-0.001, "0.00"),
        (-1.3, "−1.30"),
        (999.99, "999.99"),
        (1000, "10³"),
        (nan, "NaN"),
        (inf, "∞"),
        (-inf, "−∞"),
    ],
)
def test_hundredths(number: float, text: str) -> None:
    assert hundredths(number) == text


@pytest.mark.parametrize(
    ("number", "other", "text"),
    [
        (1.0, 2.0, "1.00"),
        (1.0001, 1.0, "1.0001"),
        (-2e-8, 1.0, "−2.00·10⁻⁸"),
        (nan, 1.0, "NaN"),
        (1.0, 1.0, "1.00"),  # nothing tells them apart
    ],
)
def test_two_numbers_are_told_apart(number: float, other: float, text: str) -> None:
    assert told_apart(number, other) == text


def test_a_power_is_written_as_by_hand() -> None:
    told = {"4.02e-08": "4.02·10⁻⁸", "1.0e-05": "10⁻⁵", "-2e+10": "-2·10¹⁰", "0.0e+00": "0.0"}
    told |= {"0.5": "0.5", "1.00e-05": "1.00·10⁻⁵"}
    assert {text: in_powers(text) for text in told} == told


def test_a_change_is_not_broken_over_two_lines() -> None:
    assert change("1", "2") == f"1{NBSP}→{NBSP}2"


def test_numbers_as_they_are_read() -> None:
    told = {0.0: "0", 1.0: "1", -1.3: "−1.3", 2 / 3: "0.6667", nan: "NaN", inf: "∞", -inf: "−∞"}
    assert {value: printed(value) for value in told} == told
    assert printed(-0.0) == "0"
    assert printed(3.4028e38) == "3.403e38"
