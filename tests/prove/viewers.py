"""300 viewers of streams and 60 who ask for one and never read: pages come, and memory settles."""

import asyncio
import socket
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from processes import megabytes
from prove.memory_quarters import MAY_GROW, Quarters
from prove.proof import tell
from prove.served import Server, served

# Plays of some ten seconds, which are opened anew when they end.
PLAYS = (
    "/dropout.stream?draw=1900&rate=10&seed={}",
    "/training.stream?steps=100&at=0&seed={}",
    "/loops.stream?at=0&seed={}",
)
VIEWERS = 300
SEEDS = 5  # of each play, so that viewers of one share it
NEVER_READ = 60
QUARTER = 15.0  # seconds
PAGE = "/registry?seed={}"
LONGEST_PAGE = 3.0  # seconds: a call, with all the viewers beside it


async def watch(port: int, path: str, host: str) -> int:
    """Watch one play to its end; the number of bytes that came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    taken = 0
    while part := await reader.read(1 << 16):
        taken += len(part)
    writer.close()
    return taken


async def watch_on(port: int, number: int, counted: list[int]) -> None:
    """One viewer, who begins again whenever the play is over."""
    path = PLAYS[number % len(PLAYS)].format(number // len(PLAYS) % SEEDS)
    host = f"127.0.1.{1 + number % 250}"
    while True:
        counted.append(await watch(port, path, host))


async def never_read(port: int, number: int) -> None:
    """One who asks for a play, and takes in none of it; dropped, they come again."""
    path = PLAYS[number % len(PLAYS)].format(number % SEEDS)
    loop = asyncio.get_running_loop()
    while True:
        with socket.socket() as connection:
            connection.setblocking(False)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            await loop.sock_connect(connection, ("127.0.0.1", port))
            await loop.sock_sendall(connection, f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            await asyncio.sleep(QUARTER)


async def try_it(server: Server, quarters: Quarters) -> tuple[list[float], list[int]]:
    """How long pages took meanwhile, and what each play brought that was watched to its end."""
    counted: list[int] = []
    tasks = [asyncio.create_task(watch_on(server.port, n, counted)) for n in range(VIEWERS)]
    tasks += [asyncio.create_task(never_read(server.port, n)) for n in range(NEVER_READ)]
    pages: list[float] = []
    for number in range(4):
        ends = time.monotonic() + QUARTER
        while time.monotonic() < ends:
            answer = await asyncio.to_thread(server.get, PAGE.format(len(pages)))
            assert answer.status == 200, answer
            pages.append(answer.seconds)
            await asyncio.sleep(0.5)
        quarters.look()
        for task in tasks:
            if task.done():
                task.result()  # a viewer whose stream broke off tells why
        print(f"quarter {number + 1}: {quarters}", file=sys.stderr)
    for task in tasks:
        task.cancel()
    return pages, counted


def run() -> None:
    """Watch for four quarters."""
    with tempfile.TemporaryDirectory() as folder, served(folder) as server:
        quarters = Quarters("web", lambda: megabytes([server.process.pid]))
        pages, counted = asyncio.run(try_it(server, quarters))
        log = server.log
    worst = max(pages)
    tell(
        "viewers",
        f"beside {VIEWERS} viewers and {NEVER_READ} who never read pages come within "
        f"{LONGEST_PAGE:g} s, and memory grows by no more than {MAY_GROW:.0%} in the last quarter",
        f"slowest of {len(pages)} pages {worst:.2f} s; {len(counted)} plays seen to the end; "
        f"{quarters}",
        worst <= LONGEST_PAGE
        and quarters.settled
        and len(counted) >= VIEWERS
        and min(counted) > 10_000
        and "Traceback" not in log,
    )


if __name__ == "__main__":
    run()
