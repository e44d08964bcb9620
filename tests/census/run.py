"""The census: which findings real models have. It needs the extra `census`.

It prints each finding with the reason why it is right, and at the end how many models, records and
errors there were. It fails where a walk raised, and where a finding has no reason.
"""

import argparse
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from census.libraries import Build, every_model
from census.true_findings import reason
from rollcall import find_unregistered, scan
from rollcall.core.rank import FINDINGS


@dataclass
class Census:
    """The counts so far."""

    models: int = 0
    modules: int = 0
    ranks: Counter[str] = field(default_factory=Counter)
    not_built: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)

    def count(self, name: str, build: Build, seconds: int) -> None:
        """Build one model and look at it."""
        signal.alarm(seconds)
        try:
            model = build()
        except Exception as error:
            self.not_built.append(f"{name}: {type(error).__name__}: {str(error)[:90]}")
            return
        finally:
            signal.alarm(0)
        try:
            records = find_unregistered(model)
            missing = {entry.path for entry in scan(model).missing}
        except Exception:
            self.errors.append(f"{name}: {traceback.format_exc()}")
            return
        self.models += 1
        self.modules += sum(1 for _ in model.modules())
        self.ranks.update(record.rank for record in records)
        found = [record.path for record in records if record.rank in FINDINGS]
        assert set(found) == missing
        for path in found:
            why = reason(name, path)
            print(f"{name}: {path}: {why or 'NOT ON THE LIST'}", flush=True)
            if why is None:
                self.untrue.append(f"{name}: {path}")

    def __str__(self) -> str:
        """The figures."""
        ranks = ", ".join(f"{count} {rank}" for rank, count in self.ranks.most_common())
        lines = [*self.errors, *(f"not built: {each}" for each in self.not_built)]
        lines.append(
            f"{self.models} models of {self.modules:,} modules; not built: {len(self.not_built)}"
        )
        lines.append(f"records: {ranks or 'none'}")
        lines.append(f"errors: {len(self.errors)}; findings not on the list: {len(self.untrue)}")
        return "\n".join(lines)


def too_slow(number: int, frame: FrameType | None) -> None:
    raise TimeoutError("it takes too long to build")


def run() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timm-step", type=int, default=4, help="every how many-th model of timm")
    parser.add_argument("--seconds", type=int, default=30, help="to build one model in")
    parser.add_argument("--only", default="", help="names that contain this")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, too_slow)
    warnings.simplefilter("ignore")
    census, start = Census(), time.perf_counter()
    for name, build in every_model(options.timm_step):
        if options.only in name:
            census.count(name, build, options.seconds)
    print(census)
    print(f"{time.perf_counter() - start:.0f} s")
    return bool(census.errors or census.untrue)


if __name__ == "__main__":
    sys.exit(run())
