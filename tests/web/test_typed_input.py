"""A typed input is in the address and on every page; an empty one is in no address."""

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from rollcall.core.report import Raised
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.lectures.example_input import InputOrigin, InputTry
from rollcall.web.view.input_line import input_line
from rollcall.web.view.sentence import read
from web.page import Page

PAIR = "left=containers.ModuleListNet&right=containers.SequentialNet"
RAISED = Raised(type="RuntimeError", message="shapes cannot be multiplied")
CALLED = ("registry", "device", "training", "saving", "modes", "forward", "preflight")


@pytest.mark.parametrize("name", CALLED)
def test_every_page_says_what_it_was_called_with(app_client: TestClient, name: str) -> None:
    own = Page.of(app_client.get(f"/{name}?{PAIR}"))
    assert own.text.count("input 4×10") == 2
    assert own.text.count("It was declared in course.toml") == 2
    typed = Page.of(app_client.get(f"/{name}?{PAIR}&x=3,10"))
    assert typed.text.count("input 3×10") == 2
    assert typed.text.count("It was typed") == 2
    tabs = [link for link in typed.links if link.startswith("/") and "left=containers" in link]
    assert {link.partition("?")[0] for link in tabs} >= {
        each.query.path
        for each in EXPERIMENTS.values()
        if each.has_tab and each.subjects == "models"
    }
    elsewhere = [link for link in tabs if "x=3%2C10" not in link]
    assert len(elsewhere) == 1  # back to each model's own
    assert not [link for link in own.links if "x=" in link.partition("?")[2].split("&")]


def told(**origin: Any) -> tuple[str, str]:
    """What is seen at once, and what is seen once the line is opened."""
    report = SimpleNamespace(left=SimpleNamespace(input=InputOrigin(text="4,12", **origin)))
    line = input_line(RegistryQuery(), report, "left")
    assert line
    return line.caution, f"It was {read(line.said)}."


def test_what_was_guessed_is_said_at_once_and_how_where_one_asks() -> None:
    tried = InputTry(text="4,10", layer="hidden", raised=RAISED)
    assert told(how="declared") == ("", "It was declared in course.toml.")
    assert told(how="example_input") == ("", "It was given by example_input().")
    assert told(how="typed") == ("", "It was typed.")
    assert told(how="guessed") == ("guessed", "It was guessed.")
    said = "It was guessed from fc, after 1 try."
    guess = {"how": "guessed", "layer": "fc", "tries": (tried,)}
    assert told(**guess) == ("guessed", said)
    assert told(**guess, raised=RAISED) == ("none of 2 guesses fits", said)


def test_the_json_says_who_says_so(app_client: TestClient) -> None:
    left = app_client.get(f"/saving.json?{PAIR}&x=int:4,6:5").json()["left"]
    assert left["input"] == {
        "text": "int:4,6:5",
        "how": "typed",
        "layer": "",
        "tries": [],
        "raised": None,
    }


def test_an_empty_one_is_in_no_address() -> None:
    assert "x=" not in RegistryQuery().url
    assert RegistryQuery(x="4,10").url.endswith("x=4%2C10")
    assert "x" not in RegistryQuery().shared_parameters
    assert RegistryQuery(x="4,10").shared_parameters["x"] == "4,10"


@pytest.mark.parametrize("typed", ["ten", "4,,5", "5000,5000", "[4"])
def test_what_is_no_input_is_refused_in_words(app_client: TestClient, typed: str) -> None:
    response = app_client.get("/registry.json", params={"x": typed})
    assert response.status_code == 422
    (refusal,) = response.json()["parameters"]
    assert refusal["parameter"] == "x"
    assert refusal["value"] == typed
    assert "4,10 or int:4,6:50" in refusal["accepts"]


def test_an_older_address_of_the_forward_page_stays_good(app_client: TestClient) -> None:
    for suffix in ("", ".json"):
        old = f"/forward{suffix}?{PAIR}&shape=3,10&seed=2"
        moved = app_client.get(old, follow_redirects=False)
        assert moved.status_code == 308
        assert "x=3%2C10" in moved.headers["Location"]
        assert "shape" not in moved.headers["Location"]
        found = app_client.get(old, follow_redirects=True)
        assert found.status_code == 200
        assert "3×10" in found.text or '"input_shape":[3,10]' in found.text
    empty = app_client.get(f"/forward?{PAIR}&shape=", follow_redirects=False)
    assert "x=" not in empty.headers["Location"]
