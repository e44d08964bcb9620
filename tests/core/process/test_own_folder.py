"""What a model leaves among temporary files is seen and removed; what its file wrote stays."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rollcall.core.process import own_folder
from rollcall.core.process.own_folder import (
    keeping_files,
    remove,
    remove_all,
    remove_left,
    temporary_files,
    write_into,
)
from rollcall.core.process.process_state import OwnState, ProcessState, StateChange


def test_what_models_leave_is_removed_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_folder, "_own", tmp_path)
    monkeypatch.setattr(own_folder, "_kept", frozenset())
    process, model = ProcessState("most used"), OwnState()
    with keeping_files():
        (tmp_path / "of_the_file").touch()
    with model.entered():
        (tmp_path / "link").symlink_to(Path(__file__).parent)
        (tmp_path / "deep" / "inside").mkdir(parents=True)
        (tmp_path / "deep" / "inside" / "file").touch()
    assert model.changes == [StateChange(kind="left behind", name="temporary files")]
    assert [path.name for path in tmp_path.iterdir()] == ["of_the_file"]
    assert process.holds

    (tmp_path / "by_a_call").touch()
    assert temporary_files() == {"by_a_call"}
    assert not process.holds
    assert process.remove_left_files()
    assert process.holds
    remove_all()
    assert not list(tmp_path.iterdir())
    assert Path(__file__).exists()


def test_another_folder_for_temporary_files_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ProcessState("most used")
    monkeypatch.setattr(tempfile, "tempdir", "/elsewhere")
    assert [each.change.name for each in before.put_back()] == ["the folder of temporary files"]
    assert tempfile.tempdir != "/elsewhere"


def deep(folder: Path, depth: int) -> Path:
    """A folder in a folder, deeper than a path may be long; each with a file."""
    here = Path.cwd()
    try:
        folder.mkdir()
        os.chdir(folder)
        for _ in range(depth):
            Path("file").touch()
            Path("f" * 200).mkdir()
            os.chdir("f" * 200)
    finally:
        os.chdir(here)
    return folder


def closed(folder: Path) -> Path:
    """One that its owner may neither look into nor change."""
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "file").touch()
    for each in (folder / "inner", folder):
        each.chmod(0)
    return folder


def file(path: Path) -> Path:
    path.touch()
    return path


def link(path: Path) -> Path:
    """To a folder, which stays."""
    (path.parent / "elsewhere").mkdir()
    (path.parent / "elsewhere" / "file").touch()
    path.symlink_to(path.parent / "elsewhere")
    return path


@pytest.mark.parametrize(
    "made", [file, link, closed, lambda path: deep(path, 0), lambda path: deep(path, 25)]
)
def test_whatever_was_left_is_removed(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    left = made(tmp_path / "left")
    remove(left)
    assert not os.path.lexists(left)
    assert {path.name for path in tmp_path.iterdir()} <= {"elsewhere"}
    assert all(list(path.iterdir()) for path in tmp_path.iterdir())
    remove(left)  # what is not there is no trouble


def test_without_a_folder_of_its_own_nothing_is_seen_or_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_folder, "_own", None)
    assert own_folder.own_folder() is None
    assert temporary_files() == frozenset()
    file(tmp_path / "kept")
    remove_left(frozenset([str(tmp_path / "kept")]))
    assert (tmp_path / "kept").exists()
    monkeypatch.setattr(own_folder, "_own", tmp_path / "gone")
    assert temporary_files() == frozenset()  # somebody has removed the folder


def test_temporary_files_are_written_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_folder, "_own", None)
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())
    for name in own_folder.NAMES:
        monkeypatch.setenv(name, "/elsewhere")
    write_into(tmp_path)
    assert own_folder.own_folder() == tmp_path
    assert {os.environ[name] for name in own_folder.NAMES} == {str(tmp_path)}
    with tempfile.NamedTemporaryFile() as written:
        assert Path(written.name).parent == tmp_path
        assert temporary_files() == {Path(written.name).name}
