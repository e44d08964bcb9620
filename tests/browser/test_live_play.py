"""A play is seen while it is computed: by a model that goes no further than the test lets it."""

import fcntl
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, Page, expect

from serving import serving_in_a_thread

pytestmark = pytest.mark.browser

WAITS = """
import fcntl
from torch import nn
class Waits(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.calls = nn.Linear(10, 2), 0
    def forward(self, x):
        self.calls += 1
        if self.calls > 4:
            with open({gate!r}) as gate:
                fcntl.flock(gate, fcntl.LOCK_SH)
        return self.layer(x)
"""
URL = "/training?left=waits.Waits&right=waits.Waits&steps=60&at=0"


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[IO[str]]:
    """A file: whoever holds its lock holds the model."""
    with (tmp_path / "gate").open("w") as file:
        yield file


@pytest.fixture
def waiting(browser: Browser, tmp_path: Path, gate: IO[str]) -> Iterator[Page]:
    """A page of a server whose only model goes no further than the gate."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "waits.py").write_text(WAITS.replace("{gate!r}", repr(gate.name)))
    with serving_in_a_thread(course) as url:
        context = browser.new_context(base_url=url)
        yield context.new_page()
        context.close()


@pytest.fixture
def let_go(gate: IO[str]) -> Iterator[Callable[[], None]]:
    fcntl.flock(gate, fcntl.LOCK_EX)
    yield lambda: fcntl.flock(gate, fcntl.LOCK_UN)
    fcntl.flock(gate, fcntl.LOCK_UN)


def test_frames_are_shown_before_the_last_step_is_computed(
    waiting: Page, let_go: Callable[[], None]
) -> None:
    page = waiting
    step, narration = page.locator(".progress span"), page.locator(".narration")
    page.goto(URL)  # a page at the start needs no more than the start either
    expect(step).to_have_text("step 0 of 60")
    page.locator("#play").click()
    expect(step).to_have_text(
        "step 2 of 60"
    )  # of four losses the last is the end, for all that is known
    expect(narration).to_contain_text("Everything in Waits learns")
    told = narration.inner_text()
    rate = page.get_by_label("learning rate")
    rate.fill("0.25")
    expect(rate).to_have_value("0.25")
    let_go()
    expect(step).to_have_text(re.compile(r"step ([4-9]|\d\d) of 60"))
    expect(rate).to_have_value("0.25")
    expect(rate).to_be_focused()
    assert narration.inner_text() != told
    shown = page.locator("#pause").get_attribute("href")
    assert shown
    page.goto(shown)
    expect(step).to_have_text(re.compile(r"step \d+ of 60"))
