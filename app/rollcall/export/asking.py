"""Ask the application for a page, in this process and without a socket."""

import asyncio
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message


class NotAnswered(Exception):
    """A page answered with an error."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(f"{url} answered with {status}")
        self.url = url
        self.status = status


async def silence() -> Message:
    """A client that stays, and has said all it has to say."""
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")


async def ask(app: ASGIApp, url: str) -> bytes:
    """The body that a browser would get.

    Raises:
        NotAnswered: the status is not 200.
    """
    path, _, query = url.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "server": ("localhost", 80),
    }
    said = [{"type": "http.request", "body": b"", "more_body": False}]
    heard: list[Message] = []

    async def receive() -> Message:
        if said:
            return said.pop()
        return await silence()

    async def send(message: Message) -> None:
        heard.append(message)

    await app(scope, receive, send)
    status = heard[0]["status"]
    if status != 200:
        raise NotAnswered(url, status)
    return b"".join(message.get("body", b"") for message in heard[1:])
