"""The one line that a proof prints, which `run.py` reads."""

import sys
from typing import NoReturn


def tell(name: str, promise: str, measured: str, ok: bool) -> NoReturn:
    """Print what was promised, what was measured and whether it holds, and end the proof."""
    verdict = "ok" if ok else "broken"
    print(f"{name}: {promise}, {measured}, {verdict}", flush=True)
    sys.exit(not ok)
