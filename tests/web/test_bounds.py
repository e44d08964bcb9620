"""At the bounds of a query a page answers, and builds no link that its own query refuses."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from chosen import some
from rollcall.core.pair_query import PairQuery
from rollcall.experiments import EXPERIMENTS, Experiment
from web.course import Course
from web.page import Page

ALL = list(EXPERIMENTS.values())
MODELS = (
    "containers.BadListNet",
    "dropout.DropoutListNet",
    "linear.MyLinear",
    "exercises.YourReLU",
)
DEVICES = ("cpu", "simulated", "cuda:99")
PATHS = ("layers[0]", "layers[1]", "dropouts[0]", "no.such.path")

each_experiment = pytest.mark.parametrize(
    "experiment", ALL, ids=[experiment.name for experiment in ALL]
)


def extremes(name: str, schema: dict[str, Any]) -> list[Any]:
    """Values of one parameter at and around its bounds."""
    if name in ("left", "right"):
        return list(MODELS)
    if name == "device":
        return list(DEVICES)
    if "maximum" in schema:
        return [schema["minimum"], schema["maximum"], schema["maximum"] + 1]
    if "enum" in schema:
        return list(schema["enum"])
    if "maxItems" in schema:
        return [[path] * schema["maxItems"] for path in PATHS] + [
            ["x" * schema["items"]["maxLength"]]
        ]
    return [schema["default"], "99,99", "1,2", "", "9" * schema.get("maxLength", 9)]


# 2,000 draws of two models cost five seconds: on the left nothing is drawn.
CHEAPER: dict[str, dict[str, Any]] = {
    "dropout": {"left": "containers.BadListNet"},
    "training": {"steps": 3},
}


def addresses(experiment: Experiment, asked: dict[str, Any]) -> Iterator[str]:
    for suffix in ("", ".json"):
        yield f"{experiment.query.path}{suffix}?{urlencode(asked, doseq=True)}"


def parameters(experiment: Experiment) -> dict[str, list[Any]]:
    fields = experiment.query.model_json_schema()["properties"]
    return {name: extremes(name, schema) for name, schema in fields.items()}


def tried(experiment: Experiment) -> Iterator[tuple[str, list[Any]]]:
    """All values of its own parameters, and some of those that it shares: others elsewhere.

    Of two parameters with the same words, such as those of the left and of the right, each has
    some, and the other the rest.
    """
    at = ALL.index(experiment)
    own = parameters(experiment)
    for name, values in own.items():
        twins = [other for other in own if own[other] == values and isinstance(values[0], str)]
        if name in PairQuery.model_fields:
            values = some(values, 3, first=at)
        elif len(twins) > 1:
            values = some(values, len(twins), first=twins.index(name))
        if values:
            yield name, values


@each_experiment
def test_one_parameter_at_its_bounds(app_client: TestClient, experiment: Experiment) -> None:
    """Every value on the page; of each parameter some in JSON, the largest among them."""
    for name, values in tried(experiment):
        in_json = some(values, 3, first=min(1, len(values) - 1))
        for value in values:
            asked = CHEAPER.get(experiment.name, {}) | {name: value}
            page, twin = addresses(experiment, asked)
            assert app_client.get(page).status_code in (200, 422), page
            assert value not in in_json or app_client.get(twin).status_code in (200, 422), twin


@each_experiment
@given(st.data())
@settings(
    max_examples=3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_several_parameters_at_their_bounds(
    app_client: TestClient, experiment: Experiment, data: st.DataObject
) -> None:
    choices = {name: st.sampled_from(values) for name, values in parameters(experiment).items()}
    drawn = data.draw(st.fixed_dictionaries({}, optional=choices))
    asked = CHEAPER.get(experiment.name, {}) | drawn
    for address in addresses(experiment, asked):
        assert app_client.get(address).status_code in (200, 422), address


# Models that are larger than an address

LARGE = """
import torch
from torch import nn
from torch.nn import functional as F

class Many(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(10, 10) for _ in range(70))

    def forward(self, x):
        return self.layers[0](x)

class Long(nn.Module):
    def __init__(self):
        super().__init__()
        self.add_module("a" * 201, nn.Linear(10, 10))

    def forward(self, x):
        return getattr(self, "a" * 201)(x)

class Drops(nn.Module):
    def __init__(self, p=0.1):
        super().__init__()
        self.layer = nn.Linear(10, 10)
        self.p = p

    def forward(self, x):
        x = self.layer(x)
        for _ in range(230):
            x = F.dropout(x, self.p, self.training)
        return x
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("large") / "course", clients)
        course.write("large.py", LARGE)
        yield course.open()


def ask(client: TestClient, path: str, model: str, **more: object) -> Page:
    answer = client.get(f"{path}?{urlencode({'left': model, 'right': model, **more}, doseq=True)}")
    assert answer.status_code == 200, answer.url
    return Page.of(answer)


def badges(page: Page) -> dict[str, str | None]:
    """Where the badge of each module of the left column leads."""
    named = {each.attributes.get("id", ""): each.attributes.get("href") for each in page.elements}
    return {
        name.removeprefix("left-mode-"): url
        for name, url in named.items()
        if name.startswith("left-mode-")
    }


@pytest.mark.parametrize("path", ["/registry", "/modes"])
def test_a_call_more_than_an_address_holds_has_no_link(large: TestClient, path: str) -> None:
    page = ask(large, path, "large.Many", eval=[f"layers.{i}" for i in range(64)], mode="train")
    leads = badges(page)
    assert [name for name, url in leads.items() if url is None] == ["layers.64"]  # to 69 alike
    for name in (
        "model",
        "layers",
        "layers.0",
    ):  # an outer call takes the place of those within, a contrary one too
        assert large.get(leads[name] or "").status_code == 200


@pytest.mark.parametrize("path", ["/registry", "/modes"])
def test_the_same_call_again_and_again_is_one(large: TestClient, path: str) -> None:
    leads = badges(ask(large, path, "large.Many", eval=["layers.0"] * 64, mode="train"))
    assert None not in leads.values()
    assert (leads["layers.1"] or "").endswith("&device=cpu&eval=layers.0&eval=layers.1")


@pytest.mark.parametrize("path", ["/registry", "/modes"])
def test_a_path_that_is_longer_than_an_address_takes_has_no_link(
    large: TestClient, path: str
) -> None:
    leads = badges(ask(large, path, "large.Long"))
    assert [name for name, url in leads.items() if url is None] == ["a" * 201]


def test_dropouts_that_no_address_reaches_have_no_link(large: TestClient) -> None:
    page = ask(large, "/dropout", "large.Drops", call=200)
    assert "200 of 230" in page.text
    onward = {each.attributes["href"] for each in page.all("a") if "of 230, next" in each.text}
    assert {url.partition("&call=")[2].partition("&")[0] for url in onward} == {"1"}
    masks = [
        link
        for link in ask(large, "/forward", "large.Drops").links
        if "/dropout?" in link and "call=" in link
    ]
    assert masks
    assert all(large.get(link).status_code == 200 for link in sorted(masks)[::50])


def test_a_model_whose_name_is_too_long_for_an_address_is_a_problem_of_its_file(
    course: Course,
) -> None:
    name = "N" * 230
    course.write(
        "long.py",
        f"from torch import nn\nclass {name}(nn.Module): pass\nclass Net(nn.Linear):\n    pass\n",
    )
    client = course.open()
    answer = client.get("/")
    assert answer.status_code == 200
    assert "long.py" in Page.of(answer).text
    assert f"{name} cannot be asked for" in Page.of(answer).text
