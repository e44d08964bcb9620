"""What dies costs its own call at most, and what joins is used."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from cluster.conftest import Nodes, Server, until


def address(seed: int) -> str:
    return f"/registry.json?left=odd/odd.Hidden&right=odd/odd.Large&seed={seed}"


def actors(server: Server) -> list[int]:
    """The processes of Ray's that hold the workers."""
    import ray

    assert server.engine
    return [ray.get(actor.start.remote()) for actor in server.engine._actors]


def test_a_hang_is_ended_at_its_limit_and_its_worker_is_still_warm(on_ray: Server) -> None:
    assert on_ray.client.get(address(0)).status_code == 200
    before, seconds = actors(on_ray), on_ray.lab.seconds
    on_ray.lab.seconds = 2.0
    began = monotonic()
    hung = on_ray.client.get("/registry?left=odd/odd.Hangs&right=odd/odd.Hangs")
    took, on_ray.lab.seconds = monotonic() - began, seconds
    assert hung.status_code == 504
    assert took >= 2
    assert on_ray.client.get(address(1)).status_code == 200
    assert actors(on_ray) == before  # none was started anew, which would import torch


def test_a_node_is_killed_and_one_added_under_load(
    nodes: Nodes, embedded: Server, on_ray: Server
) -> None:
    until(lambda: on_ray.engine is not None and on_ray.engine.places == 2)
    seeds = range(100, 160)
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda seed: on_ray.client.get(address(seed)), seeds)
        first = [next(answers) for _ in range(10)]
        nodes.kill(nodes.first.pop())
        some = [next(answers) for _ in range(10)]
        nodes.first.append(nodes.add())
        rest = list(answers)
    for seed, answer in zip(seeds, [*first, *some, *rest], strict=True):
        assert (seed, answer.status_code) == (seed, 200)
        if seed % 10 == 0:
            assert answer.content == embedded.client.get(address(seed)).content
    until(lambda: on_ray.engine is not None and on_ray.engine.places == 2)
