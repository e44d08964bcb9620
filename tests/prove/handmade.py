"""Requests that no client sends: each in the bytes that go over the wire."""

import socket
from contextlib import suppress
from urllib.parse import urlsplit

HOST = b"Host: localhost\r\n"
LAST = HOST + b"Connection: close\r\n"
PATIENCE = 20.0  # seconds; a request that never ends is dropped after 15
ACCEPTED = (
    b"text/html;q=0",
    b"*/*;q=-1",
    b",,;;==",
    b"application/json;" * 400,
    b"\xff\xfe/\x80",
    b"text/html;q=1e999, */*;q=nan",
)
METHODS = (b"TRACE", b"CONNECT", b"OPTIONS", b"PROPFIND", b"GETGET", b"get", b"\xe4", b"POST")
PATHS = (
    b"/%",
    b"/%zz",
    b"/%00",
    b"/%ff%fe",
    b"/%ed%a0%80",  # half of a surrogate pair
    b"/..%2f..%2fetc/passwd",
    b"//registry",
    b"/registry/../registry",
    b"/static/%00",
    b"/static/..%2f..%2fpyproject.toml",
    b"*",
    b"http://localhost/registry",
    b"/" + b"a/" * 5000,
)
QUERIES = (
    b"?",
    b"?&&&==;;",
    b"?%",
    b"?seed=%ff",
    b"?left=%ed%a0%80.Net",
    b"?left=%00&right=%0d%0aSet-Cookie:x",
    b"?seed=" + b"9" * 5000,
    b"?seed=1_0&seed=%20%31",
    b"?seed=NaN&mode[]=train",
    b"?x=" + b"(" * 299,
    b"?x=" + b"[(" * 100 + b"4",
    b"?left=" + b"%F0%9F%91%BB" * 50,
    b"?" + b"&".join(b"p%d=%d" % (each, each) for each in range(10_000)),
    b"?" + b"&".join(b"seed=%d" % each for each in range(5_000)),
    b"?" + b"eval=layers[0]&" * 2_000,
    b"?hide=" + b"tabs," * 2_000,
)
PAGES = (b"/registry", b"/registry.json", b"/dropout.stream", b"/exercise.py", b"/exam", b"/")
HEADERS = (
    b"X-Long: " + b"a" * 60_000,
    b"\r\n".join(b"X-%d: %d" % (each, each) for each in range(3_000)),
    b"Cookie: \xff\x00",
    b"If-None-Match: " + b'"x",' * 5_000,
    b"If-None-Match: \xff",
    b"Accept-Encoding: gzip;q=\xff, br;q=1e400",
    b"HX-Request-Type: \xed\xa0\x80",
    b"X-Forwarded-For: \xff, ,,::::",
    b"Expect: 100-continue\r\nContent-Length: 5",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13",
    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    b"Content-Length: 18446744073709551617",
    b"Range: bytes=-1",
    b"Host: localhost\r\nHost: elsewhere",
    b" folded: x",
    b"no colon",
)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
BODIES = (
    CHUNKED + b"zz\r\n",
    CHUNKED + b"5\r\nhello\r\n-1\r\n",
    CHUNKED + b"ffffffffffffffffffff\r\n",
    CHUNKED + b"5;ext=\x00\r\nhello\r\n0\r\nTrailer: \xff\r\n\r\n",
    CHUNKED + b"1\r\n" + b"x" * 100_000,
    b"Content-Length: 100\r\n\r\nshort",
    b"Content-Length: 0\r\n\r\nmore than that",
)


def handmade() -> list[bytes]:
    """All of them."""
    made = [b"GET / HTTP/1.1\r\nAccept: " + each + b"\r\n" + LAST + b"\r\n" for each in ACCEPTED]
    made += [each + b" /registry HTTP/1.1\r\n" + LAST + b"\r\n" for each in METHODS]
    made += [b"GET " + each + b" HTTP/1.1\r\n" + LAST + b"\r\n" for each in PATHS]
    for page in PAGES:
        made += [b"HEAD " + page + each + b" HTTP/1.1\r\n" + LAST + b"\r\n" for each in QUERIES]
        made += [b"GET " + page + b" HTTP/1.1\r\n" + LAST + each for each in BODIES]
    for page in (b"/registry", b"/registry.json"):
        made += [b"GET " + page + each + b" HTTP/1.1\r\n" + LAST + b"\r\n" for each in QUERIES]
        made += [b"GET " + page + b" HTTP/1.1\r\n" + LAST + each + b"\r\n\r\n" for each in HEADERS]
    page = b"GET /registry HTTP/1.1\r\n"
    made += [page + HOST + b"\r\n", page * 2, b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"]
    made += [b"", b"\r\n" * 1_000, b"\x16\x03\x01\x02\x00" * 100, b"\x00" * 1_000, b"GET /\r\n"]
    made.append((page + HOST + b"\r\n") * 50 + page + LAST + b"\r\n")  # all in one go
    return made


def statuses_of(url: str, sent: bytes) -> list[int]:
    """What comes back after a client has said its last word; nothing where that is nothing."""
    server = urlsplit(url)
    received = b""
    with (
        suppress(OSError),
        socket.create_connection((server.hostname, server.port), PATIENCE) as connection,
    ):
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(1 << 16):
            received += part
    parts = received.split(b"HTTP/1.1 ")[1:]
    return [int(part[:3]) for part in parts if part[:3].isdigit()]
