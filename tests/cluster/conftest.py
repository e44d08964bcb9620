"""A real Ray cluster of three nodes on this machine: a head that runs no models, and two others."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NamedTuple
from unittest import mock

import pytest
from starlette.testclient import TestClient

from rollcall import main
from rollcall.folders import MODELS
from rollcall.lab import Lab
from rollcall.lab.cluster.engine import RayEngine
from rollcall.lab.cluster.joining import join
from rollcall.lab.limits import Limits
from rollcall.lectures.named_targets import named_targets
from rollcall.lectures.targets import Targets
from web.course import GENEROUS

ROOM = 80 << 20  # bytes of each node's object store: a report has some hundred thousand at most
LIMITS = Limits(memory=2, seconds=GENEROUS)
# Ray's own, of which each start has some.
OF_RAY = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")


def pytest_configure(config: pytest.Config) -> None:
    for line in OF_RAY:
        config.addinivalue_line("filterwarnings", line)


class Nodes:
    """Can be added and killed."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        head = {"num_cpus": 0, "object_store_memory": ROOM, "include_dashboard": False}
        self._cluster = Cluster(initialize_head=True, head_node_args=head)
        self.first = [self.add(), self.add()]

    @property
    def address(self) -> str:
        """Of the head."""
        return str(self._cluster.address)

    def add(self, **resources: float) -> Any:
        """One more, with one CPU unless more is said."""
        return self._cluster.add_node(**{"num_cpus": 1, "object_store_memory": ROOM, **resources})

    def kill(self, node: Any) -> None:
        """With all its processes, and without a word to the others."""
        self._cluster.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        """End all of them."""
        self._cluster.shutdown()


def until(is_so: Callable[[], bool]) -> None:
    """Ask until it is so.

    Raises:
        AssertionError: it is not, for a very long time.
    """
    last = monotonic() + GENEROUS
    while not is_so():
        assert monotonic() < last
        sleep(0.1)


class Server(NamedTuple):
    """An application, and what runs its models."""

    client: TestClient
    lab: Lab
    engine: RayEngine | None


@pytest.fixture(scope="session")
def nodes() -> Iterator[Nodes]:
    """The cluster, which this process has joined."""
    import ray

    made = Nodes()
    try:
        join(made.address)
        yield made
    finally:
        ray.shutdown()
        made.close()


@pytest.fixture(scope="session")
def clients(nodes: Nodes) -> Iterator[ExitStack]:
    """They are closed before the cluster is."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def targets(tmp_path_factory: pytest.TempPathFactory) -> Targets:
    """The built-in course, and files that do what none should."""
    folder = tmp_path_factory.mktemp("own") / "odd"
    folder.mkdir()
    source = (Path(__file__).parent / "odd_files.py").read_text()
    (folder / "odd.py").write_text(source)
    (folder / "width.txt").write_text("7")
    (folder / "a day, 'ünd' \U0001f600.py").write_text("from odd import Hidden as Other\n")
    (folder / "broken.py").write_text("raise KeyboardInterrupt(__file__)\n")
    (folder / "gone.py").symlink_to(folder / "nowhere.py")
    return named_targets([str(folder)], MODELS).targets


def opened(targets: Targets, engine: RayEngine | None, clients: ExitStack) -> Server:
    """An application over it. No worker runs every experiment before the first question."""
    labs: list[Lab] = []

    def make(*args: Any, **options: Any) -> Lab:
        lab = Lab(*args, **options)
        lab.warm_up = mock.AsyncMock()  # type: ignore[method-assign]
        labs.append(lab)
        return lab

    with mock.patch.object(main, "Lab", make):
        app = main.create_app(targets, workers=1, seconds=GENEROUS, limits=LIMITS, engine=engine)
    client = clients.enter_context(TestClient(app, "http://localhost"))
    return Server(client, labs[0], engine)


@pytest.fixture(scope="session")
def embedded(targets: Targets, clients: ExitStack) -> Server:
    return opened(targets, None, clients)


@pytest.fixture(scope="session")
def on_ray(targets: Targets, clients: ExitStack) -> Server:
    """Two workers, one on each node."""
    return opened(targets, RayEngine(2, LIMITS), clients)
