"""A client that says who it is, and takes an answer as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPMessage, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

GENEROUS = 120.0  # seconds: a busy machine is no reason to fail


class Answer(NamedTuple):
    """What came, as it was on the wire."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def kept(self) -> str:
        """Whether it came from the cache: HIT, MISS, STALE, EXPIRED, REVALIDATED."""
        return str(self.headers["X-Cache-Status"])


def ask(
    url: str, path: str, *, method: str = "GET", address: str = "127.0.0.1", **headers: str
) -> Answer:
    """Ask from an address of ours; `Accept_Encoding` is the header Accept-Encoding."""
    with answering(url, path, method=method, address=address, **headers) as response:
        return Answer(response.status, response.headers, response.read())


@contextmanager
def answering(
    url: str, path: str, *, method: str = "GET", address: str = "127.0.0.1", **headers: str
) -> Iterator[HTTPResponse]:
    """The same, before it is read."""
    server = urlsplit(url)
    place = server.hostname or "", server.port
    connection = HTTPConnection(*place, timeout=GENEROUS, source_address=(address, 0))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        # http.client would add a header for the encoding, and a second Host.
        connection.putrequest(method, path, skip_host="Host" in named, skip_accept_encoding=True)
        for name, value in named.items():
            connection.putheader(name, value)
        connection.endheaders()
        yield connection.getresponse()
    finally:
        connection.close()
