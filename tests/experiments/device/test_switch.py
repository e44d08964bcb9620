"""The device switch stands where there is something to choose."""

import pytest
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from rollcall.lab import Lab
from rollcall.lab.choices import Surroundings
from rollcall.main import create_app
from web.course import GENEROUS, SHOWING
from web.page import Page

CHOICES = ("device-cpu", "device-cuda:0")


def switches(client: TestClient, path: str) -> tuple[str, ...]:
    page = Page.of(client.get(path))
    return tuple(
        each.attributes["id"] for each in page.all("a") if each.attributes.get("id", "") in CHOICES
    )


@pytest.mark.parametrize("more", [(), ("cuda:0",)], ids=["cpu", "cpu and cuda"])
def test_one_device_is_no_choice(monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]) -> None:
    look_around = Lab.surroundings

    async def seen(self: Lab) -> Surroundings:
        surroundings = await look_around(self)
        return surroundings.model_copy(update={"devices": ("cpu", *more)})

    monkeypatch.setattr(Lab, "surroundings", seen)
    with TestClient(create_app(workers=1, seconds=GENEROUS), "http://localhost") as client:
        for experiment in SHOWING:
            expected: tuple[str, ...] = CHOICES if more else ()
            if experiment is EXPERIMENTS["device"] and not more:
                expected = CHOICES[:1]  # beside the simulated GPU and the types
            assert switches(client, experiment.query.path) == expected, experiment.name
