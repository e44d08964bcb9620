"""A server starts and every page answers, with nothing but what every operating system has."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.folders import MODELS
from serving import serving

ASK = build_opener(ProxyHandler({})).open  # not through a proxy: the server is on this machine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program, elsewhere = [sys.executable, "-m", "rollcall"], tmp_path_factory.mktemp("elsewhere")
    with serving(program, elsewhere, "--workers", "1") as url:
        yield url


def test_the_command_tells_its_version() -> None:
    command = [sys.executable, "-m", "rollcall", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path.home())
    assert told.stdout.startswith("rollcall ")


def test_a_check_tells_what_a_list_hides() -> None:
    command = [sys.executable, "-m", "rollcall", "check", str(MODELS / "containers.py")]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.home())
    assert (told.returncode, told.stderr) == (1, "")
    assert "layers is a plain list" in told.stdout


@pytest.mark.parametrize("path", ["/", "/healthz", "/api", "/catalog.json"])
def test_what_is_no_experiment_answers(server: str, path: str) -> None:
    with ASK(server + path, timeout=60) as answer:
        assert answer.status == 200
        assert answer.read()


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=lambda experiment: experiment.name)
def test_every_page_and_its_twin_answer(server: str, experiment: Experiment) -> None:
    for path in (experiment.query.path, f"{experiment.query.path}.json"):
        with ASK(server + path, timeout=60) as answer:
            assert answer.status == 200
            assert answer.read()
