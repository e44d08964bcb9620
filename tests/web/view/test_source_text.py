"""The source that the registry page shows: in a long one, what matters and what is around it."""

from rollcall.lectures.source_lines import SourceLine
from rollcall.web.view.source_text import LINES, passages


def lines(number: int, **hides: tuple[str, ...]) -> tuple[SourceLine, ...]:
    texts = range(1, number + 1)
    return tuple(
        SourceLine(number=at, text=f"line {at}", hides=hides.get(f"at_{at}", ())) for at in texts
    )


def numbers(length: int, named: tuple[int, ...] = ()) -> list[list[int]]:
    """The lines of each passage, where line 100 hides something."""
    (shown,) = passages((lines(length, at_100=("layers",)),), {"layers"}, named)
    return [[line.number for line in passage.lines] for passage in shown]


def test_a_short_source_is_shown_whole() -> None:
    assert numbers(LINES) == [list(range(1, LINES + 1))]


def test_of_a_long_one_the_lines_that_are_named_are_shown() -> None:
    head, around, rest = numbers(LINES + 1)
    assert (head, around, rest) == ([1, 2, 3, 4], list(range(97, 104)), [])
    assert numbers(LINES + 1, named=(50,)) == [head, list(range(47, 54)), around, rest]
