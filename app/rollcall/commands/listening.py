"""The socket that a server listens on."""

import os
import socket
import sys


def listen(host: str, port: int, *, at_once: bool = True) -> socket.socket:
    """A socket for an address, which refuses connections until it is served, or keeps them."""
    family = socket.AF_INET
    if ":" in host:
        family = socket.AF_INET6
    try:
        # asyncio sends without delay only where the protocol is named; else every second packet
        # waits 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":  # on Windows it would take a port from who has it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        if at_once:
            listener.listen(2048)
    except OSError as error:
        sys.exit(
            f"rollcall: cannot listen on {host}:{port}: {error.strerror}. "
            "Choose another with --port or --host."
        )
    return listener
