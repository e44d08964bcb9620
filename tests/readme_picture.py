"""The moving picture at the top of the README: the real page, its masks played and eval() pressed.

`python tests/readme_picture.py` makes it anew. It needs the extra `picture`, and a browser.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from browser_binary import find_browser
from serving import serving_in_a_thread

PICTURES = Path(__file__).parents[1] / ".github"
PLAYED = PICTURES / "dropout.webp"
STILL = PICTURES / "dropout.png"  # for those who want nothing to move

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


def main() -> None:
    with serving_in_a_thread() as url, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        page = browser.new_page(
            viewport={"width": 1280, "height": 720}, color_scheme="light", base_url=url
        )
        page.goto(PAGE)
        shown = list(frames(page))
        browser.close()
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
    for path in (PLAYED, STILL):
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
