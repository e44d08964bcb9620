"""The pictures of the README: masks played until eval() is pressed, and a file of one's own.

`python tests/readme_picture.py` makes them anew. It needs the extra `picture`, and a browser.
"""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from browser_binary import find_browser
from rollcall.folders import MODELS
from rollcall.lectures.named_targets import named_targets
from rollcall.lectures.targets import Targets
from serving import serving_in_a_thread

PICTURES = Path(__file__).parents[1] / ".github"
PLAYED = PICTURES / "dropout.webp"
STILL = PICTURES / "dropout.png"

OWN = PICTURES / "own_file.png"

PAGE = "/dropout?left=dropout.DropoutListNet&right=dropout.DropoutModuleListNet"
DRAWS = 6  # in each mode
A_DRAW, A_LOOK, THE_END = 450, 1600, 3000  # milliseconds


class Frame(NamedTuple):
    """A picture, and how long it is shown."""

    png: bytes
    milliseconds: int


def frames(page: Page) -> Iterator[Frame]:
    """Masks in training mode, the press of eval(), and masks after it."""
    yield from played(page, first=1)
    switch = page.locator("#mode-eval")
    page.keyboard.press("Tab")  # the ring around what has the focus shows what is pressed next
    switch.focus()
    yield Frame(page.screenshot(animations="disabled"), A_LOOK)
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-current", "true")
    yield Frame(page.screenshot(animations="disabled"), A_LOOK)
    *most, last = played(page, first=DRAWS)
    yield from most
    yield last._replace(milliseconds=THE_END)


def played(page: Page, first: int) -> Iterator[Frame]:
    """One draw after the other, the first one as it is shown."""
    for draw in range(first, first + DRAWS):
        if draw > first:
            page.locator("#next").click()
            page.mouse.move(0, 0)
        expect(page.locator("#draw")).to_have_text(f"draw {draw}")
        yield Frame(page.screenshot(animations="disabled"), A_DRAW)


OWN_FILE = """\
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)

    def forward(self, x):
        return x + self.fc(x).relu()


class MyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = [Block(16) for _ in range(3)]
        self.scale = torch.ones(16, requires_grad=True)
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x * self.scale)
"""


def play_dropout(page: Page) -> None:
    """The moving picture at the top, and its last frame for those who want nothing to move."""
    page.goto(PAGE)
    shown = list(frames(page))
    images = [Image.open(io.BytesIO(frame.png)).convert("RGB") for frame in shown]
    images[0].save(
        PLAYED,
        save_all=True,
        append_images=images[1:],
        duration=[frame.milliseconds for frame in shown],
        loop=0,
        lossless=True,
        method=6,
        minimize_size=True,
    )
    images[-1].quantize(64).save(STILL, optimize=True)


def show_own_file(page: Page) -> None:
    """What `rollcall serve my_net.py --open` opens: the first finding, beside its fix."""
    page.goto("/findings/first")
    expect(page.locator("#right .count")).to_be_visible()
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    image.quantize(64).save(OWN, optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "my_net.py"
        file.write_text(OWN_FILE)
        own = named_targets([str(file)], MODELS).targets
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        for served, take in ((Targets.of(MODELS), play_dropout), (own, show_own_file)):
            with serving_in_a_thread(served) as url:
                take(
                    browser.new_page(
                        viewport={"width": 1280, "height": 720}, color_scheme="light", base_url=url
                    )
                )
        browser.close()
    for path in (PLAYED, STILL, OWN):
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
