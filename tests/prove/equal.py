"""Eight threads ask for a thousand addresses while workers are killed: each answer is the same
as of another server that was asked for one after the other, in peace."""

import hashlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from processes import descendants
from prove.proof import tell
from prove.served import served
from rollcall.experiments import EXPERIMENTS
from rollcall.lab.choices import Choices

URLS = 1_000
THREADS = 8
WORKERS = 2
KILLED = b"exit code -9"  # as a page says it, and JSON
BETWEEN_KILLS = 1.0  # seconds
MOST_TRIES = 60  # what failed is kept for half a minute
OPTIONS = ("--workers", str(WORKERS))
PARTIAL = {"HX-Request-Type": "partial"}
OTHERS = ("/", "/catalog.json", "/exam?seed=3", "/exam.json?question=2", "/api", "/openapi.json")


class Asked(NamedTuple):
    """An address, and whether a fragment of the page is wanted."""

    url: str
    partial: bool


class Told(NamedTuple):
    """Status and bytes of an answer."""

    status: int
    digest: str


class Client:
    """One connection that is kept open."""

    def __init__(self, server: str) -> None:
        self._connection = HTTPConnection(urlsplit(server).netloc, timeout=120)
        self.answered = 0
        self.told_of_kills = 0

    def content(self, asked: Asked) -> tuple[int, bytes]:
        """Status and body."""
        headers = PARTIAL if asked.partial else {}
        self._connection.request("GET", asked.url, headers=headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def ask(self, asked: Asked) -> Told:
        """The same in short; asked again where it tells that two workers were killed over it."""
        for _ in range(MOST_TRIES):
            status, body = self.content(asked)
            if KILLED not in body:
                break
            self.told_of_kills += 1
            time.sleep(BETWEEN_KILLS)
        self.answered += 1
        return Told(status, hashlib.sha256(body).hexdigest())


def mixed(server: str) -> list[Asked]:
    """Every page with models of all chapters: as a page, a fragment and JSON."""
    _, listed = Client(server).content(Asked("/catalog.json", False))
    contents = Choices.model_validate_json(listed).contents
    lessons = [lesson for chapter in contents.chapters for lesson in chapter.lessons]
    asked = [Asked(url, False) for url in OTHERS]
    wanted = (URLS - len(asked)) // 3 // len(EXPERIMENTS) + 1
    for first, experiment in enumerate(EXPERIMENTS.values()):
        shown = [each for each in lessons if each.left in contents.offered(experiment.subjects)]
        for seed, lesson in enumerate(islice(cycle(shown), first, first + wanted)):
            parameters = {"left": lesson.left, "right": lesson.right, "seed": seed}
            query = experiment.query.model_validate(parameters)
            asked += [Asked(query.url, False), Asked(query.url, True), Asked(query.json_url, False)]
    return asked[:URLS]


def workers(server: int) -> list[int]:
    """Its processes at the ends that were forked to run models."""
    ends = [each for each in descendants(server) if not descendants(each)]
    return [each for each in ends if "forkserver" in words_of(each)]


def words_of(process: int) -> str:
    """Its command; nothing of one that is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


def kill_now_and_then(server: int, clients: list[Client], end: threading.Event) -> int:
    """Kill one worker after the other, each when some more answers are there; how many."""
    killed = answered = 0
    while not end.wait(BETWEEN_KILLS):
        found, now = workers(server), sum(client.answered for client in clients)
        if not found or now < answered + THREADS:  # a slow machine: the last one is not replaced
            continue
        answered = now
        os.kill(random.choice(found), signal.SIGKILL)
        killed += 1
    return killed


def answers(client: Client, asked: list[Asked]) -> dict[Asked, Told]:
    """All of them, in an order of its own."""
    return {each: client.ask(each) for each in random.sample(asked, len(asked))}


def run() -> None:
    """The threads first, so that nothing is in a cache."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder, *OPTIONS) as server, ThreadPoolExecutor(THREADS + 1) as threads:
            asked = mixed(server.url)
            end = threading.Event()
            clients = [Client(server.url) for _ in range(THREADS)]
            killing = threads.submit(kill_now_and_then, server.process.pid, clients, end)
            started = time.monotonic()
            try:
                told = list(threads.map(partial(answers, asked=asked), clients))
            finally:
                end.set()  # or what went wrong would never be told
            seconds = time.monotonic() - started
            killed = killing.result()
        with served(folder, *OPTIONS) as server:
            client = Client(server.url)
            alone = {each: client.ask(each) for each in asked}
    different = [each for each in asked if any(of[each] != alone[each] for of in told)]
    for each in different:
        print(each, alone[each], Counter(of[each] for of in told), file=sys.stderr)
    statuses = Counter(each.status for each in alone.values())
    tell(
        "equal",
        "killed workers change no answer, and neither do others who ask",
        f"{THREADS} x {len(asked)} answers in {seconds:.0f} s while {killed} workers were killed, "
        f"{sum(client.told_of_kills for client in clients)} of them told of it and were asked for "
        f"again, {len(different)} addresses with other bytes than one after the other",
        not different and killed > 1 and set(statuses) == {200} and len(asked) == URLS,
    )


if __name__ == "__main__":
    run()
