"""A real server for tests: `rollcall serve` as a process, or the same in a thread of ours."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, cast

from fastapi import FastAPI
from starlette.testclient import TestClient

from rollcall import cli
from rollcall.addresses import bracketed
from rollcall.commands.listening import listen
from rollcall.folders import MODELS
from rollcall.lectures.targets import Targets
from rollcall.main import create_app
from web.course import GENEROUS, cold

# The checkout must not reach an installed package through PYTHONPATH.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


class Served(NamedTuple):
    """A server that runs."""

    url: str
    process: "subprocess.Popen[str]"


@contextmanager
def serving(rollcall: Path | list[str], folder: Path, *options: str) -> Iterator[str]:
    """The address of `rollcall serve`, started in `folder` on a free port, once it is warm.

    Args:
        rollcall: the program, or a command that stands for it.
        folder: where it is started.
        options: further ones of `serve`.
    """
    with started(rollcall, folder, *options) as served:
        yield served.url


@contextmanager
def started(rollcall: Path | list[str], folder: Path, *options: str) -> Iterator[Served]:
    """The same, with its process, for a test that ends it."""
    program = rollcall if isinstance(rollcall, list) else [rollcall]
    command: list[str | Path] = [*program, "serve", "--port", "0", *options]
    environment = ENVIRONMENT | {"PYTHONUNBUFFERED": "1"}
    out, err = subprocess.PIPE, subprocess.STDOUT
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=out, stderr=err, text=True
    )
    too_late = threading.Timer(120, process.kill)
    too_late.start()
    try:
        assert process.stdout
        said = ""
        while not (url := re.search(r"http://127\.0\.0\.1:\d+", said)):
            line = process.stdout.readline()
            assert line, f"the server ended, having said:\n{said}"
            said += line
        too_late.cancel()  # it bounds the start alone
        yield Served(url[0], process)
    finally:
        too_late.cancel()
        process.terminate()
        process.communicate()


@contextmanager
def serving_in_a_thread(
    what: Targets | Path = MODELS, host: str = "127.0.0.1", *, watch: bool = False
) -> Iterator[str]:
    """The address of a server as `rollcall serve` starts it, without a further import of PyTorch.

    Args:
        what: the targets, or a folder of lecture files.
        host: the address to listen on.
        watch: pages follow what is saved.
    """
    ready = threading.Event()
    with cold():
        app = create_app(
            what,
            workers=1,
            seconds=GENEROUS,
            watch=watch,
            on_ready=lambda found: ready.set(),
        )
    with listen(host, 0) as listener:
        server = cli.http_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(GENEROUS), "it did not get ready"
            yield f"http://{bracketed(host)}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def serving_a_client(client: TestClient) -> Iterator[str]:
    """The address at which the application of a client, begun already, answers browsers as well."""
    assert client.portal
    server = cli.http_server(cast(FastAPI, client.app))
    server.config.lifespan = "off"  # the client sees to it
    with listen("127.0.0.1", 0) as listener:
        served = client.portal.start_task_soon(server.serve, [listener])
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            served.result()
