"""nginx with the configuration of docs/deploy, before servers of a test."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from serving import Served

CONFIGURATION = Path(__file__).parents[2] / "docs/deploy/nginx.conf"
ADVICE = "nginx was not found. On Debian or Ubuntu: apt-get install nginx-light"
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"  # where servers are kept
SERVERS = ("10.0.0.11:8000", "10.0.0.12:8000")
FOR_NO_NAME, FOR_OURS = "listen 80 default_server;", "listen 80; #"
PER_SECOND, AT_ONCE = "rate=500r/s", "burst=8000"
NO_CHANGES: Mapping[str, str] = {}
# One machine plays a thousand clients, so it is not to be refused.
UNLIMITED = {PER_SECOND: "rate=1000000r/s"}


def find_nginx() -> str | None:
    """The program, if it is there."""
    return shutil.which("nginx", path=PLACES)


def configured(servers: Sequence[str], port: int, changes: Mapping[str, str]) -> str:
    """The file of docs/deploy with the addresses of a test in it, and nothing else changed.

    Args:
        servers: host and port of two.
        port: on which nginx listens at 127.0.0.1.
        changes: what else a test writes, by what stands there.
    """
    written = CONFIGURATION.read_text("utf-8")
    replaced = dict(zip(SERVERS, servers, strict=True))
    replaced[FOR_NO_NAME] = f"listen 127.0.0.1:{port} default_server;"
    replaced[FOR_OURS] = f"listen 127.0.0.1:{port}; #"
    replaced["server_name lectures.example;"] = "server_name 127.0.0.1 localhost;"
    for old, new in {**replaced, **changes}.items():
        assert written.count(f" {old}") == 1, f"{old} is no more in {CONFIGURATION.name}"
        written = written.replace(f" {old}", f" {new}")
    return written


@contextmanager
def nginx_before(
    servers: Sequence[str], folder: Path, changes: Mapping[str, str] = NO_CHANGES
) -> Iterator[Served]:
    """nginx before two servers; it keeps what it writes in `folder`."""
    program = find_nginx()
    assert program, ADVICE
    port = _free_port()
    (folder / "temp").mkdir()
    written = folder / "nginx.conf"
    written.write_text(configured(servers, port, changes), "utf-8")
    command: list[str | Path] = [program, "-p", folder, "-c", written, "-g", "daemon off;"]
    if os.geteuid() == 0:  # else its workers are somebody who may not enter the folder of a test
        command[-1] = "daemon off; user root;"
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        _await_listening(port, process)
        yield Served(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.communicate()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _await_listening(port: int, process: "subprocess.Popen[str]") -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError(process.communicate()[1])
