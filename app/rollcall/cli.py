"""The command `rollcall`."""

import argparse
import asyncio
import gc
import logging
import platform
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import TYPE_CHECKING

from rollcall import __version__
from rollcall.addresses import EVERY_ADDRESS, addresses_to_type, own_names
from rollcall.commands.any_letter import print_any_letter
from rollcall.commands.check.check import add_check
from rollcall.commands.exercises import add_exercises
from rollcall.commands.export import add_export
from rollcall.commands.isolation import promises_at_start
from rollcall.commands.listening import listen
from rollcall.commands.sent_data import tell_what_is_not_sent
from rollcall.commands.serve_options import add_serve_options
from rollcall.commands.targets import add_targets, lines_at_start, targets_of, tell
from rollcall.commands.temporary_room import check_room

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from rollcall.lab.choices import Choices
    from rollcall.lab.engine import Engine
    from rollcall.lab.limits import Limits
    from rollcall.lectures.targets import Targets

MOST_SECONDS = 3600
MOST_SHARED = 86_400  # seconds
FEWEST_MB, MOST_MB = 4, 1 << 20


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line.

    `arguments` without the program's name, or those it was started with.
    """
    print_any_letter()
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt:
        sys.exit(130)  # what a shell makes of Ctrl+C


def serve(options: argparse.Namespace) -> None:
    """Refuse what cannot be served, or serve."""
    error = options.parser.error
    if not 0 <= options.port <= 65535:
        error(f"--port takes a number from 0 to 65535, not {options.port}")
    if not 1 <= options.workers <= 64:
        error(f"--workers takes a number from 1 to 64, not {options.workers}")
    if not 0 < options.time_limit <= MOST_SECONDS:
        error(f"--time-limit takes up to {MOST_SECONDS:,} seconds, not {options.time_limit:g}")
    if options.ray_address is not None and options.engine != "ray":
        error("--ray-address goes with --engine ray")
    if not FEWEST_MB <= options.cache <= MOST_MB:
        error(f"--cache takes {FEWEST_MB} to {MOST_MB:,} MB, not {options.cache}")
    if options.memory_limit is not None:
        _refuse_memory(options.memory_limit, error)
    from rollcall.web.proxies import Proxies

    try:
        options.proxies = Proxies.of(options.proxy, options.proxy_header)
    except ValueError as problem:
        error(f"--proxy takes an address or a network such as 10.0.0.0/8: {problem}")
    if not 0 <= options.shared_cache <= MOST_SHARED:
        error(f"--shared-cache takes up to {MOST_SHARED:,} seconds, not {options.shared_cache}")
    run_server(options, targets_of(options))


def _refuse_memory(gigabytes: float, error: Callable[[str], object]) -> None:
    """A limit that is none."""
    from rollcall.lab.limits import limits_memory

    if gigabytes <= 0:
        error(f"--memory-limit takes gigabytes above 0, not {gigabytes:g}")
    if not limits_memory():
        error("--memory-limit: this system bounds the memory of no process")


def parser() -> argparse.ArgumentParser:
    """The options of the command line.

    Those of `serve` come with the parser that refuses their values.
    """
    program = argparse.ArgumentParser(
        prog="rollcall", description="Who answers when PyTorch calls?"
    )
    program.add_argument("--version", action="version", version=_versions())
    commands = program.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "serve",
        help="start the web server",
        description="Start the web server, with models of your own before the built-in course.",
    )
    add_targets(command)
    add_serve_options(command)
    command.set_defaults(parser=command, run=serve)
    add_check(commands)
    add_exercises(commands)
    add_export(commands)
    return program


def run_server(options: argparse.Namespace, targets: "Targets") -> None:
    """Listen, warm up, serve until interrupted."""
    check_room()
    # before torch is imported: a taken port is told at once. A proxy asks another server until
    # this one is warm; a browser waits.
    listener = listen(options.host, options.port, at_once=not options.proxy)
    port = listener.getsockname()[1]
    here, *elsewhere = [f"http://{address}:{port}/" for address in addresses_to_type(options.host)]
    join_cluster(options)
    started = time.monotonic()
    tell("importing PyTorch and warming up the lab ...")

    def ready(found: "Choices | None") -> None:
        # Nothing imported so far is garbage; to look through it all stops the server for 150 ms.
        gc.collect()
        gc.freeze()
        if found:
            for line in lines_at_start(targets, found.contents):
                tell(f"WARNING: {line}")
        tell(f"ready after {time.monotonic() - started:.1f} s at {here}")
        for url in elsewhere:
            tell(f"others on the same network type {url}")
        if options.host in EVERY_ADDRESS and not elsewhere:
            tell("this machine has no address on a network, so nobody else can reach it")
        for line in promises_at_start(found):
            tell(line)
        tell_what_is_not_sent(options, targets)
        tell("Ctrl+C stops it")
        if options.open:
            first = here
            if targets.own:
                first = f"{here}findings/first"
            threading.Thread(target=webbrowser.open, args=(first,), daemon=True).start()

    gc.disable()  # to look for garbage in what is imported takes half a second
    from rollcall.folders import MODELS
    from rollcall.lab.limits import Limits
    from rollcall.lectures.targets import Targets
    from rollcall.main import LOOPBACK, create_app
    from rollcall.web.view.words import plural

    gc.enable()
    tell(
        f"PyTorch is there after {time.monotonic() - started:.1f} s; "
        f"{plural(options.workers, 'worker tries', 'workers try')} every experiment ..."
    )
    limits = Limits(
        memory=options.memory_limit, seconds=options.time_limit, allowed=tuple(options.allow)
    )
    app = create_app(
        targets,
        workers=options.workers,
        seconds=options.time_limit,
        hosts=(*LOOPBACK, *own_names(options.host), *options.allow_host),
        embed_origins=options.embed_origin,
        # Nobody edits the built-in course, nor what a shared cache answers for.
        watch=targets != Targets.of(MODELS) and not options.shared_cache,
        shared_cache=options.shared_cache,
        proxies=options.proxies,
        limits=limits,
        engine=engine_of(options, limits),
        cache=options.cache,
        on_ready=ready,
    )
    with listener:
        http_server(app).run(sockets=[listener])


def join_cluster(options: argparse.Namespace) -> None:
    """Join the cluster that is asked for, if one is."""
    if options.engine != "ray":
        return
    from rollcall.lab.cluster.joining import CannotJoin, join

    try:
        join(options.ray_address)
    except CannotJoin as error:
        sys.exit(f"rollcall: {error}")


def engine_of(options: argparse.Namespace, limits: "Limits") -> "Engine | None":
    """That of the cluster; None for the embedded one."""
    if options.engine != "ray":
        return None
    from rollcall.lab.cluster.engine import RayEngine

    return RayEngine(options.workers, limits)


def http_server(app: "FastAPI") -> "uvicorn.Server":
    """What serves the application, here and in the tests."""
    import uvicorn

    from rollcall.web.http_protocol import BoundedProtocol
    from rollcall.web.http_server import Server
    from rollcall.web.open_files import ONCE_PER_MINUTE, most_connections

    BoundedProtocol.most = most_connections()
    # uvloop starved sockets at 500 keep-alive connections; an open stream would hold SIGTERM
    # without a limit.
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=BoundedProtocol,
        log_level="warning",
        timeout_graceful_shutdown=3,
        server_header=False,
        proxy_headers=False,  # uvicorn would believe whoever asks from this machine
    )
    logging.getLogger("asyncio").addFilter(ONCE_PER_MINUTE)
    logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)
    return Server(config)


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """What is still open at the end, such as a stream, is cancelled: no traceback for that."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _versions() -> str:
    """What a bug report needs; PyTorch's without importing it, which takes seconds."""
    try:
        torch = metadata.version("torch")
    except metadata.PackageNotFoundError:  # built from source, and never installed as a package
        torch = "of unknown version"
    return f"rollcall {__version__} (torch {torch}, Python {platform.python_version()})"
