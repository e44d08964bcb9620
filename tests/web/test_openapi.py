"""The description of the API tells the truth: each answer is one that it names, as it names it."""

from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from rollcall.lab.choices import Choices
from web.course import Course
from web.described import assert_described, resolved

NOT_FINITE = """
from torch import nn


class Far(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)

    def forward(self, x):
        return super().forward(x) * 1e30 * 1e30 - float("inf")
"""
PAIR = "left=far.Far&right=far.Far"
FIRST = next(iter(EXPERIMENTS.values())).query.path
STREAM = next(each for each in EXPERIMENTS.values() if each.play).query.path + ".stream"
FILE = next(each for each in EXPERIMENTS.values() if each.download).query.path + ".py"
PARTIAL = {"HX-Request-Type": "partial"}


@pytest.fixture(scope="module")
def described(app_client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = app_client.get("/openapi.json").json()
    return document


def test_every_json_is_what_the_document_says(described: dict[str, Any], course: Course) -> None:
    course.write("far.py", NOT_FINITE)
    client = course.open()
    told = ""
    for path in described["paths"]:
        if path.endswith(".json"):
            named = path.startswith(("/loops", "/exam", "/catalog", "/findings", "/openapi"))
            answer = client.get(path if named else f"{path}?{PAIR}")
            assert_described(answer, described)
            told += answer.text
    for word in ('"NaN"', '"Infinity"', '"-Infinity"'):
        assert word in told


@pytest.mark.parametrize(
    ("url", "headers", "status"),
    [
        (FIRST, {}, 200),
        (FIRST, PARTIAL, 200),
        (f"{FIRST}.json", {"Accept": "text/html"}, 200),
        (FILE, {}, 200),
        ("/healthz", {}, 200),
        ("/exam", PARTIAL, 200),
        ("/findings/first", {}, 303),
        ("/?lesson=7.2", {"If-None-Match": "*"}, 304),
        (f"{FIRST}.json", {"If-None-Match": "*"}, 304),
        (FIRST, {"Host": "elsewhere.example"}, 400),
        (f"{FIRST}?seed=x", {}, 422),
        (f"{FIRST}?seed=x", PARTIAL, 422),
        (f"{FIRST}?left=no.Net", {"Accept": "application/json"}, 422),
        (f"{FIRST}.json?colour=red", {}, 422),
        (f"{STREAM}?seed=-1", {}, 422),
        (f"{STREAM}?left=no.Net", {}, 422),
        (f"{FILE}?left=no.Net", {}, 422),
        ("/dropout.tab", {}, 200),
        ("/dropout.tab?colour=red", {}, 422),
        ("/exam?question=11", {}, 422),
        ("/exam.json?answer=9", {}, 422),
    ],
)
def test_every_answer_is_named(
    app_client: TestClient,
    described: dict[str, Any],
    url: str,
    headers: dict[str, str],
    status: int,
) -> None:
    answer = app_client.get(url, headers=headers, follow_redirects=False)
    assert answer.status_code == status
    assert_described(answer, described)


def test_it_names_the_models_and_devices_that_are_served(
    app_client: TestClient, described: dict[str, Any]
) -> None:
    choices = Choices.model_validate_json(app_client.get("/catalog.json").content)
    for experiment in EXPERIMENTS.values():
        operation = described["paths"][experiment.query.path]["get"]
        schemas = {each["name"]: each["schema"] for each in operation["parameters"]}
        offered = choices.contents.offered(experiment.subjects)
        for side in ("left", "right"):
            named = jsonschema.Draft202012Validator(resolved(described, schemas[side]))
            assert all(map(named.is_valid, [*offered, schemas[side]["default"]]))
            assert not named.is_valid("no.Net")
        assert set(choices.devices) <= set(schemas["device"]["enum"])
        assert "" in schemas["left_device"]["enum"]


def test_of_other_models_it_names_those(course: Course) -> None:
    course.write("far.py", NOT_FINITE)
    client = course.open()
    document = client.get("/openapi.json").json()
    assert document["components"]["schemas"]["ServedModel"]["anyOf"][0]["enum"] == ["far.Far"]
    sides = document["paths"]["/registry"]["get"]["parameters"][:2]
    assert [side["schema"]["default"] for side in sides] == ["far.Far", "far.Far"]
    course.write("near.py", NOT_FINITE)
    assert "near.Far" in client.get("/openapi.json").text
