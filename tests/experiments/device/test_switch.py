"""The device switch stands where there is something to choose."""

import pytest
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from rollcall.lab import Lab
from rollcall.lab.choices import Choices
from web.course import SHOWING
from web.page import Page

CHOICES = ("device-cpu", "device-cuda:0")


def switches(client: TestClient, path: str) -> tuple[str, ...]:
    page = Page.of(client.get(path))
    return tuple(
        each.attributes["id"] for each in page.all("a") if each.attributes.get("id", "") in CHOICES
    )


# A seed of its own each: the pages made here are kept, and no other test may meet them.
@pytest.mark.parametrize(
    ("more", "seed"), [((), 70_001), (("cuda:0",), 70_002)], ids=["cpu", "cpu and cuda"]
)
def test_one_device_is_no_choice(
    app_client: TestClient, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], seed: int
) -> None:
    list_choices = Lab.choices

    async def seen(self: Lab) -> Choices:
        choices = await list_choices(self)
        return choices.model_copy(update={"devices": ("cpu", *more)})

    monkeypatch.setattr(Lab, "choices", seen)
    for experiment in SHOWING:
        expected: tuple[str, ...] = CHOICES if more else ()
        if experiment is EXPERIMENTS["device"] and not more:
            expected = CHOICES[:1]  # beside the simulated GPU and the types
        url = experiment.query.model_validate({"seed": seed}).url
        assert switches(app_client, url) == expected, experiment.name
