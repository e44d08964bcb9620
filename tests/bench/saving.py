"""What it takes until a save is on the screen, beside what a reload of a bare page takes."""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from bench.figure import Figure
from browser_binary import ADVICE, find_browser
from serving import serving

SAVES = 12
BARE = "/static/icon.svg"
NET = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(10, {width}), nn.Linear({width}, 5)]

    def forward(self, x):
        return self.layers[1](self.layers[0](x).relu())
"""

# When the page was painted after it came to show this count: two frames later.
PAINTED = """(count) => new Promise((resolve) => {
  const next = requestAnimationFrame;
  const painted = () => next(() => next(() => resolve(Date.now())));
  const look = () => {
    const shown = document.querySelector("#left .count strong")?.innerText;
    if (shown === count) painted();
    else setTimeout(look, 1);
  };
  look();
})"""
FRAMES = """() => new Promise((resolve) => {
  const next = requestAnimationFrame;
  next(() => next(() => resolve(Date.now())));
})"""


def saved(rollcall: Path) -> Iterator[Figure]:
    """Save to repaint, of a page that shows one net, and how much more than a reload it takes."""
    path = find_browser()
    if path is None:
        raise SystemExit(ADVICE)
    root = []
    if sys.platform == "linux":  # Chromium refuses its sandbox to root
        root = ["--no-sandbox"]
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=root) as browser,
    ):
        file = Path(folder) / "my.py"
        file.write_text(NET.format(width=20))
        with serving(rollcall, Path(folder), "my.py") as url:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            bare = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{url}/registry?left=my.Net&right=my.Net")
            bare.goto(f"{url}{BARE}")
            saves, reloads = [], []
            for width in range(21, 21 + SAVES):  # in turn: a busy machine slows both
                saves.append(_save(page, file, width))
                reloads.append(_reload(bare))
    more = median(saves) - median(reloads)
    yield Figure("saved to repainted, own file beside the course", median(saves), "ms")
    yield Figure("  a bare page reloaded in the same browser", median(reloads), "ms")
    yield Figure("  more than that", more, "ms", at_most=500)


def _save(page: Page, file: Path, width: int) -> float:
    start = time.time()
    file.write_text(NET.format(width=width))
    painted: float = page.evaluate(PAINTED, f"0 of {16 * width + 5}")
    return painted - start * 1000


def _reload(page: Page) -> float:
    start = time.time()
    page.reload()
    painted: float = page.evaluate(FRAMES)
    return painted - start * 1000
