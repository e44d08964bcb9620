"""Play survives its controls: a change acts on the frame in view; the play goes on from there."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chosen import of_each_kind

pytestmark = pytest.mark.browser


class Played(NamedTuple):
    """A page that can be played, and what tells which frame is in view."""

    url: str
    parameter: str  # of the address, that names the frame
    words: str  # where the number of the frame stands on the page

    def number(self, page: Page) -> int:
        """The frame in view."""
        told = re.search(r"\d[\d,]*", page.locator(self.words).inner_text())
        assert told
        return int(told[0].replace(",", ""))

    def asked(self, url: str) -> int:
        """The frame that an address names."""
        told = re.search(rf"[?&]{self.parameter}=(\d+)", url)
        assert told
        return int(told[1])


# What plays is little to compute: every change begins a recording of its own.
DROPOUT = Played("/dropout?left=containers.BadListNet&rate=10&draw=40", "draw", "#draw")
TRAINING = Played("/training?steps=300&at=40", "at", ".progress span")
each_played = pytest.mark.parametrize("played", [DROPOUT, TRAINING], ids=["dropout", "training"])

CONTROLS: dict[str, tuple[Played, Callable[[Page], object], str]] = {
    "dropout eval()": (DROPOUT, lambda page: page.locator("#mode-eval").click(), "mode=eval"),
    "dropout p": (DROPOUT, lambda page: page.locator("#p").fill("0.25"), r"p=0\.25"),
    "dropout seed": (DROPOUT, lambda page: typed(page, "#seed", "7"), "seed=7"),
    "dropout input": (
        DROPOUT,
        lambda page: page.locator("#input").select_option("random"),
        "input=random",
    ),
    "dropout rows": (DROPOUT, lambda page: typed(page, "#rows", "6"), "rows=6"),
    "dropout columns": (DROPOUT, lambda page: typed(page, "#columns", "12"), "columns=12"),
    "dropout rate": (DROPOUT, lambda page: typed(page, "#rate", "9"), "rate=9"),
    "dropout swap": (
        DROPOUT,
        lambda page: page.locator("#swap").click(),
        "left=dropout_layers.TorchDropout",
    ),
    "dropout model": (
        DROPOUT,
        lambda page: page.locator("#pick-left").select_option("dropout_layers.ListDropout"),
        "left=dropout_layers.ListDropout",
    ),
    "training eval()": (TRAINING, lambda page: page.locator("#mode-eval").click(), "mode=eval"),
    "training seed": (TRAINING, lambda page: typed(page, "#seed", "7"), "seed=7"),
    "training learning rate": (TRAINING, lambda page: typed(page, "#lr", "0.05"), r"lr=0\.05"),
    "training optimizer": (
        TRAINING,
        lambda page: page.locator("#optimizer").select_option("adamw"),
        "optimizer=adamw",
    ),
    "training steps": (TRAINING, lambda page: typed(page, "#steps", "290"), "steps=290"),
}


def tried(played: Played) -> list[str]:
    """The names of the controls of a page: each sort of control once."""
    names = [name for name, (where, *_) in CONTROLS.items() if where is played]
    return of_each_kind(names, lambda name: CONTROLS[name][1].__code__.co_names)


def typed(page: Page, field: str, value: str) -> None:
    page.locator(field).fill(value)
    page.locator(field).press("Enter")


def frame_after(page: Page, played: Played, number: int) -> int:
    """Wait until a later frame than `number` is in view."""
    page.wait_for_function(
        """([words, number]) => {
          const told = document.querySelector(words)?.textContent.match(/\\d[\\d,]*/);
          return told && Number(told[0].replace(",", "")) > number;
        }""",
        arg=[played.words, number],
    )
    return played.number(page)


def start(page: Page, played: Played) -> int:
    page.goto(played.url)
    first = played.number(page)
    page.locator("#play").click()
    return frame_after(page, played, first + 1)


def pause(page: Page) -> Locator:
    return page.locator("#pause")


@each_played
def test_controls_act_on_the_frame_in_view_and_the_play_goes_on(page: Page, played: Played) -> None:
    streams: list[str] = []
    page.on(
        "request", lambda request: streams.append(request.url) if ".stream" in request.url else None
    )
    before = start(page, played)
    names = tried(played)
    for name in names:
        _, change, wanted = CONTROLS[name]
        change(page)
        expect(page).to_have_url(re.compile(wanted))
        at = played.asked(page.url)
        assert at >= before, name
        expect(pause(page)).to_be_visible()
        before = frame_after(page, played, at)
        assert re.search(wanted, streams[-1]), name
        assert played.asked(streams[-1]) == at, name
    assert len(streams) == 1 + len(names)
    page.go_back()  # to what was in view when the last control was touched
    expect(page.locator("#play")).to_be_visible()
    assert not re.search(wanted, page.url)
    expect(page.locator(played.words)).to_have_text(re.compile(rf"\b{at}\b"))
    assert played.asked(page.url) == at


@each_played
def test_controls_act_on_the_frame_in_view_when_nothing_plays(page: Page, played: Played) -> None:
    page.goto(played.url)
    page.locator("#mode-eval").click()
    expect(page).to_have_url(re.compile("mode=eval"))
    typed(page, "#seed", "7")
    expect(page).to_have_url(re.compile("seed=7"))
    assert played.asked(page.url) == played.number(page) == 40
    expect(page.locator("#play")).to_be_visible()


@each_played
def test_links_beside_the_report_lead_on_from_the_frame_in_view(page: Page, played: Played) -> None:
    before = start(page, played)
    page.keyboard.press(" ")
    expect(page.locator("#play")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"{played.parameter}=(?!40\b)"))
    at = played.asked(page.url)
    assert at >= before
    for link in ("#mode-eval", "#swap", "#play", "footer a"):
        assert played.asked(page.locator(link).first.get_attribute("href") or "") == at, link
    page.reload()
    assert played.number(page) == at
    page.get_by_role("link", name="Registry").click()
    expect(page).to_have_url(re.compile("/registry"))
    page.go_back()
    expect(page.locator(played.words)).to_have_text(re.compile(rf"\b{at}\b"))


@each_played
def test_back_leads_to_the_frame_that_was_in_view_when_another_page_was_opened(
    page: Page, played: Played
) -> None:
    before = start(page, played)
    page.get_by_role("link", name="Registry").click()
    expect(page).to_have_url(re.compile("/registry"))
    page.go_back()
    expect(page.locator("#play")).to_be_visible()
    assert played.asked(page.url) >= before
    assert played.asked(page.url) == played.number(page)


def test_back_ends_the_play(page: Page) -> None:
    page.goto("/dropout?rate=10")
    page.locator("#next").click()
    expect(page).to_have_url(re.compile("draw=2"))
    page.locator("#play").click()
    frame_after(page, DROPOUT, 3)
    page.go_back()
    expect(page.locator("#draw")).to_have_text("draw 1")
    expect(page.locator("#play")).to_be_visible()
    page.go_forward()
    expect(page.locator("#draw")).to_have_text("draw 2")


def test_pause_while_the_next_page_is_on_its_way(page: Page) -> None:
    start(page, DROPOUT)
    held: list[Route] = []
    page.route("**/dropout?*mode=eval*", lambda route: held.append(route))
    with page.expect_request("**/dropout?*mode=eval*"):
        page.locator("#mode-eval").click()
    expect(pause(page)).to_be_visible()
    pause(page).click()
    expect(page.locator("#play")).to_be_visible()
    held[0].continue_()
    expect(page).to_have_url(re.compile("mode=eval"))
    assert DROPOUT.asked(page.url) == DROPOUT.number(page)
    expect(page.locator("#play")).to_be_visible()


def test_a_step_past_the_end_is_the_end_and_the_play_is_over(page: Page) -> None:
    start(page, TRAINING)
    typed(page, "#steps", "20")
    expect(page.locator(".progress span")).to_have_text("step 20 of 20")
    expect(page.locator("#play")).to_be_visible()


# Space


@each_played
def test_space_pauses_and_otherwise_scrolls(page: Page, played: Played) -> None:
    page.set_viewport_size({"width": 600, "height": 400})
    start(page, played)
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press(" ")
    expect(page.locator("#play")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"{played.parameter}=(?!40\b)"))
    assert page.evaluate("scrollY") == 0
    page.keyboard.press(" ")
    page.wait_for_function("() => scrollY > 0")
    expect(page.locator("#play")).to_be_visible()


def test_space_pauses_after_a_control_was_pressed_with_the_mouse(page: Page) -> None:
    at = start(page, DROPOUT)
    page.locator("#mode-eval").click()
    expect(page).to_have_url(re.compile("mode=eval"))
    frame_after(page, DROPOUT, at + 1)
    page.keyboard.press(" ")
    expect(page.locator("#play")).to_be_visible()


def test_space_belongs_to_what_has_the_focus(page: Page) -> None:
    at = start(page, DROPOUT)
    for focus in ("#seed", "#pick-left", "#swap", "#theme", ".masthead nav a"):
        page.locator(focus).first.focus()
        page.keyboard.press(" ")
        page.keyboard.press("Escape")  # a list of choices that it opened
        at = frame_after(page, DROPOUT, at + 1)
        expect(pause(page), focus).to_be_visible()


# A stream that breaks off


def cut_off(last_word: bytes = b"") -> Callable[[Route], None]:
    """Let the first three frames of a stream through, and after them nothing but a last word."""

    def cut(route: Route) -> None:
        events = route.fetch().body().split(b"\n\n")[:3]
        route.fulfill(content_type="text/event-stream", body=b"\n\n".join([*events, last_word]))

    return cut


@pytest.mark.parametrize(
    ("last_word", "told"),
    [
        (b"", "The play broke off."),
        (
            b"event: broken\ndata: The play stopped: it was late.\n\n",
            "The play stopped: it was late.",
        ),
    ],
)
def test_a_stream_that_breaks_off_stays_at_the_step_in_view(
    page: Page, last_word: bytes, told: str
) -> None:
    page.goto("/training?steps=60&at=55")
    page.route("**/training.stream?*", cut_off(last_word))
    page.locator("#play").click()
    expect(page.locator("#busy")).to_have_text(told)
    expect(page.locator("#play")).to_be_visible()
    expect(page.locator(".progress span")).to_have_text("step 57 of 60")
    assert TRAINING.asked(page.url) == 57


def test_a_server_that_is_gone_leaves_what_is_in_view(
    page: Page, expected_complaints: list[str]
) -> None:
    expected_complaints.append("Failed to fetch")
    page.goto("/training?steps=60&at=55")
    page.route("**/training.stream?*", cut_off())
    page.route("**/training?*", lambda route: route.abort())
    page.locator("#play").click()
    expect(page.locator("#busy")).to_have_text("The server did not answer. Is it still running?")
    expect(page.locator(".progress span")).to_have_text("step 57 of 60")
    expect(page.locator("#play")).to_be_visible()


def test_a_control_that_the_server_does_not_answer_ends_the_play(
    page: Page, expected_complaints: list[str]
) -> None:
    expected_complaints.append("Failed to fetch")
    at = start(page, TRAINING)
    page.route("**/training?*", lambda route: route.abort())
    page.locator("#mode-eval").click()
    expect(page.locator("#busy")).to_have_text("The server did not answer. Is it still running?")
    expect(page.locator("#play")).to_be_visible()
    assert TRAINING.asked(page.url) >= at


@each_played
def test_play_is_a_link_to_the_frame_in_view_without_javascript(
    scriptless: Page, played: Played
) -> None:
    scriptless.goto(played.url)
    scriptless.locator("#play").click()
    assert played.asked(scriptless.url) == played.number(scriptless) == 40
    scriptless.locator("#mode-eval").click()
    assert played.asked(scriptless.url) == played.number(scriptless) == 40
    scriptless.locator("#seed").fill("7")
    scriptless.get_by_role("button", name="Show").click()
    expect(scriptless).to_have_url(re.compile("seed=7"))
    assert played.asked(scriptless.url) == played.number(scriptless) == 40
