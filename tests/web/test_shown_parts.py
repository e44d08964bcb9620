"""A page without what a lecture does not need, and who may put it into a frame."""

import pytest
from starlette.testclient import TestClient

from rollcall.core.page_parts import HIDEABLE
from rollcall.experiments import EXPERIMENTS
from rollcall.folders import MODELS
from rollcall.main import create_app
from web.page import Page

URL = "/training?left=containers.HalfListNet&right=containers.FullListNet&seed=3"
# What each part has that can be seen or pressed.
MARKS = {
    "tabs": 'aria-label="Experiments"',
    "input": 'class="input"',
    "seed": 'type="number" min="0" max="4294967295"',
    "code": 'id="code-switch"',
    "controls": '<div class="own-controls" hidden>',
}


@pytest.mark.parametrize("part", MARKS)
def test_a_part_can_be_left_out(app_client: TestClient, part: str) -> None:
    whole, without = (
        " ".join(app_client.get(url).text.split()) for url in (URL, f"{URL}&hide={part}")
    )
    if part == "controls":  # they are there all the same: what they say is part of the query
        whole, without = without, whole
    assert MARKS[part] in whole
    assert MARKS[part] not in without


def test_what_is_hidden_travels_along(app_client: TestClient) -> None:
    page = Page.of(app_client.get(f"{URL}&hide={','.join(HIDEABLE)}&bare=1"))
    sent = {
        each.attributes["name"]: each.attributes.get("value") for each in page.fields("toolbar")
    }
    assert sent["seed"] == "3"
    assert sent["hide"] == "tabs,input,controls,seed,device,code"
    assert sent["bare"] == "1"
    (swap,) = (each for each in page.all("a") if each.attributes.get("id") == "swap")
    assert "hide=tabs,input" in swap.attributes["href"].replace("%2C", ",")


@pytest.mark.parametrize("path", [each.query.path for each in EXPERIMENTS.values()])
def test_a_bare_page_has_no_masthead(app_client: TestClient, path: str) -> None:
    assert 'class="masthead"' in app_client.get(path).text
    assert 'class="masthead"' not in app_client.get(f"{path}?bare=1").text


def test_a_part_that_is_none_is_refused_with_those_that_are(app_client: TestClient) -> None:
    answer = app_client.get(f"{URL}&hide=seed,footer")
    assert answer.status_code == 422
    assert "'footer' cannot be hidden; tabs, input, controls, seed, device, code can" in (
        Page.of(answer).text
    )


def test_nobody_but_whom_one_names_may_put_a_page_into_a_frame() -> None:
    def ancestors(*origins: str) -> str:
        app = create_app(MODELS, workers=1, embed_origins=origins)
        policy = (
            TestClient(app, "http://localhost")
            .get("/static/app.css")
            .headers["Content-Security-Policy"]
        )
        return policy.rpartition("; ")[2]

    assert ancestors() == "frame-ancestors 'self'"
    assert ancestors("https://slides.example", "http://localhost:3000") == (
        "frame-ancestors 'self' https://slides.example http://localhost:3000"
    )


def test_beside_a_forward_stands_the_code_of_a_model_that_cannot_be_built(
    app_client: TestClient,
) -> None:
    url = "/forward?left=branches.FunctionInSequential&right=branches.ModuleInSequential"
    page = app_client.get(url).text
    assert page.count('class="source"') == 1
    assert '<span class="line named" id="left-L14"' in page  # the line that raised
    assert 'class="source"' not in app_client.get(f"{url}&code=on").text.partition("drawer")[0]
