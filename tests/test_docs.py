"""Every code block of the README and of docs/ is run or checked, and every link leads somewhere."""

import contextlib
import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from rollcall.cli import parser
from rollcall.lectures.loading import load
from rollcall.lectures.named_targets import named_targets
from rollcall.main import create_app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MARKDOWN = sorted({*PAGES, *ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md")})
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVER = "http://127.0.0.1:8000"
# A block of another language would be checked by nothing.
CHECKED = {"python", "sh", "url", "json", "toml", "text", "yaml"}


class Block(NamedTuple):
    """A code block, and what its opening line says beside the language."""

    language: str
    note: str
    text: str


def blocks(document: Path) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(document.read_text("utf-8"))]


def lines(document: Path, language: str) -> Iterator[tuple[str, str]]:
    """Every line of the blocks of a language: what stands there, and the comment behind it."""
    for block in blocks(document):
        if block.language == language:
            for line in block.text.splitlines():
                text, _, comment = line.partition(" #")
                yield text.strip(), comment.strip()


def each_page(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "document", pages, ids=lambda document: document.relative_to(ROOT).as_posix()
    )


@each_page(PAGES)
def test_every_block_is_of_a_language_that_is_checked(document: Path) -> None:
    found = {block.language for block in blocks(document)}
    assert found
    assert found <= CHECKED
    assert document.read_text("utf-8").count("```") == 2 * len(blocks(document)), (
        "a block without a language"
    )


@each_page(PAGES)
def test_python_prints_what_the_page_says(document: Path) -> None:
    """A page's blocks run in turn, as in a notebook; a text block is what the last one prints."""
    names: dict[str, Any] = {"__name__": "__main__"}
    printed: str | None = None
    for block in blocks(document):
        if block.language == "python":
            assert not printed, f"the page does not say that this is printed: {printed}"
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(block.text, document.name, "exec"), names)
            printed = out.getvalue()
        elif block.language == "text" and not block.note:
            assert block.text == printed
            printed = None
    assert not printed


@each_page(PAGES)
def test_commands_have_the_options_and_goals_that_the_page_names(document: Path) -> None:
    goals = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for command, _ in lines(document, "sh"):
        program, *arguments = shlex.split(command)
        if Path(program).name == "rollcall":
            parser().parse_args(arguments)
        elif program == "make":
            assert arguments[0] in goals
            assert all(re.match(r"[A-Z_]+=", each) for each in arguments[1:]), command
        elif program == "docker" and "serve" in arguments:
            parser().parse_args(arguments[arguments.index("serve") :])


@each_page(PAGES)
def test_yaml_runs_what_there_is(document: Path) -> None:
    """The commands of workflows and hooks have the options that are named."""
    for text, _ in lines(document, "yaml"):
        command = re.search(r"(?:run|entry): rollcall (.*)", text)
        if command:
            parser().parse_args(shlex.split(command[1].partition(" >")[0]))


def test_the_hook_runs_a_command() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    (entry,) = re.findall(r"^  entry: rollcall (.*)$", hooks, re.MULTILINE)
    assert parser().parse_args([*shlex.split(entry), "models/"]).targets == ["models/"]


@each_page(PAGES)
def test_addresses_answer(document: Path, app_client: TestClient) -> None:
    """With 200, unless the comment behind it tells another status."""
    for text, comment in [*lines(document, "sh"), *lines(document, "url")]:
        for url in re.findall(rf"{SERVER}[^\s\"']*", text):
            status = int(comment) if comment.isdecimal() else 200
            assert app_client.get(url.removeprefix(SERVER)).status_code == status, url


@each_page(PAGES)
def test_json_is_a_part_of_the_answer(document: Path, app_client: TestClient) -> None:
    """A JSON block shows a part of what the command before it gets."""
    command = ""
    for block in blocks(document):
        if block.language == "sh":
            command = block.text
        elif block.language == "json":
            url = urlsplit(command.split()[1].strip('"'))
            assert_part(json.loads(block.text), app_client.get(f"{url.path}?{url.query}").json())


def assert_part(shown: Any, answer: Any) -> None:
    """Whether all that is shown is in the answer, too; of a list, its beginning."""
    if isinstance(shown, dict):
        assert shown.keys() <= answer.keys()
        for name, value in shown.items():
            assert_part(value, answer[name])
    elif isinstance(shown, list):
        assert len(shown) <= len(answer)
        for each, found in zip(shown, answer, strict=False):
            assert_part(each, found)
    else:
        assert shown == answer


def test_the_course_of_the_docs_has_no_problem(tmp_path: Path) -> None:
    written = blocks(ROOT / "docs/lecturers.md")
    lectures = {
        block.note.partition("lecture=")[2]: block.text
        for block in written
        if "lecture=" in block.note
    }
    courses = [block.text for block in written if block.language == "toml" and not block.note]
    assert list(lectures) == ["attention.py"]
    assert len(courses) == 2
    for name, text in lectures.items():
        (tmp_path / name).write_text(text)
    with TestClient(create_app(tmp_path, workers=1), "http://localhost") as client:
        for course in courses:
            (tmp_path / "course.toml").write_text(course)
            contents = client.get("/catalog.json").json()["contents"]
            assert contents["problems"] == []
            titles = [lesson["title"] for lesson in contents["chapters"][0]["lessons"]]
            assert titles == ["Heads in a list"]


def test_the_arguments_of_the_docs_reach_the_model(tmp_path: Path) -> None:
    (lines,) = [each for each in blocks(ROOT / "docs/lecturers.md") if "beside=" in each.note]
    (tmp_path / "course.toml").write_text(lines.text)
    net = "from torch import nn\nclass Net(nn.Linear):\n    def __init__(self, width, rate):\n"
    (tmp_path / "my_model.py").write_text(
        f"{net}        super().__init__(width, int(width * rate))"
    )
    catalog = load(named_targets(["my_model.py"], None, tmp_path).targets)
    assert catalog.contents.problems == ()
    assert catalog.contents.cards["my_model.Net"].args == (64, 0.5)


@each_page(MARKDOWN)
def test_links_lead_somewhere(document: Path) -> None:
    text = BLOCK.sub("", document.read_text("utf-8"))
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", text)
    for target in ["".join(pair) for pair in targets]:
        if not target.startswith(("https://", "#")):
            assert (document.parent / target.partition("#")[0]).exists(), target


@each_page([ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
def test_what_a_map_names_is_there(document: Path) -> None:
    """A folder or file in the first two cells of a table's row."""
    named = set()
    for row in re.findall(
        r"^\| [^|]*`[^|]*\|.*$|^\| [^|]*\|[^|]*`.*$", document.read_text("utf-8"), re.M
    ):
        named |= set(re.findall(r"`((?:app|models|templates|static|tests)/[\w/.]*)`", row))
    assert len(named) > 5
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []


def test_the_readme_opens_with_a_small_moving_picture() -> None:
    picture = (ROOT / ".github/dropout.webp").read_bytes()
    assert (picture[:4], picture[8:12]) == (b"RIFF", b"WEBP")
    assert picture.count(b"ANMF") > 10, "each frame of a moving WebP is in a chunk of that name"
    assert len(picture) < 1_000_000
    readme = (ROOT / "README.md").read_text("utf-8")
    assert ".github/dropout.webp" in readme.partition("\n## ")[0]
