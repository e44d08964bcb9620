"""The registry page of a model that does not fit: folded, opened by a link, searched."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient

from rollcall.experiments.registry.experiment import RegistryQuery
from web.course import Course
from web.page import Element, Page

BLOCKS = """
from torch import nn

class Block(nn.Module):
    def __init__(self, odd):
        super().__init__()
        self.norm = nn.LayerNorm(8)
        self.mix = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Dropout(0.1))
        if odd:
            self.spare = [nn.Linear(8, 8)]

    def forward(self, x):
        return x + self.mix(self.norm(x))

class Good(nn.Module):
    odd = None

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(place == self.odd) for place in range(12)])
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)

class Odd(Good):
    odd = 5
"""
PAIR = RegistryQuery(left="net.Odd", right="net.Good")


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A course of the two models that do not fit."""
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("blocks") / "course", clients)
        course.write("net.py", BLOCKS)
        yield course.open()


def asked(client: TestClient, query: RegistryQuery) -> Page:
    answer = client.get(query.url)
    assert answer.status_code == 200
    return Page.of(answer)


def nodes(page: Page) -> list[str]:
    """The names in both trees, the left one first."""
    named = [each for each in page.all("span") if each.attributes.get("class") == "name"]
    return [each.text.strip() for each in named]


def toggles(page: Page) -> list[Element]:
    """The links that open or close a line."""
    return [each for each in page.all("a") if "toggle" in each.attributes.get("class", "")]


def test_a_block_that_hides_something_stands_out(blocks: TestClient) -> None:
    names = nodes(asked(blocks, PAIR))
    left, right = names[: names.index("Good")], names[names.index("Good") :]
    for name in ("blocks.0-4", "blocks.5", "blocks.5.spare[0]", "blocks.6-11", "head"):
        assert name in left
    assert "blocks.0-11" in right


def test_a_line_opens_by_a_link_and_closes_by_another(blocks: TestClient) -> None:
    page = asked(blocks, PAIR)
    closed = toggles(page)[0]
    assert closed.text == "3 modules, 2 tensors"
    opened = Page.of(blocks.get(closed.attributes["href"]))
    assert nodes(opened).index("Good") == nodes(page).index("Good") + 3
    back = next(each for each in toggles(opened) if each.text == "close")
    assert back.attributes["id"] == closed.attributes["id"]
    assert nodes(Page.of(blocks.get(back.attributes["href"]))) == nodes(page)


def test_a_search_shows_what_it_finds_and_what_is_around(blocks: TestClient) -> None:
    names = nodes(asked(blocks, PAIR.replace(find="Dropout")))
    assert names[:5] == ["Odd", "blocks", "blocks.0", "blocks.0.mix", "blocks.0.mix.2"]
    assert len(names) == 2 * (2 + 3 * 12)
    page = asked(blocks, PAIR.replace(find="unregistered linear"))
    assert nodes(page) == ["Odd", "blocks", "blocks.5", "blocks.5.spare[0]"]
    assert "1 module found" in page.text
    assert "0 modules found" in page.text


def test_a_search_keeps_what_else_the_address_says(blocks: TestClient) -> None:
    query = PAIR.replace(eval=("blocks.2",), open=("blocks.3",), seed=4)
    fields = [
        (each.attributes["name"], each.attributes["value"])
        for each in asked(blocks, query).all("input")
        if each.attributes.get("type") == "hidden"
    ]
    for field in (("eval", "blocks.2"), ("open", "blocks.3"), ("seed", "4"), ("left", "net.Odd")):
        assert field in fields


SMALL = """
from torch import nn

class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(4, 2))
"""


def test_a_small_pair_is_not_searched(course: Course) -> None:
    course.write("net.py", SMALL)
    client = course.open()
    pair = RegistryQuery(left="net.Net", right="net.Net")
    for query, forms in ((pair, ["toolbar"]), (pair.replace(find="0"), ["toolbar", "finder"])):
        found = asked(client, query).all("form")
        names = [each.attributes.get("id", "") for each in found]
        assert [name for name in names if name and not name.endswith("input-form")] == forms
