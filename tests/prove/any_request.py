"""Whatever is asked, in whatever bytes: no mistake of ours, and the next page is answered."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.handmade import handmade, statuses_of
from prove.proof import tell
from prove.served import Server, served
from rollcall.folders import MODELS

SCHEMA = Path(__file__).parent / "schema"
FEWEST = 5_000
# Each name of a model is tried on each side of each page: with the whole course, for many minutes.
FILES = ("containers.py", "loop_steps.py")
ODD = """
import torch
from torch import nn


class Far(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)

    def forward(self, x):
        return super().forward(x) * 1e30 * 1e30 - float("inf")


class Huge(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.tensor(2**62))

    def forward(self, x):
        raise ValueError("\\udcff <b> {{ x }}")
"""
EXAMPLES = "4"  # of each address, beside its bounds and the names of all models
SECONDS = "60"  # for an answer; the machine may be busy


def schemathesis(server: Server, folder: Path) -> tuple[dict[str, Any], str]:
    """What it found with all its checks, and in which words."""
    report = folder / "report.json"
    command: list[str | Path] = [sys.executable, "-m", "schemathesis.cli", "--no-color"]
    command += ["--config-file", SCHEMA / "schemathesis.toml", "run", f"{server.url}/openapi.json"]
    command += ["--checks", "all", "--max-examples", EXAMPLES, "--workers", "4"]
    command += ["--request-timeout", SECONDS, "--max-response-time", SECONDS]
    command += ["--max-failures", "20"]
    command += ["--report", "json", "--report-json-path", report]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(SCHEMA)}
    run = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode not in (0, 1):  # 1: there are faults
        return {}, run.stdout + run.stderr
    found: dict[str, Any] = json.loads(report.read_text())
    return found, run.stdout


def course(folder: Path) -> Path:
    """Some of the lecture's files, and models that answer with what no JSON has a word for."""
    folder.mkdir()
    for name in FILES:
        shutil.copy(MODELS / name, folder)
    (folder / "odd.py").write_text(ODD)
    return folder


def run() -> None:
    """The odd bytes first, then the cases; a page last."""
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory())
        models = course(Path(name) / "course")
        server = stack.enter_context(served(Path(name), "--models", str(models)))
        urllib.request.urlopen(f"{server.url}/findings.json").close()  # looks at all models once
        odd = handmade()
        answered = [status for sent in odd for status in statuses_of(server.url, sent)]
        found, words = schemathesis(server, Path(name))
        with urllib.request.urlopen(f"{server.url}/registry", timeout=float(SECONDS)) as page:
            alive = page.status == 200
        tracebacks = server.log.count("Traceback (most recent call last)")
    cases = found.get("test_cases", {}).get("generated", 0)
    faults = len(found.get("failures", [])) + len(found.get("errors", [])) if found else 1
    mistakes = answered.count(500)
    if faults:
        print(words, file=sys.stderr)
    tell(
        "any_request",
        "no request brings a mistake of ours, and each answer is as /openapi.json says",
        f"{cases} cases of schemathesis with {faults} faults; {len(odd)} by hand with {mistakes} "
        f"answers of 500 among {len(answered)}; {tracebacks} tracebacks",
        alive and not faults + mistakes + tracebacks and cases >= FEWEST,
    )


if __name__ == "__main__":
    run()
