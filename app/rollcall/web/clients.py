"""Which client a request comes from, and that it is still there."""

import asyncio
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rollcall.core.query import without_suffix
from rollcall.lab.asker import Asker, asking
from rollcall.web.proxies import Proxies

GRACE = 1.0  # seconds; a shorter call ends sooner by itself than a fresh worker would be there


def asker_of(scope: Scope, proxies: Proxies) -> Asker:
    """Who sends a request, and from which place of the lecture."""
    path = without_suffix(scope["path"])
    lesson = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lesson", [""])[0]
    return Asker(proxies.client_of(scope), f"{path} {lesson}")


class EndsWithItsClient:
    """A request knows who asks, and ends when they are gone: nobody waits for its call any more."""

    def __init__(self, app: ASGIApp, proxies: Proxies) -> None:
        self.app = app
        self.proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        watch = _Watch(receive)

        async def send_and_watch_no_more(message: Message) -> None:
            watch.end()  # from here on the answer itself sees to it
            await send(message)

        with asking(asker_of(scope, self.proxies)):
            try:
                await self.app(scope, receive, send_and_watch_no_more)
            except asyncio.CancelledError:
                if not watch.is_gone:
                    raise
            finally:
                watch.end()


class _Watch:
    """Cancels the present task when its client goes away."""

    def __init__(self, receive: Receive) -> None:
        self.is_gone = False
        self._receive = receive
        self._request = asyncio.current_task()
        self._listening: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(GRACE, self._begin)  # most answers are there sooner

    def end(self) -> None:
        self._timer.cancel()
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None

    def _begin(self) -> None:
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._listening = None
        self.is_gone = True
        if self._request is not None:
            self._request.cancel()
