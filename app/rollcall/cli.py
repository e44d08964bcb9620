"""The command `rollcall`."""

import argparse
import asyncio
import logging
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path

DEFAULT_PORT = 8000


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; `arguments` without the program's name, or those it was started with."""
    parser = argparse.ArgumentParser(prog="rollcall", description="Who answers when PyTorch calls?")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="start the web server", description="Start the web server.")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="port to listen on (default: %(default)s)")
    serve.add_argument("--open", action="store_true", help="open the page in the browser")
    serve.add_argument("--models", type=Path, help="folder of lecture files (default: the built-in course)")
    serve.add_argument("--workers", type=int, default=2, help="processes that run models (default: %(default)s)")
    serve.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="a name by which browsers may ask; repeatable"
    )
    options = parser.parse_args(arguments)
    if not 0 <= options.port <= 65535:
        serve.error(f"--port takes a number from 0 to 65535, not {options.port}")
    if not 1 <= options.workers <= 64:
        serve.error(f"--workers takes a number from 1 to 64, not {options.workers}")
    if options.models is not None and not options.models.is_dir():
        serve.error(f"--models takes a folder, and {options.models} is none")
    try:
        run_server(options)
    except KeyboardInterrupt:
        sys.exit(130)  # what a shell makes of Ctrl+C


def run_server(options: argparse.Namespace) -> None:
    """Listen, warm up, serve until interrupted."""
    listener = _listen(options.host, options.port)  # before torch is imported: a taken port is told at once
    port = listener.getsockname()[1]
    url = f"http://{_for_browser(options.host)}:{port}/"
    started = time.monotonic()
    _tell("importing PyTorch and warming up the lab ...")

    def ready() -> None:
        _tell(f"ready after {time.monotonic() - started:.1f} s at {url}")
        _tell("Ctrl+C stops it")
        if options.open:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    import uvicorn

    from rollcall.folders import MODELS
    from rollcall.main import LOOPBACK, create_app

    _tell(
        f"PyTorch is there after {time.monotonic() - started:.1f} s; {options.workers} workers try every experiment ..."
    )
    app = create_app(
        options.models or MODELS,
        workers=options.workers,
        hosts=(*LOOPBACK, *_own_names(options.host), *options.allow_host),
        on_ready=ready,
    )
    # uvloop starved sockets at 500 keep-alive connections; an open stream would hold SIGTERM without a limit.
    config = uvicorn.Config(app, loop="asyncio", log_level="warning", timeout_graceful_shutdown=3, server_header=False)
    logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)
    uvicorn.Server(config).run(sockets=[listener])


def _tell(text: str) -> None:
    print(f"Roll Call: {text}", file=sys.stderr, flush=True)


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """What is still open at the end, such as a stream, is cancelled: no traceback for that."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # asyncio sends without delay only where the protocol is named; else every second packet waits 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        sys.exit(f"rollcall: cannot listen on {host}:{port}: {error.strerror}. Choose another with --port or --host.")
    return listener


def _for_browser(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _own_names(host: str) -> tuple[str, ...]:
    """What this machine is called, for a server that listens on all its addresses."""
    if host not in ("0.0.0.0", "::"):
        return (_for_browser(host),)
    name = socket.gethostname()
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        addresses = set()
    return (name.lower(), f"{name.lower()}.local", *sorted(f"[{a}]" if ":" in a else a for a in addresses))
