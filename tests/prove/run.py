"""All proofs, one after the other: `make prove` prints a line of each and fails where one breaks.

A proof is a file of this folder with a `tell(...)` at its end. It is a process of its own.
`ARGS=fairness` names those that are run.
"""

import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
NO_PROOF = ("__init__.py", "proof.py", "run.py")
LONGEST = 300  # seconds of one proof


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


def line_of(path: Path) -> tuple[str, bool]:
    """What one proof says, and whether its promise holds."""
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


def run() -> None:
    """Print each line when it is there."""
    started = time.monotonic()
    broken = 0
    chosen = proofs(sys.argv[1:])
    for path in chosen:
        line, holds = line_of(path)
        broken += not holds
        print(line, flush=True)
    seconds = time.monotonic() - started
    print(f"{len(chosen)} promises tried in {seconds:.0f} s, {broken} broken")
    sys.exit(broken > 0)


if __name__ == "__main__":
    run()
