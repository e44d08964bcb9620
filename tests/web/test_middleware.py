"""Nobody computes a stream that a HEAD request will not read."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from rollcall.web.middleware import HeadAsGet


class Endless:
    """An application that streams as long as somebody listens."""

    def __init__(self) -> None:
        self.methods: list[str] = []
        self.left = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.methods.append(Request(scope).method)
        await StreamingResponse(self._events(), headers={"X-Played": "yes"})(scope, receive, send)
        self.left = True

    async def _events(self) -> AsyncIterator[bytes]:
        while True:
            yield b"event"
            await asyncio.sleep(0)


def test_head_ends_a_stream_at_once() -> None:
    app = Endless()
    answer = TestClient(HeadAsGet(app)).head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["X-Played"] == "yes"
    assert app.methods == ["GET"]
    assert app.left
