"""A model is kept from the network, from files and from other processes, and told so."""

import json
import os
from pathlib import Path

import pytest

from lab import attempts
from lab.test_workers import ask, with_workers
from rollcall.core.process.isolation import landlock, seccomp
from rollcall.core.process.isolation.isolation import FREEDOMS
from rollcall.lab.calls import Calls
from rollcall.lab.limits import Limits

isolated = pytest.mark.skipif(
    landlock.version() < landlock.SIGNALS_SINCE or not seccomp.is_known(),
    reason="the system does not have all of it",
)
WRITING, NETWORK, REFUSED = (
    ["PermissionError", "writing"],
    ["PermissionError", "network"],
    ["PermissionError", None],
)
DONE = ["done", None]
OUTCOMES = {
    "read": DONE,
    "write": WRITING,
    "make": WRITING,
    "save": ["RuntimeError", "writing"],
    "truncate": WRITING,
    "remove": WRITING,
    "move": WRITING,
    "make a folder": WRITING,
    "close": WRITING,
    "age": REFUSED,  # the exception names no file
    "save in its own": DONE,
    "connect": NETWORK,
    "send": NETWORK,
    "listen to the system": NETWORK,
    "ask": ["URLError", "network"],
    "load weights": ["URLError", "network"],
    "connect to Docker": NETWORK,
    "connect in a program": ["CalledProcessError", None],
    "end": REFUSED,
    "look into": REFUSED,
    "read its secrets": REFUSED,
    "bound": REFUSED,
    "rule": REFUSED,
    "slow down": REFUSED,
    "share": DONE,
    "lock": DONE,
    "speak to itself": DONE,
}


@isolated
def test_a_model_computes_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("kept")

    async def use(workers: Calls) -> None:
        answer = await ask(workers, attempts.attempts, str(tmp_path), os.getpid())
        isolation, threads, outcomes = json.loads(answer)
        assert isolation["seccomp"]
        assert isolation["landlock"] >= landlock.SIGNALS_SINCE
        assert threads == 1  # another would not be kept from anything
        assert outcomes == OUTCOMES

    with_workers(1, use)
    assert file.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_allowed_is_done(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")

    async def use(workers: Calls) -> None:
        assert await ask(workers, attempts.allowed, str(tmp_path)) == b"changed"

    with_workers(1, use, Limits(allowed=FREEDOMS))
