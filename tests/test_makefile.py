"""`make`, where everything is installed already: what it installs with, how Ctrl+C ends it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"
# `make test` starts this file and hands its own settings down: the make tested here needs none.
OF_MAKE = ("MAKE", "MFLAGS", "ARGS", "HOST", "PORT", "OPEN", "PYTHON")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(OF_MAKE)}


# Ends as `rollcall serve` does, which tests/web/test_cli.py holds, and imports nothing.
SERVER = f"""#!{sys.executable}
import signal
import sys

try:
    print(*sys.argv[1:], "Ctrl+C stops it", flush=True)
    signal.pause()
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose .venv borrows our programs, so that nothing is left to install."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (programs / "rollcall").symlink_to(ROLLCALL)
    (tmp_path / ".venv/serve.stamp").touch()
    (tmp_path / ".venv/dev.stamp").touch()
    return tmp_path


def planned(checkout: Path, *arguments: str) -> str:
    """What make would run."""
    command = ["make", "--dry-run", *arguments]
    told = subprocess.run(
        command, cwd=checkout, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    return told.stdout


@pytest.mark.parametrize("goal", ["serve", "test"])
@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_a_change_of_what_is_asked_for_is_installed(
    checkout: Path, goal: str, changed: str
) -> None:
    assert "pip install" not in planned(checkout, goal)
    later = (checkout / ".venv/dev.stamp").stat().st_mtime + 10
    os.utime(checkout / changed, (later, later))
    installs = [line for line in planned(checkout, goal).splitlines() if "pip install" in line]
    assert len(installs) == 1
    assert "--constraint constraints.txt" in installs[0]
    assert "--quiet" not in installs[0]  # a download of minutes shows how far it is


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [((), True), (("ARGS=-k scan",), True), (("ARGS=-m 'not browser'",), False)],
)
def test_a_browser_is_looked_for_unless_no_test_wants_one(
    checkout: Path, arguments: tuple[str, ...], asked: bool
) -> None:
    assert ("browser_binary.py --install" in planned(checkout, "test", *arguments)) == asked


def test_tests_without_a_browser_run_where_none_can_be_installed(checkout: Path) -> None:
    """What looks for a browser and what runs the tests are stand-ins that say they were called."""
    python = checkout / ".venv/bin/python"
    python.unlink()
    python.write_text(
        '#!/bin/sh\necho "called: $*"\ncase "$*" in *browser_binary*) exit 1 ;; esac\n'
    )
    python.chmod(0o755)
    (checkout / ".venv/dev.stamp").touch()
    told = subprocess.run(
        ["make", "test"], cwd=checkout, env=ENVIRONMENT, capture_output=True, text=True
    )
    called = [line for line in told.stdout.splitlines() if line.startswith("called: ")]
    assert called == [
        "called: tests/browser_binary.py --install",
        "called: -m pytest --numprocesses=3 --dist=worksteal",
    ]
    assert told.returncode == 0


def test_ctrl_c_ends_make_serve_without_an_error(checkout: Path) -> None:
    rollcall = checkout / ".venv/bin/rollcall"
    rollcall.unlink()
    rollcall.write_text(SERVER)
    rollcall.chmod(0o755)
    process = subprocess.Popen(
        ["make", "serve", "PORT=0"],
        cwd=checkout,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background has them and theirs ignore Ctrl+C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    too_late = threading.Timer(120, os.killpg, (process.pid, signal.SIGKILL))
    too_late.start()
    try:
        assert process.stdout
        heard = ""
        while "Ctrl+C" not in heard:
            line = process.stdout.readline()
            assert line, f"it ended, having said:\n{heard}"
            heard += line
        assert "serve --host 127.0.0.1 --port 0" in heard
        os.killpg(
            process.pid, signal.SIGINT
        )  # as a terminal does: make, the shell and the server get it
        with process.stdout as said:
            rest = said.read()
        assert process.wait() in (0, -signal.SIGINT)
    finally:
        too_late.cancel()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert not re.search("Error|Traceback|Interrupt", rest), rest


def test_a_server_that_cannot_start_fails_make(checkout: Path) -> None:
    command = ["make", "serve", "PORT=99999"]
    told = subprocess.run(command, cwd=checkout, env=ENVIRONMENT, capture_output=True, text=True)
    assert told.returncode == 2
    assert "--port takes a number from 0 to 65535, not 99999" in told.stderr
