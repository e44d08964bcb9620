"""What the command line names: each target under one label, each refusal in one line."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from rollcall.folders import MODELS
from rollcall.lectures.named_targets import NamedTargets, named_targets
from rollcall.lectures.saved_files import version, watched_folders
from rollcall.lectures.targets import Targets

FILES = (
    "net.py",
    "dropout.py",  # as a file of the course
    "my-net v2.py",
    "notes.txt",
    "a/net.py",
    "b/net.py",
    "b/a/net.py",
    "other/net.py",
    "other/sub/net.py",
    "pkg/__init__.py",
    "pkg/mod.py",
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("here")
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).touch()
    (folder / "nowhere.py").symlink_to("gone")
    (folder / "linked.py").symlink_to("net.py")
    os.mkfifo(folder / "pipe.py")
    return folder


def named(here: Path, *targets: str, course: Path | None = MODELS) -> NamedTargets:
    return named_targets(targets, course, here)


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (["net.py"], ["net.py"]),
        (["net.py", "a/net.py"], ["{here}/net.py", "a/net.py"]),
        (["a/net.py", "b/net.py"], ["a/net.py", "b/net.py"]),
        (["a/net.py", "b/a/net.py"], ["{here}/a/net.py", "b/a/net.py"]),
        (["dropout.py"], ["{here}/dropout.py"]),
        (["my-net v2.py", "linked.py"], ["my-net v2.py", "linked.py"]),
        (["other", "net.py"], ["other/", "net.py"]),
        (["a", "b/a"], ["{here}/a/", "b/a/"]),
        (["pkg.mod:make", "pkg/mod.py", "pkg:make"], ["pkg.mod:make", "mod.py", "pkg:make"]),
        (["a/net.py:make", "torch.nn:Identity"], ["net:make", "torch.nn:Identity"]),
    ],
    ids=" ".join,
)
def test_each_target_has_one_label_of_its_own(
    here: Path, targets: list[str], said: list[str]
) -> None:
    found = named(here, *targets)
    assert found.refused == ()
    assert [each.said for each in found.targets.own] == [
        name.format(here=here.name) for name in said
    ]
    # As long as the command is the same, so is each name: a file that appears renames nothing.
    assert named(here, *targets) == found
    assert hash(named(here, *targets).targets) == hash(found.targets)


def test_without_the_course_its_names_are_free(here: Path) -> None:
    (own,) = named(here, "dropout.py", course=None).targets.own
    assert own.label == "dropout"


@pytest.mark.parametrize(
    ("targets", "refused"),
    [
        (["missing.py"], "missing.py: there is no such file or folder; a target is a .py file, a "),
        (["notes.txt"], "notes.txt: is no .py file; a target is a .py file, a folder, or package."),
        (["nowhere.py"], "nowhere.py: is a link to a file that is not there"),
        (["pipe.py"], "pipe.py: is no regular file"),
        (["net.py", "a/../net.py"], "a/../net.py: is given twice"),
        (["other", "other/sub/net.py"], "other/sub/net.py: is in {here}/other, which is served al"),
        (["other/net.py", "other"], "{here}/other/net.py: is in other, which is served whole"),
        (["pkg.mod:make", "pkg.mod:make"], "pkg.mod:make: is given twice"),
        (["pkg.no:make"], "pkg.no:make: there is no module pkg.no: looked for pkg/no.py in {here}"),
        (["no.such:make"], "no.such:make: there is no module no.such: looked for no/such.py in"),
        (["pkg.mod:1"], "pkg.mod:1: '1' is no name of a function; a target is"),
        (["p-k-g:make"], "p-k-g:make: 'p-k-g' is no name of a module; a target is"),
        (["gone.py:make"], "gone.py:make: there is no such file or folder"),
        ([str(MODELS)], "{models}: is the folder of the course, which is served already"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_cannot_be_served_is_one_line_that_names_it(
    here: Path, targets: list[str], refused: str
) -> None:
    found = named(here, *targets)
    (line,) = found.refused
    assert line.startswith(refused.format(here=here, models=MODELS))
    assert "\n" not in line
    assert len(found.targets.own) == len(targets) - 1


def test_a_file_that_may_not_be_read_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may read every file, so the system's refusal is put on.
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert named(here, "net.py").refused == ("net.py: Permission denied",)


def test_a_folder_is_a_course_alone(here: Path) -> None:
    assert Targets.of(here) == Targets(course=here)
    assert Targets.of(Targets(None)) == Targets(None)
    targets = named(here, "other", "a/net.py").targets
    folders = [here / "other", here / "other" / "sub", here / "a", MODELS]
    assert watched_folders(targets) == folders


@pytest.mark.parametrize(
    ("imports", "saved"),
    [
        ("import helpers", "helpers.py"),
        ("import os, lib.blocks as b", "lib/blocks.py"),
        ("try: from lib import blocks\nexcept ImportError: pass", "lib/__init__.py"),
        ("    from lib.deep import part", "lib/deep/part.py"),
        ("importlib.import_module('lib.blocks')", "lib/deep/part.py"),
        ("from first import x", "helpers.py"),  # which the first one imports
        ("import helpers", "new.py"),  # a file of a name that another one asks for
    ],
)
def test_a_file_that_is_imported_from_elsewhere_is_watched(
    tmp_path: Path, imports: str, saved: str
) -> None:
    for path in ("nets/net.py", "lib/__init__.py", "lib/blocks.py", "lib/deep/part.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / "first.py").write_text("from helpers import x")
    (tmp_path / "helpers.py").write_text("import new\nimport helpers, torch, json")
    (tmp_path / "json.py").write_text("")
    (tmp_path / "nets/net.py").write_text(imports)
    (tmp_path / "nets/course.toml").write_text("from other import nothing")
    (tmp_path / "other.py").write_text("")
    for named_so in ("nets/net.py", "nets"):
        targets = replace(named(tmp_path, named_so).targets, course=None)
        before = version(targets)
        for unasked in ("other.py", "json.py"):
            (tmp_path / unasked).write_text("# another")
        assert version(targets) == before
        text = f"# {named_so}"
        (tmp_path / saved).write_text(text)
        assert version(targets) != before
        assert (tmp_path / saved).parent in watched_folders(targets)
