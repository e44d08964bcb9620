"""What a model leaves among temporary files is seen and removed; what its file wrote stays."""

import tempfile
from pathlib import Path

import pytest

from rollcall.core.process import own_folder
from rollcall.core.process.own_folder import keeping_files, remove_all, temporary_files
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
