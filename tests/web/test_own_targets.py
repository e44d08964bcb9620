"""Own files beside the built-in course: on the first page, in the picker, and never beside it."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rollcall.folders import MODELS
from rollcall.lectures.exercise_files import write_exercises
from rollcall.lectures.loading import load
from rollcall.lectures.named_targets import named_targets
from rollcall.main import create_app
from web.course import GENEROUS
from web.page import Page

OWN = """
from torch import nn

print("reading <data>")

class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.held = {"parts": [Part()]}  # no rule mends that

    def forward(self, x):
        return self.held["parts"][0].layer(x)

class MultiScaleResidualAttentionNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 2)]

    def forward(self, x):
        return self.layers[0](x)

class Needy(nn.Module):
    def __init__(self, width):
        super().__init__()
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    here = tmp_path_factory.mktemp("here")
    (here / "own.py").write_text(OWN)
    (here / "needy.py").write_text(OWN.split("class Part")[0] + "class N" + OWN.split("class N")[2])
    write_exercises(MODELS, here / "mine")
    named = ["own.py", "needy.py", "own:nope", "mine"]
    targets = named_targets(named, MODELS, here).targets
    app = create_app(targets, workers=1, seconds=GENEROUS)
    with TestClient(app, "http://localhost", follow_redirects=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def first_page(client: TestClient) -> Page:
    return Page.of(client.get("/"))


def test_the_first_page_shows_own_files_before_the_course(first_page: Page) -> None:
    titles = [heading.text.strip() for heading in first_page.all("h2")]
    assert titles[:2] == ["own.py", "needy.py"]
    first_of_course = load(MODELS).contents.chapters[0].title
    assert titles.index("own.py") < titles.index(first_of_course)
    text = " ".join(first_page.text.split())
    assert "Net made of Part" in text
    assert "Needy needs width" in text
    assert '[[chapter]] file = "own" models.Needy.args = [16]' in text
    assert "own.py printed this while it was run reading <data>" in text
    assert "exercises.py: YourLinear" in text
    assert "own:nope: LookupError: there is no 'nope' in it" in text
    # The lecture begins where it does without them, and its steps keep their numbers.
    onward = [each for each in first_page.all("a") if each.attributes.get("rel") == "next"]
    assert "lesson=1.1" in str(onward[0].attributes["href"])


def test_a_model_opens_beside_itself_and_never_beside_one_of_the_course(
    client: TestClient, first_page: Page
) -> None:
    answer = client.get("/registry?left=own.Net&seed=3")
    assert answer.status_code == 307
    address = answer.headers["location"]
    assert "left=own.Net&right=own.Net&seed=3" in address
    (link,) = [each for each in first_page.all("a") if each.text.strip() == "Net"]
    assert "left=own.Net&right=own.Net" in str(link.attributes["href"])
    page = Page.of(client.get(address))
    assert "After one step of SGD Nothing changed: SGD raises ValueError" in " ".join(
        page.text.split()
    )
    assert "Net stands beside itself: no rule mends what was found" in " ".join(page.text.split())
    groups = [each.attributes["label"] for each in page.all("optgroup")]
    assert groups[0] == "own.py"
    assert "needy.py" not in groups  # nothing of it can be picked
    swapped = client.get("/saving.json?right=own.Net").headers["location"]
    assert "/saving.json?left=own.Net&right=own.Net" in swapped
    # One of the course keeps the default beside it, as without own files.
    assert client.get("/registry.json?left=linear.MyLinear").json()["query"]["right"] == (
        "containers.ModuleListNet"
    )


def test_a_long_name_keeps_what_tells_it_from_its_fix(client: TestClient) -> None:
    left = "own.MultiScaleResidualAttentionNet"
    page = Page.of(client.get(f"/registry?left={left}&right={left}.fixed"))
    names = [
        each.text.strip() for each in page.all("span") if each.attributes.get("class") == "whole"
    ]
    assert names == ["MultiScaleResidualAttentionNet", "MultiScaleResidualAttentionNet, fixed"]
    assert 'class="whole"' not in client.get("/registry?left=own.Net&right=own.Net").text


def test_exercises_of_ones_own_are_no_exercises_of_the_course(client: TestClient) -> None:
    contents = client.get("/catalog.json").json()["contents"]
    chapter = next(each for each in contents["chapters"] if each["file"] == "mine/exercises")
    # The course has chapters of the same titles, in the picker, too.
    titles = [each["title"] for each in contents["chapters"]]
    assert len(set(titles)) == len(titles)
    lesson = chapter["lessons"][0]
    answer = client.get(f"/exercise?left={lesson['left']}")  # it stands beside its solution
    assert f"right={lesson['right']}&" in answer.headers["location"]
    page = Page.of(client.get(answer.headers["location"]))
    links = [each.attributes["href"] for each in page.all("a")]
    asked = [str(link) for link in links if str(link).startswith("/exercise?left=")]
    assert len(asked) > 5
    assert all("left=mine/" in link for link in asked)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("own:nope", "own:nope cannot be loaded"),
        ("own.Needy", "This experiment cannot be run as asked"),
        ("/etc/passwd.Net", "This experiment cannot be run as asked"),
        ("mine/../own.Net", "This experiment cannot be run as asked"),
    ],
)
def test_what_is_not_served_is_refused(client: TestClient, model: str, told: str) -> None:
    answer = client.get(f"/registry?left={model}&right={model}")
    assert answer.status_code == 422
    assert told in Page.of(answer).text
