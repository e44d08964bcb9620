"""A real nginx before two real servers over one folder: what docs/operations.md promises of it."""

import sysconfig
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.asking import GENEROUS, answering, ask
from deploy.nginx import AT_ONCE, PER_SECOND, nginx_before
from serving import Served, started

ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"
SECONDS = 1  # a shared cache may answer for so long
WHOLE_SECOND = 1  # nginx counts in them
NET = """
import time
from torch import nn


class Net(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)


class Slow(Net):
    def forward(self, x):
        time.sleep(0.05)
        return super().forward(x)
"""
PAGE = "/registry?left=net.Net&right=net.Net&seed={}"
SLOW = "/registry?left=net.Slow&right=net.Slow&seed={}"
PLAY = "/training.stream?left=net.Net&right=net.Net&steps=10&at=0"


class Deployed(NamedTuple):
    """nginx, the servers behind it, and what these serve."""

    url: str
    servers: tuple[Served, Served]
    file: Path


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("deployed")
    file = folder / "models/net.py"
    file.parent.mkdir()
    file.write_text(NET)
    options = ("--models", "models", "--workers", "1", "--time-limit", str(GENEROUS))
    proxied = (*options, "--shared-cache", str(SECONDS), "--proxy", "127.0.0.1")
    with (
        started(ROLLCALL, folder, *proxied) as one,
        started(ROLLCALL, folder, *proxied) as other,
        nginx_before([place(one), place(other)], folder) as nginx,
    ):
        yield Deployed(nginx.url, (one, other), file)


def place(server: Served) -> str:
    return server.url.removeprefix("http://")


def test_a_page_is_made_once_and_then_comes_from_the_cache(deployed: Deployed) -> None:
    page = PAGE.format(1)
    known_by_its_head = ask(deployed.url, page, method="HEAD")
    assert (known_by_its_head.status, known_by_its_head.body) == (200, b"")
    kept = ask(deployed.url, page)
    direct = [ask(server.url, page) for server in deployed.servers]
    assert kept.kept == "HIT"
    assert {answer.body for answer in direct} == {kept.body}
    assert {answer.headers["ETag"] for answer in direct} == {kept.headers["ETag"]}


def test_forms_and_encodings_are_never_mixed_up(deployed: Deployed) -> None:
    page = PAGE.format(2)
    paths = (page, page.replace("?", ".json?"))
    forms = [
        {"Accept_Encoding": encoding, "HX_Request_Type": form}
        for encoding, form in product(("gzip, deflate, br", "identity"), ("partial", "full"))
    ]
    asked = list(product(paths, forms))
    expected = [ask(deployed.servers[0].url, path, **headers) for path, headers in asked]
    assert len({answer.body for answer in expected}) == 6  # JSON has no fragment
    for path, headers in asked:  # each is in the cache, beside all others
        ask(deployed.url, path, **headers)
    for (path, headers), right in zip(asked, expected, strict=True):
        answer = ask(deployed.url, path, **headers)
        assert answer.body == right.body, headers
        for name in ("ETag", "Vary", "Content-Encoding", "Content-Type", "Cache-Control"):
            assert answer.headers[name] == right.headers[name], (path, headers)
        own = {**headers, "If_None_Match": str(right.headers["ETag"])}
        assert ask(deployed.url, path, **own).status == 304
        others = [each.headers["ETag"] for each in expected if each.body != right.body]
        foreign = {**headers, "If_None_Match": ", ".join(map(str, others))}
        assert ask(deployed.url, path, **foreign).status == 200


@pytest.mark.parametrize(
    "accepted",
    [
        *("gzip", "GZIP", "x-gzip", "br, gzip;q=0.001", "deflate, gzip;q=1.0, *;q=0.5"),
        *("*", "br, *;q=0.1", "", "identity", "gzip;q=0", "gzip; q=0.000, *", "*;q=0"),
        *("gzip;q=much", "notgzip", ",;,="),
    ],
)
def test_an_encoding_is_understood_as_the_server_does(deployed: Deployed, accepted: str) -> None:
    here, there = (
        ask(url, PAGE.format(3), Accept_Encoding=accepted).headers["Content-Encoding"]
        for url in (deployed.url, deployed.servers[0].url)
    )
    assert here == there


