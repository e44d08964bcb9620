"""The mode in which a page opens: it travels where a page is about modes; others in eval say so."""

from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from rollcall.core.query import Mode
from rollcall.experiments import EXPERIMENTS
from web.page import Page

ABOUT_MODES = ("registry", "modes", "dropout", "forward")
BY_ITSELF = ("device", "training", "saving", "layers", "preflight", "step")
BY_LESSONS_ONLY = ("exercise",)  # it has no tab
UNSEEN = ("assign", "init")  # they run no model of the pair


def url_of(name: str, mode: Mode) -> str:
    query = EXPERIMENTS[name].query.model_validate({"mode": mode})
    return query.url


def tabs(client: TestClient, url: str) -> dict[str, str]:
    """The mode in which each tab of a page opens."""
    tabbed = {name: each for name, each in EXPERIMENTS.items() if each.has_tab}
    paths = {experiment.query.path: name for name, experiment in tabbed.items()}
    page = Page.of(client.get(url))
    titles = [experiment.title for experiment in tabbed.values()]
    opened = [each for each in page.all("a") if each.text.strip() in titles]
    links = [urlsplit(each.attributes["href"]) for each in opened]
    # An exercise may be called as a tab is.
    links = [link for link in links if link.path in paths]
    return {paths[link.path]: parse_qs(link.query)["mode"][0] for link in links}


@pytest.mark.parametrize("name", [*ABOUT_MODES, *UNSEEN])
def test_a_mode_goes_along_to_the_pages_about_modes_and_to_no_other(
    app_client: TestClient, name: str
) -> None:
    found = tabs(app_client, url_of(name, "eval"))
    assert {each: found[each] for each in (*ABOUT_MODES, *UNSEEN)} == dict.fromkeys(
        (*ABOUT_MODES, *UNSEEN), "eval"
    )
    assert {each: found[each] for each in BY_ITSELF} == dict.fromkeys(BY_ITSELF, "train")


@pytest.mark.parametrize("name", [*BY_ITSELF, *BY_LESSONS_ONLY])
def test_where_nobody_chose_a_mode_each_page_opens_in_its_own(
    app_client: TestClient, name: str
) -> None:
    found = tabs(app_client, url_of(name, "train"))
    own = {
        each: experiment.query.model_fields["mode"].default
        for each, experiment in EXPERIMENTS.items()
        if experiment.has_tab
    }
    assert own["modes"] == "eval"
    assert found == own


@pytest.mark.parametrize("name", BY_ITSELF)
def test_eval_that_was_pressed_stays_where_it_was_pressed_and_goes_to_the_pages_about_modes(
    app_client: TestClient, name: str
) -> None:
    found = tabs(app_client, url_of(name, "eval"))
    assert {each for each, mode in found.items() if mode == "eval"} == {*ABOUT_MODES, *UNSEEN, name}


@pytest.mark.parametrize("name", [*BY_ITSELF, *BY_LESSONS_ONLY, "forward"])
def test_a_page_that_ran_in_eval_says_so(app_client: TestClient, name: str) -> None:
    texts = {mode: Page.of(app_client.get(url_of(name, mode))).text for mode in ("train", "eval")}
    assert "In eval mode: " in texts["eval"]  # with a space before what follows
    assert "In eval mode:" not in texts["train"]


@pytest.mark.parametrize("at", [0, 3])
def test_so_does_the_headline_of_a_training(app_client: TestClient, at: int) -> None:
    for mode, times in (("train", 0), ("eval", 2)):
        query = EXPERIMENTS["training"].query.model_validate({"mode": mode, "steps": 3, "at": at})
        assert Page.of(app_client.get(query.url)).text.count("in eval mode") == times


def test_every_page_was_thought_of() -> None:
    assert {*ABOUT_MODES, *BY_ITSELF, *BY_LESSONS_ONLY, *UNSEEN} == set(EXPERIMENTS)


def test_a_lesson_that_opens_in_eval_does_not_train_in_eval(app_client: TestClient) -> None:
    page = Page.of(app_client.get("/"))
    lesson = next(each for each in page.all("a") if "mode=eval" in each.attributes.get("href", ""))
    assert tabs(app_client, lesson.attributes["href"])["training"] == "train"
