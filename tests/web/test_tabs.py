"""A tab that has nothing to show of two models says so before it is pressed."""

from typing import Any

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from rollcall.core.query import Mode
from rollcall.core.report import Raised
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.device.experiment import DeviceQuery
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.lab.asker import Urgency, who_asks
from rollcall.web.pages import Responder
from rollcall.web.tabs import tabs
from web.page import Page
from web.view.entries import card

NETS = ("containers.HalfListNet", "containers.FullListNet")
LAYER = "linear.MyLinear"


def empty(client: TestClient, left: str, right: str) -> dict[str, str]:
    """What the tabs without anything to show say, by their titles."""
    page = Page.of(client.get(RegistryQuery(left=left, right=right).url))
    links = [each for each in page.all("a") if each.attributes.get("class") == "empty"]
    return {each.text.strip(): each.attributes["title"] for each in links}


def test_a_pair_without_a_layer_to_check_leaves_layers_empty(app_client: TestClient) -> None:
    told = "Nothing to show of these models: it takes a layer that imitates one of PyTorch’s."
    assert empty(app_client, *NETS) == {"Layers": told}


@pytest.mark.parametrize("pair", [(LAYER, NETS[0]), (NETS[0], LAYER), (LAYER, LAYER)])
def test_one_layer_is_enough(app_client: TestClient, pair: tuple[str, str]) -> None:
    assert empty(app_client, *pair) == {}


def test_an_empty_tab_leads_to_a_page_that_has_nothing_indeed(app_client: TestClient) -> None:
    query = EXPERIMENTS["layers"].query.model_validate({"left": NETS[0], "right": NETS[1]})
    report = app_client.get(query.url.replace("/layers?", "/layers.json?")).json()
    assert [report[side]["lines"] for side in ("left", "right")] == [[], []]


MASKS = ("dropout_layers.NaiveDropout", "dropout_layers.TorchDropout")
DRAWS_IN_NONE = "Nothing to show of these models: it takes a forward that draws random numbers."


@pytest.mark.parametrize(
    ("pair", "nothing"),
    [(NETS, DRAWS_IN_NONE), (MASKS, ""), ((NETS[0], MASKS[0]), "")],
)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_what_takes_a_run_is_asked_for_by_the_tab(
    app_client: TestClient, pair: tuple[str, str], nothing: str, mode: Mode
) -> None:
    page = Page.of(app_client.get(RegistryQuery(left=pair[0], right=pair[1], mode=mode).url))
    (tab,) = [each for each in page.all("a") if "data-ask" in each.attributes]
    assert tab.text.strip() == "Dropout"
    assert app_client.get(tab.attributes["data-ask"]).json() == {"nothing": nothing}


@pytest.mark.parametrize(
    ("found", "draws"),
    [
        ({}, False),
        ({"silent": ("dropout",)}, True),  # in training alone
        ({"raised": Raised(type="ValueError", message="no")}, True),  # which is to be shown
    ],
)
def test_what_there_is_to_show_of_dropout(found: dict[str, Any], draws: bool) -> None:
    subject = DropoutSubject(card=card("Net"), **found)
    assert subject.draws is draws


def test_a_tab_waits_for_whoever_looks_at_a_page(
    app_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Urgency] = []

    async def answer(*_: object) -> Response:
        asked.append(who_asks().present.urgency)
        return Response()

    monkeypatch.setattr(Responder, "experiment", answer)
    for address in ("/dropout", "/dropout.tab"):
        app_client.get(address)
    assert asked == [Urgency.PAGE, Urgency.AHEAD]


def test_the_tab_of_the_page_itself_asks_nothing(app_client: TestClient) -> None:
    page = Page.of(app_client.get(DropoutQuery(left=NETS[0], right=NETS[1]).url))
    assert not [each for each in page.all("a") if "data-ask" in each.attributes]


def test_a_simulated_gpu_stays_on_the_page_that_simulates() -> None:
    common = DeviceQuery(right_device="simulated").common
    addresses = {tab.experiment.name: tab.url for tab in tabs(common)}
    assert "right_device=simulated" in addresses["device"]
    assert [name for name, url in addresses.items() if "simulated" in url] == ["device"]


def test_models_that_are_not_known_leave_no_tab_empty() -> None:
    common = RegistryQuery(left="net.Gone", right=NETS[0]).common
    assert not any(
        tab.nothing for tab in [*tabs(common), *tabs({}), *tabs(common, card_of=lambda _: None)]
    )
