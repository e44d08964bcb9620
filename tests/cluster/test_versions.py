"""Two versions of the files side by side on one cluster, and a save in between."""

from contextlib import ExitStack
from pathlib import Path

from cluster.conftest import Nodes, opened
from rollcall.lab.cluster.engine import RayEngine
from rollcall.lectures.targets import Targets

NET = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, {})

    def forward(self, x):
        return self.layer(x)
"""
ASKED = "/registry.json?left=net.Net&right=net.Net&seed={}"


def course(folder: Path, outputs: int) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "net.py").write_text(NET.format(outputs))
    return folder


def test_each_server_has_its_own_and_follows_a_save(nodes: Nodes, tmp_path: Path) -> None:
    node = nodes.add(num_cpus=2)
    with ExitStack() as clients:
        one, two = (
            opened(Targets(course(tmp_path / name, outputs)), RayEngine(1), clients).client
            for name, outputs in (("one", 3), ("two", 4))
        )
        for seed in range(3):
            assert "[3,10]" in one.get(ASKED.format(seed)).text
            assert "[4,10]" in two.get(ASKED.format(seed)).text
        course(tmp_path / "one", 7)
        assert "[7,10]" in one.get(ASKED.format(0)).text
        assert "[4,10]" in two.get(ASKED.format(0)).text
    nodes.kill(node)
