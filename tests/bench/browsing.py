"""What a click costs in a browser, and whether it keeps up with a play."""

import sys
from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.figure import Figure, new_seed
from browser_binary import ADVICE, find_browser
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.training.experiment import TrainingQuery

CLICKS = 24

# From the click until two frames later something is on the screen.
CLICK = """(selector) => new Promise((resolve) => {
  const next = requestAnimationFrame;
  const painted = () => next(() => next(() => resolve(performance.now() - start)));
  document.addEventListener("htmx:after:swap", painted, { once: true });
  const start = performance.now();
  document.querySelector(selector).click();
})"""

# Frames a second of a whole play, and how long a click would have had to wait meanwhile at most.
PLAY = """(frames) => new Promise((resolve) => {
  const shown = [];
  let longest = 0, last = performance.now();
  document.addEventListener("htmx:after:swap", () => shown.push(performance.now()));
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (shown.length < frames) setTimeout(tick, 0);
    else resolve([((frames - 1) * 1000) / (shown[frames - 1] - shown[0]), longest]);
  };
  document.getElementById("play").click();
  tick();
})"""


def browsing(url: str) -> Iterator[Figure]:
    """A click on train or eval until the repaint, a play, and what the first load takes."""
    path = find_browser()
    if path is None:
        raise SystemExit(ADVICE)
    root = (
        ["--no-sandbox"] if sys.platform == "linux" else []
    )  # Chromium refuses its sandbox to root
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=root) as browser,
    ):
        yield Figure(
            "train/eval clicked to repainted, uncached",
            median(clicks(browser, url, True)),
            "ms",
        )
        yield Figure("  from the byte cache", median(clicks(browser, url, False)), "ms")
        rate, longest = play(browser, url)
        yield Figure("frames a second while /training plays at 10", rate, "/s", at_least=9.5)
        yield Figure("  longest time that input has to wait", longest, "ms", at_most=100)
        yield Figure(
            "first load of /registry, gzipped with headers",
            loaded_kilobytes(browser, url),
            "kB",
            at_most=150,
        )


def clicks(browser: Browser, url: str, uncached: bool) -> list[float]:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    taken = []
    for index in range(CLICKS):
        if uncached or index == 0:
            page.goto(f"{url}{RegistryQuery(seed=new_seed()).url}")
            page.evaluate(CLICK, "#mode-train")  # htmx has started, and the page stands still
        taken.append(
            page.evaluate(CLICK, "#mode-train" if index % 2 and not uncached else "#mode-eval")
        )
    page.close()
    return taken


def play(browser: Browser, url: str) -> tuple[float, float]:
    query = TrainingQuery(seed=new_seed(), steps=500, at=0)
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{url}{query.url}")
    rate, longest = page.evaluate(PLAY, len(query.frames))
    page.close()
    return rate, longest


def loaded_kilobytes(browser: Browser, url: str) -> float:
    page = browser.new_page()
    network = page.context.new_cdp_session(page)
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.send("Network.enable")
    page.goto(f"{url}/registry", wait_until="networkidle")
    page.close()
    return sum(sizes) / 1000
