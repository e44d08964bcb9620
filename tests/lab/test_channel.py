"""Messages over a socket, as a worker reads and writes them."""

import socket
from unittest import mock

import pytest

from rollcall.core.wire import BadMessage
from rollcall.lab.channel import HEADER, MOST_BYTES, Kind, Request, header, receive, send


@pytest.mark.parametrize("content", [b"", b"\0", b"call" * 1000])
def test_a_message_is_read_as_it_was_sent(content: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, Kind.CALL, content)
        send(ours, Kind.LAST)
        assert receive(theirs) == Request(Kind.CALL, content)
        assert receive(theirs) == Request(Kind.LAST, b"")


def test_header_and_content_are_sent_together() -> None:
    """Else whoever waits for a message wakes up twice for each."""
    connection = mock.create_autospec(socket.socket, instance=True)
    send(connection, Kind.PART, b"of an answer")
    connection.sendall.assert_called_once_with(header(b"of an answer", Kind.PART) + b"of an answer")


@pytest.mark.parametrize("sent", [b"", header(b"call", Kind.CALL)[:3], header(b"call", Kind.CALL)])
@pytest.mark.parametrize("more", [b"", b"cal"])
def test_a_message_that_ends_early_is_none(sent: bytes, more: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(sent + more if len(sent) == HEADER.size else sent)
        ours.close()
        assert receive(theirs) is None


@pytest.mark.parametrize(
    ("kind", "length"), [(max(Kind) + 1, 4), (255, 0), (Kind.CALL, MOST_BYTES + 1)]
)
def test_what_is_no_header_is_refused(kind: int, length: int) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(HEADER.pack(kind, length))
        with pytest.raises(BadMessage, match=f"{length} bytes"):
            receive(theirs)
