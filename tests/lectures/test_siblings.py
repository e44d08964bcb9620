"""Files of one folder import each other, and none finds what another left in a third."""

from pathlib import Path
from typing import Any

import pytest

from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from web.course import Course

HELPERS = """
import torch
from torch import nn

WIDTH = 4
seen = []

def block(n):
    return nn.Linear(n, n)

class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = block(WIDTH)

    def forward(self, x):
        seen.append(len(seen))
        return self.layer(x)
"""
WAYS = {
    "by name": "from helpers import Base, block",
    "the module": "import helpers\nBase = helpers.Base",
    "by another name": "import helpers as h\nBase = h.Base",
    "everything": "from helpers import *",
    "relative": "from .helpers import Base",
    "the module, relative": "from . import helpers\nBase = helpers.Base",
    "by the function": "Base = __import__('helpers').Base",
    "by importlib": "import importlib\nBase = importlib.import_module('helpers').Base",
    "by its function": "from importlib import import_module as i\nBase = i('.helpers', '').Base",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "helpers.py").write_text(HELPERS)
    return tmp_path


def loaded(folder: Path, **files: str) -> Catalog:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return load(folder)


def in_features(model: Any) -> Any:
    return model.layer.in_features


def problems(catalog: Catalog) -> list[str]:
    return [f"{each.file}: {each.raised.message}" for each in catalog.contents.problems]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_sibling_is_imported_in_every_way(folder: Path, way: str) -> None:
    catalog = loaded(folder, a_net=f"{way}\nclass Net(Base): pass\n")
    assert problems(catalog) == []
    assert {"a_net.Net", "helpers.Base"} == set(catalog.contents.cards)
    assert in_features(catalog.build("a_net.Net", 0)) == 4


def test_a_sibling_is_imported_as_late_as_in_forward(folder: Path) -> None:
    late = "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n"
    late += "        super().__init__()\n        from helpers import block\n"
    catalog = loaded(folder, net=late + "        self.layer = block(3)\n")
    assert in_features(catalog.build("net.Net", 0)) == 3


def test_a_package_imports_its_parts_by_name(folder: Path) -> None:
    package = folder / "parts"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import importlib, importlib.util\n"
        "assert importlib.util.find_spec('torch') and importlib.import_module('math').pi > 3\n"
        "one = importlib.import_module(f'{__name__}.one')\n"
        "two = importlib.import_module('.two', __package__)\n"
        "three = importlib.import_module('.three', 'parts')\n"
        "again = importlib.import_module('parts.one')\n"
    )
    for name in ("one", "two", "three"):
        (package / f"{name}.py").write_text(f"made = [{name!r}]\n")
    net = "import parts\nfrom helpers import Base\nclass Net(Base):\n"
    net += "    made = parts.one.made + parts.two.made + parts.three.made\n"
    net += "    same = parts.again is parts.one\n"
    catalog = loaded(folder, net=net)
    assert problems(catalog) == []
    kind: Any = catalog.kind("net.Net")
    assert (kind.made, kind.same) == (["one", "two", "three"], True)


def test_two_files_import_each_other(folder: Path) -> None:
    ping = "import pong\nfrom helpers import Base\nclass Ping(Base):\n    other = 'pong.Pong'\n"
    pong = "import ping\nfrom helpers import Base\nclass Pong(Base):\n    def other(self):\n"
    catalog = loaded(folder, ping=ping, pong=pong + "        return ping.Ping\n")
    assert problems(catalog) == []
    pong_model: Any = catalog.kind("pong.Pong")()
    assert pong_model.other().__name__ == "Ping"


def test_what_one_leaves_in_a_sibling_no_other_finds(folder: Path) -> None:
    uses = "import helpers\nclass Net(helpers.Base):\n    def seen(self): return helpers.seen\n"
    catalog = loaded(folder, one=uses, two=uses)
    for name in ("one.Net", "two.Net", "one.Net"):
        model: Any = catalog.kind(name)()
        assert model.seen() == []
        model.seen().append("left")
    catalog.kind("helpers.Base")()
    assert catalog.kind("helpers.Base").__init__.__globals__["seen"] == []


def test_the_standard_library_comes_first(folder: Path) -> None:
    uses = "import random, torch\nfrom helpers import Base\n"
    uses += "class Net(Base):\n    drawn = random.random()\n"
    catalog = loaded(folder, net=uses, random="raise ValueError", torch="raise ValueError")
    assert "net.Net" in catalog.contents.cards


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import nothing_like_it", "net.py: No module named 'nothing_like_it'"),
        ("from . import nothing_like_it", "net.py: No module named 'nothing_like_it'"),
        ("from helpers import nothing", "net.py: cannot import name 'nothing'"),
        ("import broken", "net.py: invalid syntax (broken.py, line 2)"),
        ("import failing", "net.py: too bad"),
        ("from .. import helpers", "net.py: attempted relative import"),
    ],
)
def test_what_cannot_be_imported_is_told_of_the_file_that_asks(
    folder: Path, text: str, told: str
) -> None:
    (folder / "broken.py").write_text("\nx = = 1\n")
    (folder / "failing.py").write_text("raise ValueError('too bad')\n")
    catalog = loaded(folder, net=f"\n\n{text}\n")
    problem = next(each for each in catalog.contents.problems if each.file == "net.py")
    assert f"{problem.file}: {problem.raised.message}".startswith(told)
    assert problem.raised.line == 3


def test_a_sibling_that_is_saved_is_there_at_the_next_click(course: Course) -> None:
    course.write("helpers.py", HELPERS)
    course.write("net.py", "from helpers import Base\nclass Net(Base): pass\n")
    client = course.open()
    address = "/registry.json?left=net.Net&right=net.Net"
    assert client.get(address).json()["left"]["scan"]["used"]["reached"] == 4 * 4 + 4
    course.write("helpers.py", HELPERS.replace("WIDTH = 4", "WIDTH = 12"))
    assert client.get(address).json()["left"]["scan"]["used"]["reached"] == 12 * 12 + 12
