"""One connection, with bounds: who says nothing, or takes nothing, keeps no place of another."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 15.0  # for a whole request, from the connection or the last answer on
TAKEN_SECONDS = 60.0  # for a client to take in what was sent
HALF_CLOSED_SECONDS = 2.0  # for the answer to a client that has said its last word
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: 66\r\nRetry-After: 5\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    b"Roll Call has as many connections as it can hold. Try again soon.\n"
)


class BoundedProtocol(H11Protocol):
    """uvicorn's, and the deadlines that it has not."""

    most = 4000  # connections at once
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection; past the bound, say so and end it."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            self._refused = True
            transport.write(FULL)
            transport.close()
            return
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._stop("_deadline")
        self._stop("_unread")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Go on reading the request, whose deadline ends with its last byte."""
        if self._refused:
            return
        super().data_received(data)
        if self._has_request:
            self._stop("_deadline")

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """Answer a client that sends no more, unless it is a stream: its viewer has gone."""
        waits = self.cycle is not None and not self.cycle.response_started
        if not waits or self.cycle.more_body:
            return None
        self.cycle.keep_alive = False
        self._deadline = self.loop.call_later(HALF_CLOSED_SECONDS, self.transport.close)
        return True

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; where an answer has begun, the connection just ends."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # what it sends from now on goes nowhere
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.close()

    def on_response_complete(self) -> None:
        """Wait for the next request, if it has not come already."""
        super().on_response_complete()
        if not self.transport.is_closing() and not self._has_request:
            self._expect_request()

    def pause_writing(self) -> None:
        """Much is unread: it is to be taken in before the deadline."""
        super().pause_writing()
        self._unread = self.loop.call_later(TAKEN_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads on."""
        self._stop("_unread")
        super().resume_writing()

    @property
    def _has_request(self) -> bool:
        """Whether a request is all there."""
        return self.conn.their_state in (h11.DONE, h11.MUST_CLOSE, h11.CLOSED)

    def _expect_request(self) -> None:
        self._stop("_deadline")
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._too_late)

    def _too_late(self) -> None:
        self._deadline = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:  # it was answered before it was all there
            self.transport.abort()

    def _stop(self, name: str) -> None:
        timer = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)
