"""The user's own files, folders, packages and factories: which models there are, and from where."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import torch

from lectures.lectures import subject_of
from lectures.without_privileges import without_privileges
from rollcall.commands.targets import lines_at_start
from rollcall.folders import MODELS
from rollcall.lectures import loading, shelves, target_files
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.content_words import MOST_BYTES
from rollcall.lectures.contents import Chapter, ModelCard
from rollcall.lectures.exercise_files import write_exercises
from rollcall.lectures.loading import load
from rollcall.lectures.named_targets import named_targets
from rollcall.lectures.saved_files import version
from rollcall.lectures.targets import Targets
from web.course import Course

HEAD = "import torch\nfrom torch import nn\n"
NET = HEAD + "class Net(nn.Linear):\n    def __init__(self): super().__init__(4, 2)\n"
MY_MODEL = """
from helper import WIDTH
print("reading the data ...")

def block(n):
    return Block(n)

class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.layer = nn.Linear(n, n)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [block(WIDTH)]

class Needy(nn.Module):
    def __init__(self, width: int, rate: float, names, *, bias=True):
        super().__init__()
        self.layer = nn.Linear(width, 2)

class Configured(nn.Module):
    def __init__(self, config: dict):
        super().__init__()
        self.layer = nn.Linear(config["width"], 2)

def make_net() -> nn.Module:
    return Net()

def make_as_text() -> "Net":
    return Net()

def make_wide(width) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, 2))

def count(model) -> int:
    return 0

def unsaid():
    return Net()

if __name__ == "__main__":
    raise SystemExit("it was run")
