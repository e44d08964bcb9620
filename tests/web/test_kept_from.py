"""A page says what Roll Call keeps models from, beside the exception that comes of it."""

from pathlib import Path

import pytest

from rollcall.commands.isolation import isolation_at_start
from rollcall.core.process.isolation import landlock, seccomp
from rollcall.core.process.isolation.isolation import EVERYTHING_ALLOWED, Isolation
from web.course import NET, Course
from web.page import Page

MODELS = """
import tempfile, urllib.request
import torch

class Saves(Net):
    def forward(self, x):
        torch.save(self.state_dict(), "net.pt")

class Downloads(Net):
    def __init__(self):
        super().__init__()
        urllib.request.urlopen("http://localhost")

class Leaves(Net):
    def forward(self, x):
        tempfile.mkstemp()
        return self.layer(x)

class MyLinear(nn.Module):
    def __init__(self, in_features=10, out_features=5):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        if x.dtype == torch.float64:
            urllib.request.urlopen("http://localhost")
        return x @ self.weight.T + self.bias
"""
FULL = """
import errno, os
import torch

class Writes(Net):
    def forward(self, x):
        if os.path.exists("PATH"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return torch.dropout(self.layer(x), 0.5, True)
"""
FOLDER = "Roll Call lets models write only into a temporary folder, which tempfile"
NETWORK = "Roll Call runs models without network. rollcall serve --allow network"
ALL = Isolation(landlock=7, seccomp=True)


@pytest.mark.skipif(
    not landlock.version() or not seccomp.is_known(), reason="the system does not have both"
)
def test_a_page_says_what_keeps_a_model_from_it(course: Course) -> None:
    course.write("at_import.py", "open('here', 'w')")
    course.write("net.py", NET + MODELS)
    client = course.open()
    assert FOLDER in Page.of(client.get("/")).text

    page = Page.of(client.get("/registry?left=net.Saves&right=net.Downloads")).text
    assert f"strerror: Permission denied (line 18) {FOLDER}" in page
    assert NETWORK in page

    page = Page.of(client.get("/modes?left=net.Leaves&right=net.Net")).text
    assert "Leaves leaves temporary files for the whole process" in page

    pair = "left=net.Saves&right=net.MyLinear"
    for topic, said in (("preflight", 1), ("layers", 1), ("saving", 0)):
        page = Page.of(client.get(f"/{topic}?{pair}")).text
        assert page.count(NETWORK) == said, topic
    assert FOLDER in Page.of(client.get(f"/preflight?{pair}")).text
    assert FOLDER in Page.of(client.get(f"/saving?{pair}")).text


def test_what_came_of_a_full_disk_is_gone_when_there_is_room(
    course: Course, tmp_path: Path
) -> None:
    """On the page, in what is played, and in the search for an input."""
    full = tmp_path / "full"
    full.touch()
    course.write("net.py", NET + FULL.replace("PATH", str(full)))
    client = course.open()
    pages = [f"/{name}?left=net.Writes&right=net.Writes" for name in ("registry", "dropout")]
    no_room = "There is no room for temporary files. Make some and try again"
    for page in pages:
        assert no_room in Page.of(client.get(page)).text, page
    full.unlink()
    for page in pages:
        assert no_room not in Page.of(client.get(page)).text, page
    asked = client.get(f"{pages[0]}&seed=1".replace("?", ".json?")).json()
    assert asked["left"]["input"]["text"] == "4,10"


def test_the_server_says_what_holds_and_why_the_rest_does_not() -> None:
    assert isolation_at_start(ALL) == [
        "models run without network, write only into temporary folders of their own "
        "and reach no other process (Landlock 7, seccomp)"
    ]
    assert isolation_at_start(ALL.model_copy(update={"allowed": ("network",), "landlock": 2})) == [
        "models write only into temporary folders of their own (Landlock 2, seccomp)",
        "models may use the network: --allow network",
        "models may empty files: what keeps them from it is in Linux 6.2",
        "models may end other processes: what keeps them from it is in Linux 6.12",
    ]
    assert isolation_at_start(Isolation()) == [
        "models may use the network: this system has no seccomp, or none that we know",
        "models may write wherever you may: this system has no Landlock, or has it turned off",
    ]
    assert isolation_at_start(EVERYTHING_ALLOWED) == [
        "models may use the network: --allow network",
        "models may write wherever you may: --allow writing",
    ]
