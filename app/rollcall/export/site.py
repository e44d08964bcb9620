"""All files of an exported course."""

import asyncio
import re
from collections.abc import Iterable
from importlib.metadata import version
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from rollcall import __version__
from rollcall.export.asking import ask
from rollcall.export.course_pages import course_pages, downloads
from rollcall.export.files import Files
from rollcall.export.offline_page import offline_page
from rollcall.lectures.contents import Contents

AT_ONCE = 8  # requests under way: enough for every worker, and few enough to hold their pages
STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
STATIC_FILE = re.compile(r'(?:href|src)="(static/[^"]+)"')

TOLD = (
    "Exported by Roll Call {roll_call} with PyTorch {torch}: every cell was run then. What asks a "
    "server is left out here: other models, seeds and inputs, calls on single modules, Play, the "
    "other tabs, JSON. <code>rollcall serve</code> has it all."
)


async def course_site(app: ASGIApp, contents: Contents) -> dict[str, bytes]:
    """The content of each file.

    Raises:
        NotAnswered: a page of the course answers with an error.
    """
    pages, kept_files = course_pages(contents), downloads(contents)
    answers = await _ask_all(app, [*pages, *kept_files])
    html = {address: answers[address].decode() for address in pages}
    static = {each: _static_file(each) for text in html.values() for each in STATIC.findall(text)}
    files = Files(pages | kept_files | static)
    told = TOLD.format(roll_call=__version__, torch=version("torch"))
    site = {name: answers[address] for address, name in kept_files.items()}
    for address, name in pages.items():
        page = await asyncio.to_thread(offline_page, html[address], files, told)
        site[name] = page.encode()
    used = {name for page in pages.values() for name in STATIC_FILE.findall(site[page].decode())}
    answers = await _ask_all(app, [each for each, name in static.items() if name in used])
    return site | {static[each]: body for each, body in answers.items()}


async def _ask_all(app: ASGIApp, addresses: Iterable[str]) -> dict[str, bytes]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def answer(address: str) -> bytes:
        async with gate:
            return await ask(app, address)

    asked = list(addresses)
    return dict(zip(asked, await asyncio.gather(*map(answer, asked)), strict=True))


def _static_file(address: str) -> str:
    """`/static/lesson/keys.js?v=0123` is written as `static/lesson/keys.0123.js`."""
    path, digest = urlsplit(address).path.lstrip("/"), urlsplit(address).query.removeprefix("v=")
    stem, _, suffix = path.rpartition(".")
    return f"{stem}.{digest}.{suffix}"
