"""Two servers on one folder, whose files are saved meanwhile; then one of them is killed."""

import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.proof import tell
from serving import Served, started

ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"
SAVES = 12
NET = """
from torch import nn
from parts import FEATURES

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(10, FEATURES)]

    def forward(self, x):
        return self.layers[0](x)
"""
ASKED = "?left=net.Net&right=net.Net&seed={}"
PAGES = ("/registry.json", "/registry", "/forward", "/modes.json", "/step", "/saving")


def answer(url: str, path: str) -> tuple[int, bytes]:
    """Status and body."""
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=120)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()


def version(url: str) -> str:
    """The word for the state of the files that open pages are told."""
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=120)) as connection:
        connection.request("GET", "/saves")
        response = connection.getresponse()
        while not (line := response.readline()).startswith(b"id:"):
            assert line, "the stream ended"
        return line.decode().removeprefix("id:").strip()


def save(folder: Path, features: int) -> None:
    """As editors do: at no moment is there half a file."""
    beside = folder / "parts.py~"
    beside.write_text(f"FEATURES = {features}\n")
    beside.replace(folder / "parts.py")


@contextmanager
def asked_all_the_time(url: str, statuses: list[int]) -> Iterator[None]:
    """Somebody asks for new pages inside the block; with what success."""
    ended = threading.Event()

    def ask() -> None:
        for seed in count(1000):
            if ended.is_set():
                return
            statuses.append(answer(url, "/registry" + ASKED.format(seed))[0])

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def differing(servers: list[str], pages: list[str]) -> int:
    """How many pages the servers answer differently, or not at all."""
    with ThreadPoolExecutor(len(servers)) as pool:
        answers = [set(pool.map(answer, servers, [page] * len(servers))) for page in pages]
    return sum(len(each) > 1 or next(iter(each))[0] != 200 for each in answers)


def run(one: Served, other: Served, folder: Path) -> None:
    """Save, ask both for the same, save again; kill one."""
    meanwhile: list[int] = []  # statuses
    servers = [one.url, other.url]
    pages = [page + ASKED.format(1) for page in PAGES]
    differ = old = 0
    with asked_all_the_time(one.url, meanwhile), asked_all_the_time(other.url, meanwhile):
        for features in range(31, 31 + SAVES):
            save(folder, features)
            differ += differing(servers, pages)
            differ += len({version(url) for url in servers}) > 1
            old += f"[{features},10]".encode() not in answer(one.url, pages[0])[1]
    before = [answer(other.url, page) for page in pages]
    with asked_all_the_time(other.url, meanwhile):
        one.process.kill()
        one.process.wait()
        new = [answer(other.url, page + ASKED.format(2)) for page in PAGES]
    kept = [answer(other.url, page) for page in pages] == before
    refused = sum(status != 200 for status in (*meanwhile, *(status for status, _ in new)))
    compared = SAVES * (len(pages) + 1)
    asked = len(meanwhile) + len(new)
    measured = (
        f"{SAVES} saves while {asked} others ask: {differ} of {compared} pages and versions "
        f"differ, {old} are old, {refused} requests failed"
    )
    promise = "two servers on one folder answer the same, and one goes on when the other is killed"
    tell("two_servers", promise, measured, not (differ or old or refused) and kept)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "net.py").write_text(NET)
        save(Path(name), 30)
        serve = (ROLLCALL, Path(name), "--no-course", "--workers", "1", "net.py")
        with started(*serve) as first, started(*serve) as second:
            run(first, second, Path(name))
