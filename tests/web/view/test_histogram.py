"""A histogram has a bar for each bin that counts something, as high as its count."""

from rollcall.web.view.histogram import LOWEST, Bar, histogram_bars


def test_the_largest_bin_fills_the_picture() -> None:
    low, high = histogram_bars((0, 10, 0, 0, 20), 26)
    assert (low.height, high.height) == (12, 24)
    assert low.y + low.height == high.y + high.height == 25


def test_zero_lies_in_the_middle() -> None:
    bars = histogram_bars([1] * 15, 26)
    assert [bar.middle for bar in bars].index(True) == 7
    assert sum(bar.middle for bar in bars) == 1
    assert 0 <= bars[0].x < bars[-1].x + bars[-1].width <= 90


def test_one_number_among_many_is_seen() -> None:
    assert histogram_bars((1, 0, 100_000), 26)[0] == Bar(0.5, 23.5, LOWEST, middle=False)
