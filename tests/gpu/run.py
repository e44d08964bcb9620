"""`make test-cuda`: everything that needs a GPU, with the PyTorch of a machine that has one.

It installs nothing: it runs with the Python that calls it, and says which packages that one misses.
"""

import subprocess
import sys
from importlib.util import find_spec
from os import environ, pathsep
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
APP = TESTS.parent / "app"
MARK = "mark.cuda"
# What the engine and these tests import, by its name in Python; the pages need more.
NEEDED = ("torch", "numpy", "pydantic", "cachetools", "pygments", "pytest", "hypothesis")


def main() -> int:
    """0: all passed. 1: something failed. 2: it could not be run here, and why."""
    problem = _problem()
    if problem:
        print(problem, file=sys.stderr)
        return 2
    environment = {**environ, "PYTHONPATH": pathsep.join([str(APP), str(TESTS), *sys.path[1:]])}
    print("Tests that are marked cuda", flush=True)
    tests = subprocess.run([sys.executable, *_pytest()], env=environment, cwd=TESTS, check=False)
    print("\nThe simulated GPU beside the real one", flush=True)
    beside = [sys.executable, str(TESTS / "gpu" / "beside_the_real_one.py")]
    compared = subprocess.run(beside, env=environment, cwd=TESTS, check=False)
    return int(any(run.returncode for run in (tests, compared)))


def _problem() -> str:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        return (
            f"{sys.executable} misses {', '.join(missing)}. Put what is missing on PYTHONPATH, "
            "or name another Python: make test-cuda PYTHON=…"
        )
    import torch

    if not torch.cuda.is_available():
        return f"torch {torch.__version__} of {sys.executable} sees no GPU: nothing was run."
    print(f"torch {torch.__version__}, {torch.cuda.get_device_name(0)}")
    return ""


def _pytest() -> list[str]:
    """Only files with such tests are imported: the others may need what is not installed."""
    files = [path for path in sorted(TESTS.rglob("test_*.py")) if MARK in path.read_text("utf-8")]
    settings = TESTS / "gpu" / "pytest.ini"
    chosen = ["-m", "cuda", "-p", "no:cacheprovider", "-q", "-rfE", "--durations=5"]
    return ["-m", "pytest", "-c", str(settings), "--noconftest", *chosen, *map(str, files)]


if __name__ == "__main__":
    sys.exit(main())
