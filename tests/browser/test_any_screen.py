"""A page is read from the last row, whatever the screen, and zoomed in."""

import pytest
from playwright.sync_api import Page

from browser.looks import too_small

pytestmark = pytest.mark.browser

HD = (1920, 1080)
ZOOMED = (853, 480)  # 1280x720 at 150 %
LEAST = 0.022  # of the height of a screen
PAIR = "left=containers.HalfListNet&right=containers.FullListNet"
PAGES = ["/init", "/layers?left=linear.MyLinear&right=wrong_layers.TransposedLinear"] + [
    f"/{name}?{PAIR}"
    for name in (
        "registry",
        "step",
        "device",
        "training",
        "saving",
        "modes",
        "forward",
        "preflight",
    )
]
each_page = pytest.mark.parametrize("url", PAGES)


def show(page: Page, url: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(url)


@each_page
def test_larger_text_on_a_larger_screen_and_two_columns_when_zoomed(page: Page, url: str) -> None:
    show(page, url, HD)
    assert too_small(page, least=LEAST * HD[1]) == []
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    left, right = (page.locator(f"#{side}").bounding_box() for side in ("left", "right"))
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED[0]


def test_zoom_enlarges_what_a_screen_shows(page: Page) -> None:
    sizes = []
    for zoom in (1, 1.5, 2):
        show(page, PAGES[0], (int(1280 / zoom), int(720 / zoom)))
        pixels = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        sizes.append(pixels * zoom)
    assert sizes[1] >= 1.25 * sizes[0]
    assert sizes[2] >= 1.75 * sizes[0]
