"""What one frame of a play holds. It stays small, however large the grid and long the play."""

import gzip
import html
import re
from itertools import pairwise
from math import nan
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from rollcall.core.binomial import counted
from rollcall.core.pair_query import SHOWN
from rollcall.experiments.dropout.experiment import DropoutReport
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.web.view.cells import UNIT
from rollcall.web.view.draws_chart import MOST_POINTS, bars, means
from rollcall.web.view.equations import equations
from rollcall.web.view.numerals import printed
from web.course import Course
from web.page import Page

LARGEST = DropoutQuery(rows=32, columns=64, input="random")


def report_of(client: TestClient, query: DropoutQuery) -> DropoutReport:
    answer = client.get(query.json_url)
    assert answer.status_code == 200
    return DropoutReport.model_validate_json(answer.content)


def main_of(client: TestClient, query: DropoutQuery) -> str:
    found = re.search(r"<main.*</main>", client.get(query.url).text, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("left", "draw"),
    [
        ("dropout_layers.NaiveDropout", 1),
        ("dropout_layers.NaiveDropout", 2),
        ("dropout_layers.RowDropout", 1),
        ("dropout_layers.RowDropout", 250),
    ],
)
def test_a_frame_of_the_largest_grid_is_under_12_kilobytes(
    app_client: TestClient, left: str, draw: int
) -> None:
    block = main_of(app_client, LARGEST.replace(draw=draw, left=left))
    assert len(gzip.compress(block.encode(), 6)) < 12_000
    assert block.count("<") < 400  # a browser has little to compare, whatever the number of cells


@pytest.mark.parametrize(
    "query",
    [
        DropoutQuery(input="random", draw=3),
        DropoutQuery(left="dropout.DropoutListNet", right="dropout.DropoutNet"),
        DropoutQuery(left="dropout_layers.TorchAlphaDropout", input="random"),
        DropoutQuery(left="dropout.MyDropout", p=1),
        DropoutQuery(mode="eval"),
    ],
    ids=lambda query: query.left,
)
def test_an_equation_has_the_numbers_of_its_cell(
    app_client: TestClient, query: DropoutQuery
) -> None:
    report = report_of(app_client, query)
    for subject in (report.left, report.right):
        cells, told = subject.cells, equations(subject)
        assert cells
        for index, (x, factor, y) in enumerate(
            zip(cells.input, cells.factor, cells.output, strict=True)
        ):
            text = told.at(index)
            assert text.startswith(f"{printed(x)} ")
            assert text.endswith(f" {printed(y)}")
            if factor == 0:
                assert " × 0 " in text or "is dropped" in text
            elif subject.scale is not None:
                assert printed(subject.scale) in text


def test_the_page_holds_the_equation_of_every_cell(app_client: TestClient) -> None:
    query = LARGEST.replace(draw=2, cell="7,9")
    report = report_of(app_client, query)
    page = Page.of(app_client.get(query.url))
    products = [each for each in page.elements if each.attributes.get("class") == "product"]
    shown = [
        html.unescape(each.text).strip()
        for each in page.all("output")
        if "for" not in each.attributes
    ]
    for subject, product, text in zip((report.left, report.right), products, shown, strict=True):
        texts, inputs, fates = (
            product.attributes[f"data-{each}"] for each in ("equations", "inputs", "fates")
        )
        table = [each.split(";") for each in texts.split("|")]
        told = [
            table[int(x)][int(fate)] for x, fate in zip(inputs.split(), fates.split(), strict=True)
        ]
        expected = equations(subject)
        assert told == [expected.at(index) for index in range(2048)]
        assert text == expected.at(6 * 64 + 8)


def test_a_dropped_cell_that_is_not_zero_can_be_seen(app_client: TestClient) -> None:
    for query, mark in (
        (DropoutQuery(), "cross"),
        (DropoutQuery(right="dropout_layers.TorchAlphaDropout"), "mark"),
        (DropoutQuery(input="extreme", rows=1, columns=1, p=1), "mark"),
    ):
        uses = Page.of(app_client.get(query.url)).all("use")
        assert uses[-1].attributes == {"href": "#right-dropped", "stroke": f"url(#{mark})"}


