"""`rollcall check` of ten models against the import of PyTorch, which it cannot do without."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.figure import Figure, milliseconds

REPEATS = 5
MODELS = 10
MODEL = """
import torch
from torch import nn


class Net{number}(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = {container}([nn.Linear(10, 10), nn.Linear(10, 10)])
        self.norm = nn.BatchNorm1d(10)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(10, 2)

    def forward(self, x):
        for layer in self.hidden:
            x = layer(x).relu()
        return self.out(self.drop(self.norm(x)))
"""


def checked() -> Iterator[Figure]:
    """Both from the start of a process to its end, in turns."""
    imports, checks = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(MODELS):
            container = ("list", "nn.ModuleList")[number % 2]
            text = MODEL.format(number=number, container=container)
            (Path(folder) / f"net{number}.py").write_text(text, "utf-8")
        for _ in range(REPEATS):
            imports.append(milliseconds(lambda: _run("-c", "import torch")))
            checks.append(milliseconds(lambda: _run("-m", "rollcall", "check", folder)))
    yield Figure("import torch", median(imports) / 1000, "s")
    yield Figure(f"rollcall check of {MODELS} models", median(checks) / 1000, "s")
    ratio = median(check / bare for check, bare in zip(checks, imports, strict=True))
    yield Figure("  ratio", ratio, "x", at_most=2)


def _run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], check=False, stdout=subprocess.DEVNULL)
    assert done.returncode in (0, 1), "neither clean nor findings"
