"""The page of findings over a course of a test's own."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient

from rollcall.lectures.named_targets import named_targets
from web.course import Course
from web.page import Page

BUGGY = """
import pathlib, time
from torch import nn
from helpers import Part


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4)]

    def forward(self, x):
        return self.layers[0](x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.part = Part()
        self.twice = nn.ModuleList([nn.Linear(4, 4)] * 2)

    def forward(self, x):
        return self.twice[1](self.twice[0](self.part(self.block(x))))


class Meant(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 2)
        self.hidden = [nn.Linear(4, 4)]  # rollcall: ignore[never trained]

    def forward(self, x):
        return self.out(self.hidden[0](x))


class Hangs(nn.Module):
    def forward(self, x):
        while not pathlib.Path(__file__).with_name("go").exists():
            time.sleep(0.01)
        return x
"""
HELPERS = """
from torch import nn


class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.drops = [nn.Dropout(0.5)]

    def forward(self, x):
        return self.drops[0](x)
"""
TITLE = (
    r"What training misses \d|What train\(\) and eval\(\) miss \d|May be meant \d"
    r"|Not looked at \d|Ignored by a comment \d"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Own files beside no course; one model waits for a file."""
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("served") / "own", clients)
        course.write("buggy.py", BUGGY)
        course.write("helpers.py", HELPERS)
        named = named_targets([str(course.folder / "buggy.py")], course=None)
        yield course.open(targets=named.targets, seconds=3.0)


def test_a_hanging_model_costs_its_own_entry(served: TestClient) -> None:
    report = served.get("/findings.json").json()
    assert [model["class_name"] for model in report["models"]] == ["Net", "Meant", "Block"]
    assert report["silent"] == {"buggy.Hangs": "the models did not answer within 3 seconds"}
    files = {finding["file"] for model in report["models"] for finding in model["findings"]}
    assert files == {"buggy.py", "helpers.py"}


def test_the_page_ranks_and_links(served: TestClient) -> None:
    served.get("/findings.json")  # now all is known
    page = Page.of(served.get("/findings"))
    assert re.findall(TITLE, page.text) == [
        "What training misses 1",
        "What train() and eval() miss 1",
        "May be meant 1",
        "Not looked at 1",
        "Ignored by a comment 1",
    ]
    assert "3 findings in 3 models" in page.text
    assert "also in Block" in page.text
    line = next(n for n, text in enumerate(BUGGY.splitlines(), 1) if "ignore[" in text)
    assert f"Meant buggy.py, line {line}: never trained" in page.text
    links = [each.attributes.get("href", "") for each in page.all("a")]
    proofs = [link for link in links if "left=buggy.Net" in link and "saving" not in link]
    assert served.get(proofs[-1], follow_redirects=True).status_code == 200
    assert 'id="waiting"' not in served.get("/findings").text
    assert 'href="/findings"' in served.get("/").text


def test_the_first_finding_of_ones_own(served: TestClient) -> None:
    answer = served.get("/findings/first")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/registry?left=buggy.Net&right=buggy.Net.fixed&")


def test_without_a_finding_it_leads_to_the_lessons(app_client: TestClient) -> None:
    assert app_client.get("/findings/first").headers["location"] == "/"
