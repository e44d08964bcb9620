"""What a reader of the lecture asks for, in bytes on the wire."""

import gzip
import re
import socket
from collections.abc import Iterator
from html import unescape
from statistics import mean
from urllib.parse import urlsplit

from bench.figure import Figure
from rollcall.export.course_pages import course_pages
from rollcall.lab.choices import Choices
from rollcall.lectures.contents import Contents
from rollcall.lectures.course_path import path_of
from rollcall.web.view.lesson.question import UNCOVERED
from rollcall.web.view.lesson.strip import step_query
from serving import Served

PARTIAL = "HX-Request-Type: partial\r\n"


def visits(server: Served) -> Iterator[Figure]:
    """The first page with its styles and script, then step after step, each with its answer."""
    first = answer(server.url, "/")
    html = _text(first)
    files = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html)))
    loaded = len(first) + sum(len(answer(server.url, file)) for file in files)
    yield Figure("first page: requests", 1 + len(files), "")
    yield Figure("  bytes on the wire", loaded / 1000, "kB")
    contents = _contents(server)
    opened = [step_query(stop) for stop in path_of(contents)]
    shown = [each.replace(answer=UNCOVERED) for each in opened]
    steps = [answer(server.url, query.url, PARTIAL) for query in (*opened, *shown)]
    further = [asks(_text(step)) for step in steps]
    yield Figure("steps of the lecture", len(opened), "")
    yield Figure("  bytes of one, with or without its answer", mean(map(len, steps)) / 1000, "kB")
    yield Figure("  further requests of one", mean(map(len, further)), "")
    yield Figure("addresses within one click of a step", len(course_pages(contents)), "")


def asks(html: str) -> list[str]:
    """The addresses that a page asks for by itself when it is there."""
    return [unescape(each) for each in re.findall(r'data-ask="([^"]+)"', html)]


def answer(url: str, path: str, headers: str = "") -> bytes:
    """All that comes, headers included."""
    place = urlsplit(url)
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{headers}"
    with socket.create_connection((place.hostname, place.port), 120) as connection:
        connection.sendall(f"{asked}Connection: close\r\n\r\n".encode())
        parts = iter(lambda: connection.recv(1 << 16), b"")
        whole = b"".join(parts)
    assert whole.startswith(b"HTTP/1.1 200"), path
    return whole


def _contents(server: Served) -> Contents:
    return Choices.model_validate_json(_text(answer(server.url, "/catalog.json"))).contents


def _text(whole: bytes) -> str:
    return gzip.decompress(whole.partition(b"\r\n\r\n")[2]).decode()
