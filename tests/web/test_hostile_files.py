"""One odd file among many: the catalog tells what is the matter with it, everything else works."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from chosen import combined
from web.course import NET, SHOWING, Course
from web.page import Page

OWN = """
class Own(BaseException):
    def __str__(self):
        raise self
"""
META = """
class Meta(type(nn.Module)):
    @property
    def __signature__(self):
        raise Own

class Odd(Net, metaclass=Meta):
    pass
"""
PROXY = """
class Proxy:
    @property
    def __class__(self):
        raise KeyboardInterrupt

proxy = Proxy()
"""
# Each file, and what the catalog says of it: the kind of exception, its words, its line.
FILES: dict[str, tuple[str | bytes, tuple[str, str, int | None]]] = {
    "interrupt.py": ("raise KeyboardInterrupt('now')", ("KeyboardInterrupt", "now", 1)),
    "exit.py": ("raise SystemExit(3)", ("SystemExit", "3", 1)),
    "own.py": (f"{OWN}\nraise Own", ("Own", "", 6)),
    "proxy.py": (NET + PROXY, ("KeyboardInterrupt", "", 16)),
    "latin.py": (
        b"# \xff\nx = '\xe9'",
        ("SyntaxError", "(unicode error) 'utf-8' codec can't decode", 2),
    ),
    "long.py": (b"#" * 10_000_000, ("ValueError", "long.py has 10.0 MB; a file of models", None)),
    'quo"te.py': (NET, ("ValueError", "'quo\"te' cannot stand in an address", None)),
    "<b>.py": (NET, ("ValueError", "'<b>' cannot stand in an address", None)),
    "👻.py": (NET, ("ValueError", "'👻' cannot stand in an address", None)),
    "ends.py": (
        "import os\nos._exit(0)",
        ("ProcessEnded", "running it ended the process with exit code 0", None),
    ),
    "new\nline.py": (NET, ("ValueError", "'new\\nline' cannot stand in an address", None)),
}
OTHERS = {
    "dangling.py": ("FileNotFoundError", "dangling.py is a link to a file that is not there", None),
    "folder.py": ("IsADirectoryError", "folder.py is a folder", None),
    "loop.py": ("OSError", "loop.py: Too many levels of symbolic links", None),
    "pipe.py": ("ValueError", "pipe.py is no regular file", None),
    "byte?.py": ("ValueError", "'byte\\udcff' cannot stand in an address", None),
    "meta.py": ("Own", "", None),
}
PAGES = [experiment.query.path for experiment in SHOWING]
RAISE = {
    "Interrupts": "forward(self, x):\n        raise KeyboardInterrupt('now')",
    "Exits": "forward(self, x):\n        sys.exit(3)",
    "Speechless": "forward(self, x):\n        raise Own",
    "Unborn": "__init__(self):\n        raise Own",
    "Untrained": "train(self, mode=True):\n        raise Own",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A course of which nearly every file is odd."""
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("hostile") / "course", clients)
        for name, (source, _) in FILES.items():
            content = source.encode() if isinstance(source, str) else source
            (course.folder / name).write_bytes(content)
        _write_others(course)
        course.write("good.py", NET)
        course.write("a.b.py", NET)
        course.write("two words.py", NET)
        yield course.open()


@pytest.fixture(scope="module")
def raising(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A course of its own, which a worker that was ended has loaded again at once."""
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("raising") / "course", clients)
        course.write("good.py", NET)
        models = [f"\nclass {name}(Net):\n    def {body}\n" for name, body in RAISE.items()]
        course.write("raising.py", f"{NET}{OWN}{''.join(models)}")
        yield course.open()


def _write_others(course: Course) -> None:
    course.write("forks.py", f"{NET}\nos.fork()\n")
    course.write("meta.py", f"{NET}{OWN}{META}")
    (course.folder / "dangling.py").symlink_to("gone")
    (course.folder / "folder.py").mkdir()
    (course.folder / "loop.py").symlink_to("loop.py")
    os.mkfifo(course.folder / "pipe.py")
    Path(os.fsdecode(os.fsencode(course.folder) + b"/byte\xff.py")).write_text(NET)


def test_the_catalog_tells_of_each(hostile: TestClient) -> None:
    contents = hostile.get("/catalog.json").json()["contents"]
    told = {each["file"]: each["raised"] for each in contents["problems"]}
    wanted = {**{name: words for name, (_, words) in FILES.items()}, **OTHERS}
    assert told.keys() == wanted.keys()
    for name, (kind, message, line) in wanted.items():
        assert (told[name]["type"], told[name]["line"]) == (kind, line), name
        assert told[name]["message"].startswith(message), name
    assert "/tmp" not in str(told)
    text = Page.of(hostile.get("/")).text
    for name in wanted:
        assert " ".join(name.split()) in text


def test_everything_else_works(hostile: TestClient) -> None:
    for model in ("good.Net", "a.b.Net", "two words.Net", "meta.Net", "forks.Net"):
        answer = hostile.get("/registry", params={"left": model, "right": "good.Net"})
        assert answer.status_code == 200
        assert "55 of 55" in Page.of(answer).text
    assert hostile.get("/findings").status_code == 200


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("Interrupts", ("KeyboardInterrupt", "now")),
        ("Exits", ("SystemExit", "3")),
        ("Speechless", ("Own", "")),
        ("Unborn", ("Own", "")),
    ],
)
def test_what_a_model_raises_stays_in_its_column(
    raising: TestClient, model: str, told: tuple[str, str]
) -> None:
    report = _report(raising, "/dropout", model)
    assert (report["left"]["raised"]["type"], report["left"]["raised"]["message"]) == told
    assert report["right"]["raised"] is None


def test_a_model_that_raises_what_nothing_catches_has_every_page(raising: TestClient) -> None:
    for path, model in combined(PAGES, ("Speechless", "Untrained")):
        answer = raising.get(path, params=_pair(model))
        assert answer.status_code == 200, (path, model)
        assert "a mistake in Roll Call" not in Page.of(answer).text


def _report(client: TestClient, path: str, model: str) -> dict[str, Any]:
    report: dict[str, Any] = client.get(f"{path}.json", params=_pair(model)).json()
    return report


def _pair(model: str) -> dict[str, str]:
    return {"left": f"raising.{model}", "right": "good.Net"}
