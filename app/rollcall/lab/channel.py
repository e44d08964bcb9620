"""What a worker process and the server say to each other over a socket.

A request of the embedded engine is pickled: the worker trusts the server. An answer is bytes of a
kind, never unpickled: a lecture file can do in its worker what it likes, and the server trusts no
worker.
"""

import struct
from enum import IntEnum
from socket import socket
from typing import NamedTuple

from rollcall.core.wire import BadMessage

HEADER = struct.Struct("<BQ")  # the kind, and how many bytes follow
MOST_BYTES = 512 << 20  # of one message: more than any report takes
MOST_JOINED = 1 << 16  # bytes that are copied: to send the header alone takes longer
SPENT = 97  # exit code of a worker in which something was left running


class Kind(IntEnum):
    """What a message is."""

    REQUEST = 0
    READY = 1  # the worker takes requests
    PART = 2  # of an answer that is shown while it grows
    ANSWER = 3
    REFUSED = 4  # a `Refusal`, as JSON
    BROKE = 5  # what raised, as text
    TAKEN = 6  # the request is there
    LAST = 7  # the worker is ended after the request that follows
    CALL = 8  # a request as JSON


class Request(NamedTuple):
    """What a worker is to do."""

    kind: Kind
    content: bytes


def header(content: bytes, kind: Kind) -> bytes:
    """What goes before the content of a message."""
    return HEADER.pack(kind, len(content))


def read_header(content: bytes) -> tuple[Kind, int]:
    """Kind and length.

    Raises:
        BadMessage: it is no header.
    """
    kind, length = HEADER.unpack(content)
    if kind not in list(Kind) or length > MOST_BYTES:
        raise BadMessage(f"a message of kind {kind} with {length} bytes")
    return Kind(kind), length


def send(connection: socket, kind: Kind, content: bytes = b"") -> None:
    """Send one message, from the worker."""
    if len(content) <= MOST_JOINED:
        connection.sendall(header(content, kind) + content)
        return
    connection.sendall(header(content, kind))
    connection.sendall(content)


def receive(connection: socket) -> Request | None:
    """The next request; None where the server is gone."""
    start = _exactly(connection, HEADER.size)
    if start is None:
        return None
    kind, length = read_header(start)
    content = _exactly(connection, length)
    if content is None:
        return None
    return Request(kind, content)


def _exactly(connection: socket, length: int) -> bytes | None:
    content = bytearray(length)
    view = memoryview(content)
    while view:
        count = connection.recv_into(view)
        if count == 0:
            return None
        view = view[count:]
    return bytes(content)
