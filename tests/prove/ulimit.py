"""Few open files, little address space: pages come, or are refused in words; the log is short."""

import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.processes import until
from prove.proof import tell
from prove.served import Server, served

FILES, MEMORY = 64, 3_000_000_000
CONNECTIONS = 200
PAGES = (
    "/registry?seed={}",
    "/preflight?seed={}",
    "/step.json?seed={}",
    "/training?steps=5&seed={}",
)
MOST_LINES = 12  # of which the start takes some
REFUSED = (503, 504, 502)


def run() -> None:
    """Ask while more connect than there is room for, and when they have gone."""
    limits = ("prlimit", f"--nofile={FILES}:{FILES}", f"--as={MEMORY}:{MEMORY}")
    with tempfile.TemporaryDirectory() as folder, served(folder, before=limits) as server:
        asked = [ask(server, path, 0) for path in PAGES]
        crowded = beside_many(server)
        until(lambda: server.get("/registry").status == 200, 30)
        again = [ask(server, path, 1) for path in PAGES]
        log = server.log
    n_lines = len(log.splitlines())
    tell(
        "ulimit",
        f"with {FILES} open files and {MEMORY / 1e9:g} GB of addresses pages come, beside "
        f"{CONNECTIONS} connections they come or are refused in words, and the log stays short",
        f"{asked.count('200')} of {len(PAGES)} before, {crowded} beside, "
        f"{again.count('200')} of {len(PAGES)} after; {n_lines} lines in the log",
        set(asked) == set(again) == {"200"}
        and crowded in {"200", "refused"}
        and n_lines <= MOST_LINES
        and "Traceback" not in log,
    )


def ask(server: Server, path: str, number: int) -> str:
    """The status of a page that was not asked for before."""
    answer = server.get(path.format(number))
    if answer.status in REFUSED and "Try again" in answer.text:
        return "refused"
    if answer.status != 200:
        print(answer, file=sys.stderr)
    return str(answer.status)


def beside_many(server: Server) -> str:
    """What becomes of a page while many connections are open that say nothing."""
    with ExitStack() as held:
        for _ in range(CONNECTIONS):
            held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        return ask(server, PAGES[0], 2)


if __name__ == "__main__":
    run()
