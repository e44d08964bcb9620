"""Nothing of ours asks for what Windows has not, or there is another way."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from rollcall.experiments import EXPERIMENTS, Experiment
from serving import ENVIRONMENT, serving

HERE = Path(__file__).parent
# What Windows gives a program whose output goes into a file.
ON_WINDOWS = {"PYTHONPATH": str(HERE), "PYTHONIOENCODING": "cp1252"}
ASK = build_opener(ProxyHandler({})).open
OPTIONAL = ("rollcall.lightning", "rollcall.transformers", "rollcall.lab.cluster")
IMPORT_ALL = f"""
import importlib, pkgutil, rollcall
for found in pkgutil.walk_packages(rollcall.__path__, "rollcall."):
    if not found.name.startswith({OPTIONAL}):
        importlib.import_module(found.name)
        print(found.name)
"""
HIDES = """
from torch import nn


class Größe(nn.Module):
    def __init__(self):
        super().__init__()
        self.层 = [nn.Linear(2, 2)]

    def forward(self, x):
        return self.层[0](x)
"""
ENDS = """
import os

from torch import nn


class Ends(nn.Module):
    def forward(self, x):
        os._exit(3)
"""
REUSES = """
import socket
from rollcall.cli import listen
with listen("127.0.0.1", 0) as listener:
    print(listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))
"""


def run(*command: str, folder: Path) -> "subprocess.CompletedProcess[bytes]":
    environment = ENVIRONMENT | ON_WINDOWS
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        check=False,
        cwd=folder,
        env=environment,
        timeout=120,
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assigned = [f"{name}={value}" for name, value in ON_WINDOWS.items()]
    program = ["env", *assigned, sys.executable, "-m", "rollcall"]
    with serving(program, tmp_path_factory.mktemp("elsewhere"), "--workers", "1") as url:
        yield url


def test_all_of_ours_is_imported(tmp_path: Path) -> None:
    imported = run("-c", IMPORT_ALL, folder=tmp_path)
    assert imported.stderr == b""
    assert b"rollcall.lab.keeper" in imported.stdout.split()
    assert b"rollcall.core.process.isolation.linux_calls" in imported.stdout.split()


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=lambda experiment: experiment.name)
def test_each_page_answers(server: str, experiment: Experiment) -> None:
    with ASK(f"{server}{experiment.query.path}", timeout=60) as answer:
        assert answer.status == 200


def test_a_server_takes_no_port_from_another(tmp_path: Path) -> None:
    """There, the option by which a port is free at once lets anybody have it."""
    assert run("-c", REUSES, folder=tmp_path).stdout == b"0\n"


def test_what_programs_read_is_utf_8_and_a_model_that_ends_its_process_costs_itself(
    tmp_path: Path,
) -> None:
    """To ask a pipe whose other end is gone raises there."""
    (tmp_path / "hides.py").write_text(HIDES, encoding="utf-8")
    (tmp_path / "ends.py").write_text(ENDS, encoding="utf-8")
    command = ("-m", "rollcall", "check", "hides.py", "ends.py", "--format", "json")
    checked = run(*command, folder=tmp_path)
    assert (checked.returncode, checked.stderr) == (2, b"")
    told = checked.stdout.decode()
    assert "self.层" in told
    assert "ended its process with exit code 3" in told


def test_letters_that_the_encoding_has_not_are_escaped(tmp_path: Path) -> None:
    """And a path that begins with a drive names no function behind its colon."""
    checked = run("-m", "rollcall", "check", "C:\\层.py", folder=tmp_path)
    assert checked.returncode == 2
    assert rb"C:\\u5c42.py: not checked" in checked.stdout
    assert b"there is no such file or folder" in checked.stdout


def test_memory_that_cannot_be_limited_is_refused(tmp_path: Path) -> None:
    served = run("-m", "rollcall", "serve", "--memory-limit", "2", folder=tmp_path)
    assert served.returncode == 2
    assert b"--memory-limit" in served.stderr
