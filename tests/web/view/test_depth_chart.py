"""Both ways through a net stand on one axis, each in the order in which its layers are met."""

from math import nan

from rollcall.web.view.depth_chart import HALF, depth_charts

BAND = (0.01, 100.0)


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in line.split())]


def test_gradients_run_from_the_last_layer_to_the_first() -> None:
    forward, backward = depth_charts([[1.0, 0.1, 1e-4]], [[1e-4, 0.1, 1.0]], BAND)
    assert forward.lines == backward.lines
    places = [{tick.text: tick.at for tick in drawn.x_ticks} for drawn in (forward, backward)]
    assert places[0]["0"] == places[1]["2"] == forward.left
    assert places[0]["2"] == places[1]["0"] == forward.right


def test_both_have_one_axis() -> None:
    forward, backward = depth_charts([[1.0, 1.0], [1.0, 0.0]], [[1e9, 1.0], [1.0, 1.0]], BAND)
    assert forward.y_ticks == backward.y_ticks
    assert forward.band == backward.band
    assert forward.band is not None
    assert forward.top <= forward.band[0] < forward.band[1] <= forward.bottom


def test_zero_has_a_place_of_its_own_below_all_others() -> None:
    forward, _ = depth_charts([[1.0, 1e-30, 0.0]], [[1.0, 1.0, 1.0]], BAND)
    assert forward.y_ticks[0].text == "0"
    assert forward.y_ticks[0].at == forward.bottom
    (line,) = forward.lines
    assert points(line.pieces[0])[-1][1] == forward.bottom
    assert points(line.pieces[0])[-2][1] < forward.bottom - 16
    without, _ = depth_charts([[1.0, 1e-30]], [[1.0, 1.0]], BAND)
    assert "0" not in [tick.text for tick in without.y_ticks]


def test_one_is_among_the_ticks_however_far_the_axis_reaches() -> None:
    for far in (1e-44, 1e-7, 1e5, 1e38):
        forward, _ = depth_charts([[1.0, far]], [[1.0, 1.0]], BAND)
        texts = [tick.text for tick in forward.y_ticks]
        assert "1" in texts
        assert 2 <= len(texts) <= 8


def test_an_overflow_ends_the_line_where_it_was_last_seen() -> None:
    _, backward = depth_charts([[1.0, 1.0, 1.0]], [[nan, 1e30, 1.0]], BAND)
    (line,) = backward.lines
    assert line.broken
    assert line.end == points(line.pieces[0])[-1]
    assert HALF.left < line.end[0] < HALF.right
    _, lost = depth_charts([[1.0, 1.0]], [[nan, nan]], BAND)
    assert lost.lines[0].end is None
