"""What can be measured of a page's looks: what is cut, covered, too small or too far down."""

from collections.abc import Iterator
from typing import cast

from playwright.sync_api import Page

Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((1280, 720), (1920, 1080), (390, 844))

# Labels of one line of a chart belong together. An SVG text's box is higher than its letters.
# What stays at the edge of the window while a page scrolls covers what is below it.
OVERLAPPING = """(selector) => {
  const stays = (e) => e && (getComputedStyle(e).position === "fixed" || stays(e.parentElement));
  const parts = [...document.querySelectorAll(selector)].filter((e) => !stays(e));
  const boxes = parts.map((e) => [e, e.getBoundingClientRect()])
    .filter(([, b]) => b.width && b.height);
  const own = (a, b) => a.matches(".series text") && a.parentNode === b.parentNode;
  const found = [];
  for (const [at, [a, p]] of boxes.entries()) for (const [b, q] of boxes.slice(at + 1)) {
    if (p.left >= q.right - 1 || q.left >= p.right - 1) continue;
    const slack = a instanceof SVGElement && b instanceof SVGElement ? 4 : 1;
    if (p.top < q.bottom - slack && q.top < p.bottom - slack
        && !a.contains(b) && !b.contains(a) && !own(a, b))
      found.push(`${a.className.baseVal ?? a.className} ${a.textContent} | ${b.textContent}`);
  }
  return found;
}"""
# Those of the same path, the left one's written as the right one's.
UNEVEN = """(selector) => {
  const named = (side) => [...document.querySelectorAll(`#${side} ${selector}`)].map((e) =>
    [e.dataset.path.replace(/\\[["']?(\\w+)["']?\\]/g, ".$1"), e.getBoundingClientRect()]);
  const right = new Map(named("right"));
  return named("left").filter(([path, { top, height }]) => {
    const other = right.get(path);
    return other && (Math.abs(top - other.top) > 1 || Math.abs(height - other.height) > 1);
  }).map(([path]) => path);
}"""
CUT = """(selector) => [...document.querySelectorAll(selector)]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth)
  .map((e) => `${e.className} ${e.innerText}`)"""
CUT_IN_CHARTS = """() => [...document.querySelectorAll(".chart, .panel")].flatMap((chart) => {
  const box = chart.getBoundingClientRect();
  return [...chart.querySelectorAll("text")].filter((e) => {
    const own = e.getBoundingClientRect();
    return own.right > box.right + 1 || own.left < box.left - 1
      || own.bottom > box.bottom + 1 || own.top < box.top - 1;
  }).map((e) => e.textContent); })"""
TOO_SMALL = """([within, least]) => {
  const walker = document.createTreeWalker(document.querySelector(within), NodeFilter.SHOW_TEXT);
  const small = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), parent = walker.currentNode.parentElement;
    const passed = parent.closest(".unseen, .skip, option, script, title, desc");
    if (!text || passed || !parent.getClientRects().length)
      continue;
    const svg = parent.ownerSVGElement;
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    if (parseFloat(getComputedStyle(parent).fontSize) * scale < least) small.push(text);
  }
  return small;
}"""


def at_each_size(page: Page, url: str) -> Iterator[Size]:
    """Open a page, and show it in windows of three sizes, none of which it is wider than."""
    page.goto(url)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        yield width, height


def cut(page: Page, selector: str) -> list[str]:
    """The elements whose content is wider than they are, and the texts that leave their chart."""
    return [*page.evaluate(CUT, selector), *page.evaluate(CUT_IN_CHARTS)]


def overlapping(page: Page, selector: str) -> list[str]:
    """Pairs of elements of which neither contains the other, and which cover each other."""
    return cast(list[str], page.evaluate(OVERLAPPING, selector))


def uneven(page: Page, selector: str = "tr[data-path]") -> list[str]:
    """Paths whose rows are on both sides, and do not stand side by side."""
    return cast(list[str], page.evaluate(UNEVEN, selector))


def too_small(page: Page, within: str = "body", least: float = 16) -> list[str]:
    """Texts under so many pixels, those in a chart as large as the chart is drawn."""
    return cast(list[str], page.evaluate(TOO_SMALL, [within, least]))


def off_the_first_screen(page: Page, *selectors: str, height: int = 720) -> list[str]:
    """Those that are not there, or do not end above the fold of a window of `height`."""
    boxes = {selector: page.locator(selector).bounding_box() for selector in selectors}
    return [
        each
        for each, box in boxes.items()
        if not box or box["y"] < 0 or box["y"] + box["height"] > height
    ]
