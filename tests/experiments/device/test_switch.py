"""The device switch stands where there is something to choose."""

import pytest
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from rollcall.lab import Lab
from rollcall.lab.choices import Choices
from web.course import NET, SHOWING, Course
from web.page import Page

CHOICES = ("device-cpu", "device-cuda:0")


def switches(client: TestClient, path: str) -> tuple[str, ...]:
    page = Page.of(client.get(path))
    return tuple(
        each.attributes["id"] for each in page.all("a") if each.attributes.get("id", "") in CHOICES
    )


@pytest.mark.parametrize("more", [(), ("cuda:0",)], ids=["cpu", "cpu and cuda"])
def test_one_device_is_no_choice(
    course: Course, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    list_choices = Lab.choices

    async def seen(self: Lab) -> Choices:
        choices = await list_choices(self)
        return choices.model_copy(update={"devices": ("cpu", *more)})

    monkeypatch.setattr(Lab, "choices", seen)
    course.write("net.py", NET)
    client = course.open()
    for experiment in SHOWING:
        expected: tuple[str, ...] = CHOICES if more else ()
        if experiment is EXPERIMENTS["device"] and not more:
            expected = CHOICES[:1]  # beside the simulated GPU and the types
        if experiment is EXPERIMENTS["exercise"]:
            expected = ()  # its checks do not hang on a device
        pair = {"left": "net.Net", "right": "net.Net"}
        url = experiment.query.model_validate(pair).url
        assert switches(client, url) == expected, experiment.name
