"""Connections that say nothing, too much, or nonsense: each is bounded, and costs nobody else."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from rollcall import cli
from rollcall.commands.listening import listen
from rollcall.web import http_protocol
from rollcall.web.http_protocol import BoundedProtocol
from rollcall.web.open_files import ONCE_PER_MINUTE, most_connections

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
Open = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Told(logging.Handler):
    """What the server logs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.exc_info or ''}")


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once; /later in a while, /endless with more than any buffer holds."""
    request = Request(scope)
    if request.url.path == "/later":
        await asyncio.sleep(0.1)
    if request.url.path == "/endless":
        await StreamingResponse(_endless())(scope, receive, send)
    else:
        await PlainTextResponse("hello")(scope, receive, send)


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 1_000_000
        await asyncio.sleep(0)


@asynccontextmanager
async def served(told: Told) -> AsyncIterator[Open]:
    server = cli.http_server(cast(FastAPI, answer))
    server.config.lifespan = "off"
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(told)
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield lambda: asyncio.open_connection("127.0.0.1", port)
        finally:
            server.should_exit = True
            await task
            logger.removeHandler(told)


async def answered(connect: Open, sent: bytes, *, eof: bool = False) -> bytes:
    """All that comes back until the server ends the connection."""
    reader, writer = await connect()
    writer.write(sent)
    if eof:
        writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def run(test: Callable[[Open], Awaitable[None]]) -> list[str]:
    """What was logged meanwhile."""
    told = Told()

    async def whole() -> None:
        async with served(told) as connect:
            await test(connect)

    asyncio.run(whole())
    return told.lines


def test_a_request_has_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "REQUEST_SECONDS", 0.2)

    async def test(connect: Open) -> None:
        for sent in (b"", b"GET / HT", GET):  # nothing, and what never ends
            assert await answered(connect, sent) == b""
        body = b"Content-Length: 9\r\n\r\nx"
        assert b"hello" in await answered(connect, GET + body)
        assert (await answered(connect, GET + b"\r\n")).endswith(b"hello")  # then it is idle
        later = GET.replace(b"/ ", b"/later ", 1) + b"\r\n"
        assert (await answered(connect, later)).endswith(b"hello")

    assert run(test) == []


def test_a_request_that_came_before_the_last_answer_was_out_has_no_shorter_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As where a client has the body, and the server has still to say that it was all."""
    monkeypatch.setattr(http_protocol, "REQUEST_SECONDS", 0.03)  # of /later, which takes 0.1

    async def test(connect: Open) -> None:
        later = GET.replace(b"/ ", b"/later ", 1)
        sent = GET + b"\r\n" + later + b"\r\n" + later + b"Connection: close\r\n\r\n"
        assert (await answered(connect, sent)).count(b"hello") == 3

    assert run(test) == []


def test_past_the_bound_a_connection_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(connect: Open) -> None:
        monkeypatch.setattr(BoundedProtocol, "most", 2)
        first, second = await connect(), await connect()
        refused = await answered(connect, b"")
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 5" in refused
        assert refused.endswith(
            b"\r\n\r\nRoll Call has as many connections as it can hold. Try again soon.\n"
        )
        for _, writer in (first, second):
            writer.close()
            await writer.wait_closed()
        assert b"200 OK" in await answered(connect, GET + b"Connection: close\r\n\r\n")

    assert run(test) == []


def test_a_client_that_has_said_its_last_word_is_answered() -> None:
    async def test(connect: Open) -> None:
        for path in (b"/", b"/later"):
            asked = GET.replace(b"/ ", path + b" ", 1) + b"\r\n"
            assert (await answered(connect, asked, eof=True)).endswith(b"hello")

    assert run(test) == []


def test_who_reads_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "TAKEN_SECONDS", 0.2)

    lost = asyncio.Event()
    loses = BoundedProtocol.connection_lost

    def connection_lost(protocol: BoundedProtocol, error: Exception | None) -> None:
        loses(protocol, error)
        lost.set()

    monkeypatch.setattr(BoundedProtocol, "connection_lost", connection_lost)

    async def test(connect: Open) -> None:
        _, writer = await connect()
        writer.write(GET.replace(b"/ ", b"/endless ", 1) + b"\r\n")
        await asyncio.wait_for(lost.wait(), 10)
        writer.close()

    assert run(test) == []


@pytest.mark.parametrize("path", [b"/ ", b"/later ", b"/endless "])
@pytest.mark.parametrize(
    "nonsense",
    [
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n-1\r\n",
        b"Content-Length: 1, 2\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"no header\r\n\r\n",
        b"\x00\x01: x\r\n\r\n",
    ],
)
def test_nonsense_leaves_no_traceback(nonsense: bytes, path: bytes) -> None:
    async def test(connect: Open) -> None:
        await answered(connect, GET.replace(b"/ ", path, 1) + nonsense)
        assert b"200 OK" in await answered(connect, GET + b"Connection: close\r\n\r\n")

    assert set(run(test)) <= {"Invalid HTTP request received. "}


def test_the_limit_on_open_files_bounds_the_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: raised.append(limits))
    for limits, fewest, most in (
        ((64, 64), 4, 40),
        ((1024, 1 << 20), 3_900, 4_000),
        ((1024, resource.RLIM_INFINITY), 3_900, 4_000),
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limits=limits: limits)
        assert fewest <= most_connections() <= most
    assert raised == [(8_192, 1 << 20), (8_192, resource.RLIM_INFINITY)]


def test_a_full_table_of_files_is_told_once_a_minute() -> None:
    said = [
        ONCE_PER_MINUTE.filter(
            logging.LogRecord("asyncio", 40, "", 1, text, (), (ValueError, ValueError(), None))
        )
        for text in ("socket.accept() out of system resource", "another") * 3
    ]
    assert said == [True, True, False, True, False, True]
