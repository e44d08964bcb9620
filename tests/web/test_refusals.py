"""A refusal names the parameter, the value and what it accepts, and leads to what works."""

from collections.abc import Hashable, Iterator
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from chosen import of_each_kind
from rollcall.core.pair_query import PairQuery
from rollcall.experiments import EXPERIMENTS
from web.course import Course
from web.page import Page


class Wrong(NamedTuple):
    """A query that must be refused because of one parameter."""

    path: str
    parameter: str
    value: str
    times: int = 1

    @property
    def query(self) -> str:
        return "&".join([f"{self.parameter}={quote(self.value)}"] * self.times)

    def __str__(self) -> str:
        return f"{self.path}-{self.parameter}={self.value[:20]}" + (
            f"-{self.times}-times" if self.times > 1 else ""
        )


def wrong_queries() -> Iterator[Wrong]:
    """For every parameter of every experiment, what its schema excludes and what names nothing."""
    for experiment in EXPERIMENTS.values():
        path = experiment.query.path
        yield Wrong(path, "colour", "red")
        for name, schema in experiment.query.model_json_schema()["properties"].items():
            yield from (Wrong(path, name, *bad) for bad in wrong_values(schema))
    pairs = [each.query.path for each in EXPERIMENTS.values() if issubclass(each.query, PairQuery)]
    for path, side, value in product(
        pairs, ("left", "right"), ("containers.NoSuchNet", "nofile.BadListNet", "")
    ):
        yield Wrong(path, side, value)
    for path, value in product(pairs, ("cuda:99", "meta", "CPU")):
        yield Wrong(path, "device", value)
    for path, side in product(pairs, ("left_device", "right_device")):
        yield Wrong(path, side, "cuda:99")


def wrong_values(schema: dict[str, Any]) -> Iterator[tuple[str, int]]:
    if "maximum" in schema:
        yield from (
            (str(value), 1) for value in (schema["minimum"] - 1, schema["maximum"] + 1, "some", "")
        )
    if schema.get("type") == "integer":
        yield "1.5", 1
    if "enum" in schema:
        yield from (("nonsense", 1), ("", 1))
    if "pattern" in schema:
        yield "!!", 1
    if "maxLength" in schema:
        yield "a." + "b" * schema["maxLength"], 1
    if "maxItems" in schema:
        yield "layers[0]", schema["maxItems"] + 1
        yield "x" * (schema["items"]["maxLength"] + 1), 1
        yield "no.such.path", 1


def page_of(wrong: Wrong) -> str:
    return wrong.path


def problem(wrong: Wrong) -> Hashable:
    """What all pages share is refused by the same code; a parameter of its own by a page's."""
    if wrong.parameter in PairQuery.model_fields or wrong.parameter == "colour":
        return wrong[1:]
    return wrong


REFUSED = of_each_kind(wrong_queries(), problem, page_of)


@pytest.mark.parametrize("wrong", REFUSED, ids=str)
def test_refusal(app_client: TestClient, wrong: Wrong) -> None:
    page = Page.of(refused := app_client.get(f"{wrong.path}?{wrong.query}"))
    twin = app_client.get(f"{wrong.path}.json?{wrong.query}")
    assert (refused.status_code, twin.status_code) == (422, 422)
    assert f"{wrong.parameter}=" in page.text
    assert wrong.value in page.text
    assert "It accepts" in page.text
    [told] = twin.json()["parameters"]
    assert told["parameter"] == wrong.parameter
    assert wrong.value in told["value"]
    assert told["problem"]
    assert "pattern" not in told["problem"]  # nobody reads a regular expression
    assert told["accepts"]
    [nearest] = [each.attributes["href"] for each in page.all("a") if "nearest" in each.text]
    assert app_client.get(nearest).status_code == 200
    assert app_client.get(twin.json()["nearest"]).status_code == 200


def test_many_choices_do_not_push_away_what_helps(app_client: TestClient) -> None:
    names = app_client.get("/registry?left=no.Such").text
    assert "<details>" in names
    assert "<code>containers.BadListNet</code>" in names
    few = app_client.get("/registry?device=cuda:99").text
    assert "<details>" not in few
    assert "<code>cpu</code>" in few


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        (
            "left=containers.BadLisNet&seed=7",
            "left=containers.BadListNet&right=containers.ModuleListNet&seed=7",
        ),
        ("left=no.Such&right=dropout.MyDropot&device=cuda:99&seed=-1", "right=dropout.MyDropout"),
        ("left=dropout.MyDropout&seed=-1&eval=layers[9]", "left=dropout.MyDropout"),
        ("seed=-1&mode=eval&eval=layers[0]", "seed=0&mode=eval&device=cpu&eval=layers[0]"),
        ("sed=3&mode=eval", "seed=0&mode=eval"),
    ],
)
def test_nearest_experiment_keeps_what_was_right(
    app_client: TestClient, wrong: str, kept: str
) -> None:
    nearest = app_client.get(f"/registry.json?{wrong}").json()["nearest"]
    assert kept in nearest
    assert app_client.get(nearest).status_code == 200


def test_misspelt_parameter(app_client: TestClient) -> None:
    assert "did you mean seed?" in Page.of(app_client.get("/registry?sed=3")).text


def test_all_that_is_wrong_is_told_at_once(app_client: TestClient) -> None:
    told = app_client.get("/registry.json?seed=x&mode=y&colour=red").json()["parameters"]
    assert {each["parameter"] for each in told} == {"seed", "mode", "colour"}


@pytest.mark.parametrize("path", ["/registry", "/exam", "/exam.json"])
def test_thousands_of_wrong_parameters_make_a_short_page(app_client: TestClient, path: str) -> None:
    answer = app_client.get(f"{path}?" + "&".join(f"p{i}=" for i in range(5000)))
    assert answer.status_code == 422
    assert len(answer.content) < 50_000


def test_what_a_page_accepts_is_found_out_once(
    app_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty wrong parameters would keep all others waiting for as long as some pages take."""
    query, made = EXPERIMENTS["registry"].query, []
    schema = query.model_json_schema

    def counted() -> dict[str, Any]:
        made.append(query)
        return schema()

    monkeypatch.setattr(query, "model_json_schema", counted)
    for number in range(2):
        refused = app_client.get(f"/registry?seed=-1&p{number}=1&mode=y")
        assert refused.status_code == 422
    assert len(made) <= 1  # or another test has asked before


def test_what_is_wrong_is_told_and_not_a_version_of_a_model(app_client: TestClient) -> None:
    url = "/registry.json?left=containers.ModuleListNet.broken1&device=cuda:99"
    told = app_client.get(url).json()["parameters"]
    assert [each["parameter"] for each in told] == ["device"]


def test_what_is_wrong_is_told_where_models_are_left_out_that_are_not_served(
    course: Course,
) -> None:
    course.write("net.py", "from torch import nn\nclass Net(nn.Linear):\n    pass\n")
    answer = course.open().get("/registry.json?right_device=null", follow_redirects=False)
    assert answer.status_code == 422
    assert [each["parameter"] for each in answer.json()["parameters"]] == ["right_device"]