"""
TREE = {
    "my_model.py": HEAD + MY_MODEL,
    "helper.py": "WIDTH = 6\n",
    "other/net.py": HEAD
    + "from .widths import W\nclass Net(nn.Linear):\n    def __init__(self):\n"
    + "        super().__init__(W, 2)\n",
    "other/widths.py": "W = 3\n",
    "other/train.py": "raise ValueError('a script without a class is not run')\n",
    "other/sub/deep.py": HEAD
    + "from ..widths import W\nimport widths\nfrom other import widths as again\n"
    + "class Deep(nn.Linear):\n    def __init__(self):\n"
    + "        super().__init__(W + widths.W + again.W, 2)\n",
    "other/.hidden/net.py": "class Never: raise ValueError\n",
    "other/env/pyvenv.cfg": "",
    "other/env/net.py": "class Never: raise ValueError\n",
    "src/pkg/__init__.py": "from .a import A\nfrom .b import B\nPACKAGE = 'pkg'\n",
    "src/pkg/a.py": HEAD
    + "from pkg.c.d import WIDTH\nclass A(nn.Linear):\n    def __init__(self):\n"
    + "        super().__init__(WIDTH, 2)\n",
    "src/pkg/b.py": HEAD
    + "from . import a, c\nfrom .c import d\nimport pkg.c.d as q\nimport pkg.a\n"
    + "from .c import *\nclass B(a.A):\n    width = pkg.a.A, q.WIDTH, d.WIDTH, c.d.WIDTH, e.E\n",
    "src/pkg/c/__init__.py": "__all__ = ['d', 'e']\n",
    "src/pkg/c/d.py": "WIDTH = 9\n",
    "src/pkg/c/e.py": "from ..a import WIDTH as E\n",
    "src/pkg/script.py": HEAD + "import beside\nclass Script(beside.Net): pass\n",
    "src/pkg/beside.py": NET,
    "src/broken/__init__.py": "import nothing_like_it\n",
    "src/broken/net.py": NET,
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("here")
    write(folder, TREE)
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(dedent(text), "utf-8")


def targets_in(folder: Path, *named: str, course: Path | None = None) -> Targets:
    found = named_targets(named, course, folder)
    assert found.refused == ()
    return found.targets


def loaded(folder: Path, *named: str, course: Path | None = None) -> Catalog:
    return load(targets_in(folder, *named, course=course))


def chapters(catalog: Catalog) -> dict[str, Chapter]:
    return {chapter.title: chapter for chapter in catalog.contents.chapters}


def cards(catalog: Catalog) -> dict[str, ModelCard]:
    found: dict[str, ModelCard] = {}
    for chapter in catalog.contents.chapters:
        found |= {card.class_name: card for card in chapter.models}
    return found


def problems(catalog: Catalog) -> list[str]:
    told = [f"{each.file}: {each.raised.message}" for each in catalog.contents.problems]
    return sorted(told)


@pytest.fixture(scope="module")
def all_of_it(here: Path) -> Catalog:
    return loaded(here, "my_model.py", "other", "src", "src.pkg.b:B", "my_model:unsaid")


def test_the_models_of_files_folders_packages_and_factories(all_of_it: Catalog) -> None:
    names = {
        title: [card.name for card in chapter.models]
        for title, chapter in chapters(all_of_it).items()
    }
    assert names == {
        "my_model.py": [
            *(f"my_model.{name}" for name in ("Net", "Needy", "Configured")),
            *(f"my_model.{name}" for name in ("make_net", "make_as_text", "make_wide", "Block")),
        ],
        "other/net.py": ["other/net.Net"],
        "other/sub/deep.py": ["other/sub/deep.Deep"],
        "src/broken/net.py": ["src/broken/net.Net"],
        "src/pkg/b.py": ["src/pkg/b.B"],
        "src/pkg/beside.py": ["src/pkg/beside.Net"],
        "src/pkg/script.py": ["src/pkg/script.Script"],
        "src.pkg.b:B": ["src.pkg.b:B"],
        "my_model:unsaid": ["my_model:unsaid"],
        "src/pkg/a.py": ["src/pkg/a.A"],  # only a part of B: last
    }
    assert problems(all_of_it) == []


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("my_model.Net", 0),
        ("my_model.make_as_text", 0),
        ("my_model:unsaid", 0),
        ("other/net.Net", 3 * 2 + 2),
        ("other/sub/deep.Deep", 9 * 2 + 2),
        ("src/broken/net.Net", 4 * 2 + 2),
        ("src/pkg/b.B", 9 * 2 + 2),
        ("src/pkg/script.Script", 4 * 2 + 2),
        ("src.pkg.b:B", 9 * 2 + 2),
    ],
)
def test_each_is_built_with_what_it_imports(all_of_it: Catalog, name: str, numbers: int) -> None:
    model = all_of_it.build(name, 0)
    assert sum(parameter.numel() for parameter in model.parameters()) == numbers
    assert isinstance(model, all_of_it.kind(name)) or "." not in all_of_it.card(name, "left").maker


def test_the_source_of_what_a_function_makes_begins_with_it(all_of_it: Catalog) -> None:
    source = subject_of(all_of_it, "my_model.make_net").source
    assert source is not None
    assert [lines[0].text for lines in source.classes] == [
        "def make_net() -> nn.Module:",
        "class Net(nn.Module):",
        "class Block(nn.Module):",
    ]


def test_nothing_is_left_in_the_process(here: Path) -> None:
    before = [*sys.path], Path.cwd(), set(sys.modules)
    loaded(here, "my_model.py", "other", "src")
    assert ([*sys.path], Path.cwd()) == before[:2]
    added = set(sys.modules) - before[2]
    assert all(name.startswith("lecture_") for name in added), added


def test_what_a_file_prints_is_its_own(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(here, {"loud.py": NET + LOUD})
    catalog = loaded(here, "my_model.py", "loud.py")
    printed = {title: chapter.printed for title, chapter in chapters(catalog).items()}
    assert printed["my_model.py"] == "reading the data ..."
    first, *_, last = printed["loud.py"].splitlines()
    assert (first, last) == ("out", "… and 96,015 more bytes")
    assert "\nerr\nbytes\n" in printed["loud.py"]
    catalog.build("loud.Net", 0)
    catalog.run_anew("loud.Net")
    assert capfd.readouterr() == ("", "")


LOUD = """
import sys
print("out")
print("err", file=sys.stderr)
sys.stdout.buffer.write(b"bytes\\n")
assert sys.stderr.fileno() > 0
print("x" * 100_000)
"""

# What needs arguments


def test_what_is_lacking_and_what_would_give_it(all_of_it: Catalog) -> None:
    card = cards(all_of_it)["Needy"]
    assert card.needs == ("width", "rate", "names")
    assert card.remedies == (
        '[[chapter]]\nfile = "my_model"\nmodels.Needy.args = [16, 0.5, 16]',
        "def example_model():\n    return Needy(width=16, rate=0.5, names=16)",
    )
    assert cards(all_of_it)["Configured"].remedies == (
        "def example_model():\n    return Configured(config=...)",
    )
    assert cards(all_of_it)["Net"].remedies == ()
    assert "my_model.Needy" not in all_of_it.contents.cards


def test_the_three_lines_give_it(tmp_path: Path, all_of_it: Catalog) -> None:
    write(tmp_path, {name: TREE[name] for name in ("my_model.py", "helper.py")})
    lines, function = cards(all_of_it)["Needy"].remedies
    write(tmp_path, {"course.toml": lines})
    for named in ("my_model.py", "."):
        catalog = loaded(tmp_path, named, course=None)
        assert cards(catalog)["Needy"].needs == ()
        assert problems(catalog) == []
    (tmp_path / "course.toml").unlink()
    write(tmp_path, {"my_model.py": f"{HEAD}{MY_MODEL}\n{function}\n"})
    catalog = loaded(tmp_path, "my_model.py")
    assert (cards(catalog)["Needy"].needs, cards(catalog)["Configured"].needs) == ((), ("config",))
    assert type(catalog.build("my_model.Needy", 0)).__name__ == "Needy"


@pytest.mark.parametrize(
    ("text", "needs", "told"),
    [
        ("def example_model():\n    return Needy(3)", (), []),
        ("def example_model() -> Needy:\n    return Needy(3)", (), []),
        ("def example_model() -> 'nn.Module':\n    return Needy(3)", (), []),
        ("Needy.example_model = classmethod(lambda kind: kind(3))", (), []),
        ("def example_model():\n    return Other()", ("n",), []),
        (
            "def example_model():\n    return Needy()",
            ("n",),
            ["own.py: Needy.__init__() miss"],
        ),
        ("example_model = 3", ("n",), []),
    ],
)
def test_an_example_of_the_files_own(
    tmp_path: Path, text: str, needs: tuple[str, ...], told: list[str]
) -> None:
    needy = "class Needy(nn.Linear):\n    def __init__(self, n): super().__init__(n, 2)\n"
    other = "class Other(nn.Linear):\n    def __init__(self): super().__init__(3, 2)\n"
    write(tmp_path, {"own.py": f"{HEAD}{needy}{other}{text}\n"})
    catalog = loaded(tmp_path, "own.py")
    assert cards(catalog)["Needy"].needs == needs
    assert [line[: len(start)] for line, start in zip(problems(catalog), told, strict=True)] == told
    if not needs:
        first, second = catalog.build("own.Needy", 1), catalog.build("own.Needy", 1)
        assert torch.equal(first.weight, second.weight)  # type: ignore[arg-type]
        assert catalog.input("own.Needy").draw(0).args[0].shape == (4, 3)


# Courses beside the files


def test_exercises_that_were_written_are_served_beside_the_course(tmp_path: Path) -> None:
    write_exercises(MODELS, tmp_path / "mine")
    contents = loaded(tmp_path, "mine", course=MODELS).contents
    assert contents.problems == load(MODELS).contents.problems
    first = contents.chapters[0]
    assert (first.file, first.own, first.lessons[0].page) == ("mine/exercises", True, "exercise")
    assert first.lessons[0].left.startswith("mine/exercises.")
    assert first.lessons[0].right in contents.cards
    assert not any(lesson.right in load(MODELS).contents.cards for lesson in first.lessons)


def test_a_course_in_a_folder_of_a_folder(tmp_path: Path) -> None:
    course = '[[chapter]]\nfile = "{}"\ntitle = "Mine"\n[[chapter.lesson]]\nleft = "Net"\n'
    course += 'right = "more.Net"\ntitle = "One"\ntext = "."\n'
    files = {"all/net.py": NET, "all/more.py": NET, "all/sub/net.py": NET, "all/sub/more.py": NET}
    write(tmp_path, files)
    write(tmp_path, {"all/course.toml": course.format("net")})
    write(tmp_path, {"all/sub/course.toml": course.format("net")})
    catalog = loaded(tmp_path, "all")
    assert problems(catalog) == []
    lessons = [lesson for each in catalog.contents.chapters for lesson in each.lessons]
    assert [(each.left, each.right) for each in lessons] == [
        ("all/net.Net", "all/more.Net"),
        ("all/sub/net.Net", "all/sub/more.Net"),
    ]
    # Of one file alone: its chapter, without lessons about files that are not served.
    alone = loaded(tmp_path, "all/net.py").contents
    assert [chapter.lessons for chapter in alone.chapters] == [()]
    assert alone.problems == ()
    write(tmp_path, {"all/course.toml": course.format("gone"), "all/sub/course.toml": "[[["})
    assert [line.partition(": ")[0] for line in problems(loaded(tmp_path, "all"))] == [
        "all/course.toml",
        "all/sub/course.toml",
    ]


# What cannot be used is told, and the rest is served

FACTORIES = """
def makes(): return nn.Linear(4, 2)
def returns_none(): return None
def raises(): raise ValueError("no data here")
def wants(width): return nn.Linear(width, 2)
LISTED = [1]
class NoModule: pass
"""


@pytest.mark.parametrize(
    ("factory", "told"),
    [
        ("makse", "own:makse: LookupError: there is no 'makse' in it; did you mean makes?"),
        ("LISTED", "own:LISTED: TypeError: 'LISTED' is no function: it is a list"),
        ("NoModule", "own:NoModule: TypeError: 'NoModule' is a class, and no nn.Module"),
    ],
)
def test_a_factory_that_is_none(tmp_path: Path, factory: str, told: str) -> None:
    write(tmp_path, {"own.py": HEAD + FACTORIES})
    targets = targets_in(tmp_path, f"own:{factory}", "own:makes")
    catalog = load(targets)
    assert lines_at_start(targets, catalog.contents) == [told]
    assert [*catalog.contents.cards] == ["own:makes"]


def test_a_factory_is_called_at_the_start_and_in_a_worker(course: Course, tmp_path: Path) -> None:
    write(tmp_path, {"own.py": HEAD + FACTORIES + "\ndef dies(): import os; os._exit(3)\n"})
    factories = ("makes", "returns_none", "raises", "wants", "dies")
    targets = targets_in(tmp_path, *(f"own:{each}" for each in factories), course=MODELS)
    found: list[Any] = []
    client = course.open(targets=targets, on_ready=found.append)
    assert lines_at_start(targets, found[0].contents) == [
        "own:returns_none: TypeError: returns_none() returned NoneType, and no nn.Module",
        "own:raises, line 6: ValueError: no data here",
        "own:dies: WorkerDied: the process that ran the models ended with exit code 3",
    ]
    assert cards(load(targets))["wants"].needs == ("width",)
    # An address that names one of two models shows it beside itself, and beside none of a course.
    answer = client.get("/registry.json?left=own:makes")
    assert answer.status_code == 307
    report = client.get(answer.headers["location"]).json()
    assert report["query"]["right"] == "own:makes"
    assert report["right"]["scan"]["used"]["reached"] == 4 * 2 + 2


def test_files_and_folders_without_models_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, {"plain.py": "x = 1\n", "data/notes.txt": "", "wrong.py": "x = (\n"})
    write(tmp_path, {"lib/wrong.py": "class Net(\n", "lib/net.py": NET})
    targets = targets_in(tmp_path, "plain.py", "empty", "data", "wrong.py", "lib")
    wanted = "classes that are an nn.Module, and functions annotated -> nn.Module"
    lines = lines_at_start(targets, load(targets).contents)
    assert lines == [
        "wrong.py, line 1: SyntaxError: '(' was never closed",
        "lib/wrong.py, line 1: SyntaxError: '(' was never closed",
        f"no models in {tmp_path}/plain.py: looked for {wanted}",
        f"no models in {tmp_path}/empty: looked for *.py files with {wanted}, and found nothing",
        f"no models in {tmp_path}/data: looked for *.py files with {wanted}, and found notes.txt",
    ]


def test_a_folder_with_too_many_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {f"lib/net_{number}.py": NET for number in range(5)})
    for module in (target_files, shelves, loading):
        monkeypatch.setattr(module, "MOST_FILES", 3)
    catalog = loaded(tmp_path, "lib")
    assert len(catalog.contents.cards) == 3
    assert problems(catalog) == ["lib/: its first 3 .py files are served, and no more"]


def test_a_folder_that_cannot_be_read_is_told_and_all_else_is_served(tmp_path: Path) -> None:
    """In a folder of one's own, beside a file that imports from it, and as the course itself."""
    imports = f"{NET}try:\n    import closed.net\nexcept ImportError:\n    closed = None\n"
    write(tmp_path, {"lib/net.py": imports, "lib/closed/net.py": NET, "course/a.py": NET})
    before = version(Targets.of(tmp_path / "course"))
    closed = (tmp_path / "lib/closed", tmp_path / "course")
    for folder in closed:
        folder.chmod(0)
    try:
        with without_privileges():
            catalog = loaded(tmp_path, "lib")
            assert set(catalog.contents.cards) == {"lib/net.Net"}
            assert problems(catalog) == [
                "lib/closed: the folder closed cannot be read: Permission denied"
            ]
            course = load(tmp_path / "course")
            assert course.contents.cards == {}
            assert [each.raised.type for each in course.contents.problems] == ["PermissionError"]
            assert version(Targets.of(tmp_path / "course")) != before
    finally:
        for folder in closed:
            folder.chmod(0o755)
    assert version(Targets.of(tmp_path / "course")) == before
    assert problems(loaded(tmp_path, "lib")) == []


