"""A thousand clients on one page that nobody has asked for before: how long until all have it."""

import asyncio
import time
from collections.abc import Iterator
from statistics import median
from urllib.parse import urlsplit

from bench.figure import Figure, new_seed

CLIENTS = 1000
ROUNDS = 5
PAGE = "/registry?seed={}"


def crowds(direct: str, cached: str) -> Iterator[Figure]:
    """In turn, so that a busy machine slows both."""
    rounds = [
        (seconds_until_all_have(direct), seconds_until_all_have(cached)) for _ in range(ROUNDS)
    ]
    alone, behind = (median(each) for each in zip(*rounds, strict=True))
    yield Figure(f"{CLIENTS:,} clients on a page never seen: asking the server", alone, "s")
    yield Figure("  asking nginx", behind, "s")
    yield Figure("  ratio", alone / behind, "x")


def seconds_until_all_have(url: str) -> float:
    """From the first request to the last byte of the last answer."""
    return asyncio.run(_seconds_until_all_have(url, PAGE.format(new_seed())))


async def _seconds_until_all_have(url: str, path: str) -> float:
    place = urlsplit(url)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Accept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    )
    started = time.perf_counter()

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(request.encode())
        answer = await reader.read()
        writer.close()
        return answer

    answers = await asyncio.gather(*(ask() for _ in range(CLIENTS)))
    seconds = time.perf_counter() - started
    bodies = {answer.partition(b"\r\n\r\n")[2] for answer in answers}
    assert len(bodies) == 1, "not all have the same page"
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    return seconds