def test_pages_of_all_kinds_are_kept_and_errors_and_health_are_not(deployed: Deployed) -> None:
    ask(deployed.url, "/findings.json")  # when it is there, all models were looked at
    moved = "/registry?left=net.Net"
    for path in ("/", "/api", "/findings", "/exam?seed=7", "/catalog.json", moved):
        assert ask(deployed.url, path).status in (200, 307)
        assert ask(deployed.url, path).kept in ("HIT", "STALE"), path
    for path in ("/registry?seed=x", "/exam?seed=x", "/nowhere"):
        ask(deployed.url, path)
        again = ask(deployed.url, path)
        assert (again.kept, again.headers["Cache-Control"]) == ("MISS", "no-store"), path
    assert ask(deployed.url, "/healthz").kept == "None"  # no cache was asked
    assert ask(deployed.url, "/", Host="elsewhere.example").status == 421


def test_who_asks_together_waits_for_one(deployed: Deployed) -> None:
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: ask(deployed.url, SLOW.format(4)), range(30)))
    assert [answer.kept for answer in answers].count("MISS") == 1
    assert len({answer.body for answer in answers}) == 1


def test_a_play_arrives_event_by_event(deployed: Deployed) -> None:
    with answering(deployed.url, PLAY) as response:
        assert response.headers["Cache-Control"] == "no-store"
        arrived = [time.monotonic() for line in response if line == b"\n"]  # it ends an event
    assert len(arrived) > 10
    assert arrived[-1] - arrived[0] > 0.5  # ten a second are sent


def test_turns_are_fair_between_those_who_ask_nginx(deployed: Deployed) -> None:
    """Whoever claims to be another at each request has the turns of one client all the same."""
    folder = deployed.file.parents[1] / "alone"
    folder.mkdir()
    one = place(deployed.servers[0])
    with nginx_before([one, one], folder) as nginx, ThreadPoolExecutor(12) as pool:
        greedy = [
            pool.submit(
                ask,
                nginx.url,
                SLOW.format(100 + n),
                address="127.0.0.2",
                X_Forwarded_For=f"10.0.0.{n}",
            )
            for n in range(12)
        ]
        next(as_completed(greedy))
        ask(nginx.url, SLOW.format(200), address="127.0.0.3")
        answered = sum(call.done() for call in greedy)
    assert answered < 6


def test_who_asks_too_much_is_refused_and_nobody_else(deployed: Deployed) -> None:
    folder = deployed.file.parents[1] / "bounded"
    folder.mkdir()
    bounds = {PER_SECOND: "rate=1r/m", AT_ONCE: "burst=3"}
    with nginx_before([place(each) for each in deployed.servers], folder, bounds) as nginx:
        asked = [ask(nginx.url, "/healthz", address="127.0.0.2").status for _ in range(6)]
        assert asked == [200] * 4 + [429] * 2
        assert ask(nginx.url, "/healthz", address="127.0.0.3").status == 200


def test_a_saved_file_is_shown_after_the_bound(deployed: Deployed) -> None:
    page = PAGE.format(5).replace("?", ".json?")
    assert b"[5,10]" in ask(deployed.url, page).body
    deployed.file.write_text(NET.replace("10, 5", "10, 6"))
    saved = asked = time.monotonic()
    old = {saved}  # when somebody asked who got the old page
    while b"[6,10]" not in (answer := ask(deployed.url, page)).body:
        assert answer.status == 200
        old.add(asked)
        asked = time.monotonic()
    assert max(old) - saved < 2 * SECONDS + WHOLE_SECOND


def test_pages_go_on_when_a_server_is_killed(deployed: Deployed) -> None:
    """The last of this file: nobody starts them again."""
    one, other = deployed.servers
    known = ask(deployed.url, PAGE.format(6))
    killing = threading.Timer(0.1, one.process.kill)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(ask, deployed.url, SLOW.format(300 + n)) for n in range(20)]
        killing.start()
        assert {call.result().status for call in calls} == {200}
    killing.join()
    assert one.process.wait() != 0
    assert {ask(deployed.url, PAGE.format(400 + n)).status for n in range(8)} == {200}
    other.process.kill()
    other.process.wait()
    assert ask(deployed.url, PAGE.format(6)).body == known.body
    resting = ask(deployed.url, PAGE.format(7))
    assert (resting.status, resting.headers["Retry-After"]) == (503, "5")
    assert resting.headers["Cache-Control"] == "no-store"