def shades(client: TestClient, query: DropoutQuery) -> dict[str, set[str]]:
    """The shade of each number that is printed on a page."""
    found: dict[str, set[str]] = {}
    for drawing in re.findall(
        r'<svg class="cells".*?</svg>', client.get(query.url).text, re.DOTALL
    ):
        if "<title>mask" in drawing:
            continue
        painted: dict[tuple[int, int], str] = {}
        for shade, path in re.findall(r'<path class="(\w+)" d="([^"]+)"', drawing):
            x = y = 0
            for command, across, down, width in re.findall(r"([Mm])(-?\d+) (\d+)h(\d+)", path):
                x, y = (
                    (x + int(across), y + int(down)) if command == "m" else (int(across), int(down))
                )
                painted |= {(column, y): shade for column in range(x, x + int(width))}
                x += int(width)
        for x, y, number in re.findall(r'x="(\d+)" y="(\d+)">([^<]+)</text>', drawing):
            found.setdefault(number, set()).add(painted[int(x) // UNIT, int(y) // UNIT])
    return found


@pytest.mark.parametrize("given", ["ones", "random"])
def test_a_number_has_one_shade_in_train_and_in_eval_and_in_every_draw(
    app_client: TestClient, given: str
) -> None:
    query = DropoutQuery.model_validate({"input": given, "rows": 3, "columns": 4})
    asked = [
        query,
        query.replace(draw=2),
        query.replace(mode="eval"),
        query.replace(mode="eval", draw=3),
    ]
    pages = [shades(app_client, each) for each in asked]
    together = {
        number: set().union(*(page.get(number, set()) for page in pages)) for number in pages[0]
    }
    assert len(together) > 1
    assert {len(each) for each in together.values()} == {1}
    assert pages[0].keys() & pages[2].keys()
    assert all((shade == {"z"}) == (number == "0") for number, shade in together.items())


def test_where_no_mask_was_drawn_none_is_shown(app_client: TestClient) -> None:
    page = Page.of(app_client.get(DropoutQuery(left="dropout_layers.ListDropout", mode="eval").url))
    captions = [each.text.strip() for each in page.all("figcaption")]
    assert captions.count("mask") == 1  # of the left, which goes on drawing
    assert captions.count("output") == 2
    assert page.text.count("No mask was drawn.") == 1
    equations_shown = [
        each.text.strip() for each in page.all("output") if "for" not in each.attributes
    ]
    assert equations_shown[1] == "1 → 1"
    drawn = Page.of(app_client.get(DropoutQuery(p=0).url))  # it is on, and keeps everything
    assert [each.text.strip() for each in drawn.all("figcaption")].count("mask") == 2
    assert "No mask was drawn" not in drawn.text


@pytest.mark.parametrize(
    ("left", "right", "given", "shown"),
    [
        (
            "dropout_layers.TorchDropout",
            "dropout.DropoutNet",
            "ones",
            "p rows columns input cell rate",
        ),
        ("dropout.DropoutNet", "dropout_layers.TorchDropout", "own", "p input cell rate"),
        ("dropout.DropoutNet", "dropout.DropoutListNet", "ones", "cell rate"),
        ("containers.BadListNet", "activations.MyReLU", "ones", ""),
    ],
)
def test_a_control_is_shown_where_it_acts(
    app_client: TestClient, left: str, right: str, given: str, shown: str
) -> None:
    query = DropoutQuery.model_validate(
        {"left": left, "right": right, "input": given, "p": 0.3, "rows": 7}
    )
    page = Page.of(app_client.get(query.url))
    fields = [each.attributes for each in page.fields("toolbar")]
    seen = [field["name"] for field in fields if field.get("type") != "hidden"]
    assert [name for name in DropoutQuery.controls if name in seen] == shown.split()
    names = [field["name"] for field in fields]
    assert len(names) == len(set(names))
    # Neither what is empty is sent, nor how the page is shown.
    as_always = {"x", "left_device", "right_device", *SHOWN}
    assert {*names, *as_always} == set(DropoutQuery.model_fields)
    assert DropoutQuery.model_validate(dict(parse_qsl(urlsplit(page.form).query))) == query


def test_the_controls_of_a_model_that_raises_stay(course: Course) -> None:
    course.write(
        "own.py",
        "from torch import nn\nclass Bad(nn.Dropout):\n"
        "    def forward(self, x):\n        raise ValueError\n",
    )
    page = Page.of(course.open().get(DropoutQuery(left="own.Bad", right="own.Bad", rows=3).url))
    named = {
        each.attributes["name"]
        for each in page.all("input")
        if each.attributes.get("type") != "hidden"
    }
    assert {"p", "rows", "columns", "cell", "rate"} <= named


def test_a_dropout_without_a_scale_is_not_given_one(course: Course) -> None:
    course.write(
        "own.py",
        """
import torch
from torch import nn

class GaussianDropout(nn.Module):
    def forward(self, x):
        return x * (1 + torch.randn_like(x)) if self.training else x

class NoDropout(nn.Module):
    def forward(self, x):
        return x * torch.rand_like(x) * float("nan")
""",
    )
    query = DropoutQuery(left="own.GaussianDropout", right="own.NoDropout", rows=2, columns=2)
    client = course.open()
    told = Page.of(client.get(query.url)).text
    assert "GaussianDropout itself draws random numbers, and no mask can be read off" in told
    assert "NoDropout multiplies everything by NaN" in told
    assert "1/(1" not in told
    assert "No p is known" in told  # of NoDropout
    in_eval = DropoutQuery.model_validate({**query.model_dump(), "mode": "eval"})
    after = Page.of(client.get(in_eval.url)).text
    assert "GaussianDropout passes its input on, bit for bit." in after


# Charts


def test_the_axis_grows_with_the_draws_and_lines_stay_short() -> None:
    few, many = (
        means([[1.0] * n, [0.5] * n], [[1.0] * n, [0.5] * n], {"input": 1.0}) for n in (3, 1500)
    )
    assert few.x_ticks[-1].text == "10"
    assert many.x_ticks[-1].text == "2,000"
    for side in many.sides:
        assert len(side.average.split()) <= MOST_POINTS + 1
    assert few.levels[0].at == few.sides[0].end[1]  # type: ignore[index]


def test_labels_keep_apart_and_lines_inside() -> None:
    values = [0.98, 1.02, nan, 1.0]
    chart = means([values, values], [values, values], {"input": 1.0, "none": nan})
    a, b = (side.label for side in chart.sides)
    assert abs(a - b) >= 40
    assert [level.text for level in chart.levels] == ["input"]
    points = [
        point.split(",")
        for side in chart.sides
        for point in (side.each + " " + side.average).split()
    ]
    assert len(points) == 2 * 2 * 3
    assert all(
        chart.left <= float(x) <= chart.right and chart.top <= float(y) <= chart.bottom
        for x, y in points
    )
    assert all(low.at > high.at for low, high in pairwise(chart.y_ticks))
    nothing = means([[nan]], [[nan]], {})
    assert nothing.sides[0].end is None


def test_levels_that_nearly_meet_share_a_name() -> None:
    near = means([[1.0, 0.0]], [[1.0, 0.5]], {"(1 − p) × input": 0.02, "input": 0.04})
    assert [level.text for level in near.levels] == ["input, (1 − p) × input", ""]
    apart = means([[1.0, 0.0]], [[1.0, 0.5]], {"(1 − p) × input": 0.5, "input": 1.0})
    assert [level.text for level in apart.levels] == ["input", "(1 − p) × input"]


@pytest.mark.parametrize(
    ("n", "p"), [(50, 0.5), (2048, 0.1), (5, 0.5), (1, 0.5), (50, 0.0), (50, 1.0)]
)
def test_bars_stand_where_their_fraction_does(n: int, p: float) -> None:
    outcomes = [round(n * p)] * 3
    drawn = bars(counted(outcomes, n, p), n, p, 0.1, outcomes[-1])
    (x, width), *others = re.findall(r"M([\d.]+) \d+v[-\d.]+h([\d.]+)", drawn.bars)
    assert others == []
    assert drawn.now is not None
    assert float(x) - 1 <= drawn.now <= float(x) + float(width) + 1
    assert drawn.band[0] <= drawn.at <= drawn.band[1]
    assert all(0 <= tick.at <= drawn.width for tick in drawn.ticks)