def test_asked_again_the_version_looks_at_each_file_and_reckons_no_name_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"lib/net.py": NET, "lib/deep/more.py": NET, "course/a.py": NET})
    targets = Targets(tmp_path / "course", targets_in(tmp_path, "lib").own)
    before = version(targets)
    monkeypatch.setattr(os.path, "relpath", None)
    assert version(targets) == before
    for name in ("lib/net.py", "lib/deep/more.py", "course/a.py"):
        (tmp_path / name).write_text(f"{NET}# saved\n")
        assert version(targets) != before, name
        (tmp_path / name).write_text(NET)
        assert version(targets) == before, name


def grown(path: Path) -> None:
    path.write_text("#" * (MOST_BYTES * 5))


def linked(path: Path) -> None:
    path.rename(path.with_suffix(".txt"))
    path.with_suffix(".txt").write_text(NET + "\n")
    path.symlink_to(path.with_suffix(".txt"))


def linked_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def moved_away(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


CHANGES: dict[Callable[[Path], None], str | None] = {
    grown: "net.py: net.py has 10.0 MB; a file of models has at most 2 MB",
    linked: None,
    linked_to_nowhere: "net.py: net.py is a link to a file that is not there",
    Path.unlink: "net.py: there is no net.py",
    piped: "net.py: net.py is no regular file",
    moved_away: "net.py: there is no net.py",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("named", ["lib/net.py", "lib", "course"])
def test_what_becomes_of_a_file_is_told(
    tmp_path: Path, change: Callable[[Path], None], named: str
) -> None:
    write(tmp_path, {"lib/net.py": NET, "more.py": NET})
    if named == "course":
        targets = Targets(tmp_path / "lib", targets_in(tmp_path, "more.py").own)
    else:
        targets = targets_in(tmp_path, named, "more.py")
    seen = {version(targets)}
    assert len(load(targets).contents.cards) == 2
    change(tmp_path / "lib" / "net.py")
    seen.add(version(targets))
    catalog = load(targets)
    assert "more.Net" in catalog.contents.cards
    assert len(seen) == 2
    told = CHANGES[change]
    if told is None:
        assert len(catalog.contents.cards) == 2
        assert problems(catalog) == []
    elif change is Path.unlink and named != "lib/net.py":
        assert problems(catalog) == []  # a folder that has one file less
    else:
        (line,) = problems(catalog)
        assert told.removeprefix("net.py") in line or "there is no folder" in line
