"""A page that belongs to a lesson: what is said and asked, and what is kept back."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from web.course import Course
from web.page import Page

MODELS = """
from torch import nn


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(10, 10), nn.Linear(10, 10)]
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return self.head(x)


class Registered(Listed):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(self.layers)
"""
COURSE = """
[[chapter]]
file = "own"
title = "Own"
[[chapter.lesson]]
left = "Listed"
right = "Registered"
title = "Two lists"
text = "One of the lists is no ModuleList."
[[chapter.lesson.step]]
text = "Nothing is asked here."
[[chapter.lesson.step]]
text = "Six tensors want a gradient."
ask = "How many of them does the optimizer step?"
answers = { none = 0, two = 2, six = 6 }
measured = "left.stepped_tensors"
see = "the optimizer column"
[[chapter.lesson.step]]
page = "training"
mode = "eval"
text = "Both are trained."
ask = "Which of them learns?"
answers = { "only Listed" = "left", "only Registered" = "right", "both" = "both" }
measured = "which.learned"
"""
PAIR = "left=own.Listed&right=own.Registered"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """No test saves a file of its course."""
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("strip") / "course", clients)
        course.write("own.py", MODELS)
        course.write("course.toml", COURSE)
        yield course.open()


@dataclass(frozen=True)
class Shown:
    """A page as text, and as what can be pressed on it."""

    html: str
    page: Page

    @property
    def text(self) -> str:
        return self.page.text

    def link(self, identity: str) -> str | None:
        """Where the link with this id leads."""
        for element in self.page.all("a"):
            if element.attributes.get("id") == identity:
                return element.attributes["href"]
        return None

    def within(self, tag: str, name: str) -> list[str]:
        """The words of each element of a class."""
        found = re.findall(rf'<{tag} class="{name}"[^>]*>(.*?)</{tag}>', self.html, re.DOTALL)
        return [" ".join(re.sub(r"<[^>]*>", " ", each).split()) for each in found]


def page(client: TestClient, url: str) -> Shown:
    answer = client.get(url)
    assert answer.status_code == 200
    return Shown(answer.text, Page.of(answer))


def follow(client: TestClient, shown: Shown, identity: str) -> Shown:
    """The page that a link leads to."""
    url = shown.link(identity)
    assert url
    return page(client, url)


def asked(url: str | None) -> dict[str, str]:
    assert url
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def test_the_strip_says_where_one_is_and_what_comes_next(client: TestClient) -> None:
    shown = page(client, f"/registry?{PAIR}&lesson=1.1")
    assert "Two lists Nothing is asked here." in shown.text
    assert "Own · 1 of 3" in shown.text
    assert asked(shown.link("step-on"))["lesson"] == "1.2"
    assert shown.link("step-back") is None
    second = follow(client, shown, "step-on")
    assert asked(second.link("step-back"))["lesson"] == "1.1"
    third = follow(client, second, "step-on")
    assert "Both are trained." in third.text
    assert third.link("step-on") is None


def test_what_would_give_it_away_is_not_on_the_page(client: TestClient) -> None:
    url = f"/registry?{PAIR}&lesson=1.2"
    covered, whole = page(client, url), page(client, url + "&quiz=off")
    assert "How many of them does the optimizer step?" in covered.text
    assert "self.layers=[nn.Linear(10,10)" in covered.text.replace(" ", "")
    for given_away in ("trainable numbers", "roll-call", "unregistered", "hides"):
        assert given_away in whole.html
        assert given_away not in covered.html
    assert "How many of them" not in whole.text


@pytest.mark.parametrize(
    ("answer", "verdict"), [("0", ""), ("1", "No."), ("2", "Right."), ("3", "No.")]
)
def test_an_answer_uncovers_the_page_and_is_judged_by_what_was_measured(
    client: TestClient, answer: str, verdict: str
) -> None:
    covered = page(client, f"/registry?{PAIR}&lesson=1.2")
    link = "uncover" if answer == "0" else f"answer-{answer}"
    assert asked(covered.link(link))["answer"] == answer
    shown = follow(client, covered, link)
    assert shown.within("li", "right") == ["✓ right: two"]
    (told,) = shown.within("p", "verdict")
    assert told.split() == f"{verdict} See the optimizer column.".split()
    assert "roll-call" in shown.html


def test_controls_of_a_covered_page_stand_as_before_the_call(client: TestClient) -> None:
    covered = page(client, f"/training?{PAIR}&mode=eval&lesson=1.3")
    assert re.search(r'id="mode-train"[^>]*aria-current="true"', covered.html)
    pressed = follow(client, covered, "mode-eval")
    assert "step 0 of 50" in pressed.text
    assert "Which of them learns?" in pressed.text
    assert "step 50 of 50" in follow(client, covered, "uncover").text


def test_a_sides_measure_can_ask_which(client: TestClient) -> None:
    shown = page(client, f"/training?{PAIR}&lesson=1.3&answer=2&at=500&mode=eval")
    assert shown.within("li", "right") == ["✓ right: only Registered"]


def test_who_leaves_the_path_finds_back(client: TestClient) -> None:
    on_path = page(client, f"/registry?{PAIR}&lesson=1.2")
    (tab,) = (link for link in on_path.page.links if link.startswith("/saving?"))
    away = page(client, tab)
    assert "Back to step 1.2" in away.text
    assert "How many of them" not in away.text
    assert asked(away.link("back-to-step"))["lesson"] == "1.2"
    swapped = page(client, "/registry?left=own.Registered&right=own.Listed&lesson=1.2")
    assert "Back to step 1.2" in swapped.text


def test_json_is_never_covered(client: TestClient) -> None:
    plain = client.get(f"/registry.json?{PAIR}").json()
    covered = client.get(f"/registry.json?{PAIR}&lesson=1.2").json()
    assert covered["left"] == plain["left"]
    assert covered["right"] == plain["right"]


def test_an_unknown_step_is_told(client: TestClient) -> None:
    assert "This course has no step 9.1: its last one is 1.3." in (
        page(client, f"/registry?{PAIR}&lesson=9.1").text
    )
    refused = client.get(f"/registry?{PAIR}&lesson=first")
    assert refused.status_code == 422
    assert "It accepts text such as 7.2" in Page.of(refused).text


@pytest.mark.parametrize("path", [each.query.path for each in EXPERIMENTS.values()])
def test_every_page_is_there_beside_an_unknown_step(app_client: TestClient, path: str) -> None:
    assert "This course has no step 99.1" in page(app_client, f"{path}?lesson=99.1").text


def test_a_question_that_no_answer_fits_says_what_was_measured(course: Course) -> None:
    course.write("own.py", MODELS)
    course.write("course.toml", COURSE.replace("two = 2, six = 6", "six = 6"))
    shown = page(course.open(), f"/registry?{PAIR}&lesson=1.2&answer=1")
    assert "None of these: it was 2." in shown.text


def test_a_measure_that_does_not_exist_is_told_with_those_that_do(course: Course) -> None:
    course.write("own.py", MODELS)
    course.write("course.toml", COURSE.replace("left.stepped_tensors", "left.weight"))
    client = course.open()
    told = page(client, "/").text
    assert "'left.weight' is no measure of registry" in told
    assert "stepped_tensors" in told
    assert "How many of them" not in page(client, f"/registry?{PAIR}&lesson=1.2").text
