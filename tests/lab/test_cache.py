"""The cache of the lab is bounded: what was used last stays, what is too large is not kept."""

from event_loop import run
from rollcall.experiments.registry.experiment import REGISTRY, RegistryQuery
from rollcall.folders import MODELS
from rollcall.lab import Lab

QUERIES = [RegistryQuery(seed=seed) for seed in range(3)]


def kept(cache_bytes: int) -> tuple[list[int], int]:
    """The seeds whose answers are kept after three questions, and the bytes that they take."""

    async def ask() -> tuple[list[int], int]:
        lab = Lab(MODELS, workers=1, cache_bytes=cache_bytes)
        try:
            for query in QUERIES:
                await lab.run(REGISTRY, query)
            seeds = [
                query.seed
                for query in QUERIES
                if ("registry", query, lab.version, None, None) in lab._kept
            ]
            return seeds, int(lab._kept.currsize)
        finally:
            lab.close()

    return run(ask())


def test_answers_never_take_more_than_the_bound() -> None:
    seeds, all_three = kept(1 << 20)
    assert seeds == [0, 1, 2]
    assert kept(all_three - 1)[0] == [1, 2]  # the one that was used longest ago goes
    assert kept(100) == ([], 0)
