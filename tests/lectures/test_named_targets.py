"""What the command line names: each target under one label, each refusal in one line."""

import os
from pathlib import Path

import pytest

from rollcall.folders import MODELS
from rollcall.lectures.named_targets import NamedTargets, named_targets
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
    assert targets.watched == (here / "other", here / "a", MODELS)
