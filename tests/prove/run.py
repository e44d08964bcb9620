"""All proofs: `make prove` prints a line of each and fails where one breaks.

A proof is a file of this folder with a `tell(...)` at its end. It is a process of its own.
`ARGS=fairness` names those that are run. Beside one that keeps the processors busy runs one that
mostly waits.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FOLDER = Path(__file__).parent
NO_PROOF = ("__init__.py", "proof.py", "run.py")
LONGEST = 400  # seconds of one proof
# They wait for time limits, and for processes to end.
WAITING = ("clock", "disk", "hostile", "isolation", "leftovers", "signals", "ulimit")


def proofs(names: list[str]) -> list[Path]:
    """The files to run; all where none is named. One that uses no `tell` helps others."""
    found = [path for path in sorted(FOLDER.glob("*.py")) if path.name not in NO_PROOF]
    found = [path for path in found if "import tell" in path.read_text(encoding="utf-8")]
    if not names:
        return found
    unknown = set(names) - {path.stem for path in found}
    if unknown:
        sys.exit(f"no proof: {', '.join(sorted(unknown))}; there are {stems(found)}")
    return [path for path in found if path.stem in names]


def stems(paths: list[Path]) -> str:
    """Their names, as they are typed."""
    return ", ".join(path.stem for path in paths)


def holds(path: Path) -> bool:
    """Try one proof, and print what it says as soon as it is there."""
    started = time.monotonic()
    said, is_right = outcome(path)
    line, _, details = said.partition("\n")
    print(f"{line} ({time.monotonic() - started:.0f} s)\n{details}", end="", flush=True)
    return is_right


def outcome(path: Path) -> tuple[str, bool]:
    """What one proof says, with its reasons where it is broken; and whether its promise holds."""
    try:
        process = subprocess.run(
            [sys.executable, path], capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"{path.stem}: no answer within {LONGEST} s, broken", False
    lines = process.stdout.strip().splitlines()
    if not lines or not lines[-1].endswith((", ok", ", broken")):
        return f"{path.stem}: it ended without a word, broken\n{process.stderr}", False
    if process.returncode:
        return f"{lines[-1]}\n{process.stderr}", False
    return lines[-1], True


def broken(paths: list[Path]) -> int:
    """How many of them break, tried one after the other."""
    return [holds(path) for path in paths].count(False)


def run() -> None:
    """Those that wait, and beside them the others."""
    started = time.monotonic()
    chosen = proofs(sys.argv[1:])
    waiting = [path for path in chosen if path.stem in WAITING]
    busy = [path for path in chosen if path.stem not in WAITING]
    with ThreadPoolExecutor() as threads:
        n_broken = sum(threads.map(broken, (busy, waiting)))
    seconds = time.monotonic() - started
    print(f"{len(chosen)} promises tried in {seconds:.0f} s, {n_broken} broken")
    sys.exit(n_broken > 0)


if __name__ == "__main__":
    run()
