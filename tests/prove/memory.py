"""2,000 addresses that nobody asked for before, of all pages: memory settles."""

import itertools
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from processes import megabytes
from prove.memory_quarters import MAY_GROW, Quarters
from prove.proof import tell
from prove.served import Server, served
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.base import Experiment

ADDRESSES = 2_000
CACHE = "16"  # MB, which are full after the first quarter
AT_ONCE = 3
PAIRS: tuple[dict[str, str], ...] = (
    {},
    {"left": "containers.HalfListNet", "right": "containers.FullListNet"},
    {"left": "dropout_layers.NaiveDropout", "right": "dropout_layers.TorchDropout"},
    {"left": "linear.LinearStack", "right": "linear.MyLinearStack"},
)
# Cheaper than what a page opens with: this is about their number.
CHANGES = {"training": {"steps": 5}, "init": {"depth": 5}}


def addresses() -> Iterator[str]:
    """Page after page, pair after pair, both modes, with a seed of its own each."""
    seeds = itertools.count(1)
    kinds = [EXPERIMENTS[name] for name in EXPERIMENTS]
    for pair, mode in itertools.cycle(itertools.product(PAIRS, ("train", "eval"))):
        for experiment in kinds:
            yield address(experiment, pair, mode, next(seeds))


def address(experiment: Experiment, pair: dict[str, str], mode: str, seed: int) -> str:
    """One of them; every third as JSON."""
    changes = {**pair, **CHANGES.get(experiment.name, {}), "mode": mode, "seed": seed}
    if experiment.subjects != "models":
        changes = {"seed": seed}
    query = experiment.query.model_validate(changes)
    if seed % 3:
        return query.url
    return query.json_url


def run() -> None:
    """Ask for all, a quarter at a time."""
    asked = itertools.islice(addresses(), ADDRESSES)
    with tempfile.TemporaryDirectory() as folder, served(folder, "--cache", CACHE) as server:
        web = Quarters("web", lambda: megabytes([server.process.pid]))
        workers = Quarters("workers", lambda: megabytes(server.children))
        statuses: list[int] = []
        for number in range(4):
            quarter = list(itertools.islice(asked, ADDRESSES // 4))
            statuses += ask_all(server, quarter)
            web.look()
            workers.look()
            print(f"quarter {number + 1}: {web}, {workers}", file=sys.stderr)
        log = server.log
    tell(
        "memory",
        f"over {ADDRESSES:,} addresses memory grows by no more than {MAY_GROW:.0%} "
        "in the last quarter",
        f"{statuses.count(200)} pages; {web}; {workers}",
        web.settled and workers.settled and set(statuses) == {200} and "Traceback" not in log,
    )


def ask_all(server: Server, paths: list[str]) -> list[int]:
    """Their statuses."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(server.get, paths))
    for path, answer in zip(paths, answers, strict=True):
        if answer.status != 200:
            print(f"{answer.status} {path}", file=sys.stderr)
    return [answer.status for answer in answers]


if __name__ == "__main__":
    run()
