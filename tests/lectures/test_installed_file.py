"""A module of an installed package: Python imports it once, and nothing of it is run anew."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollcall.lectures.lecture_file import InstalledFile
from rollcall.lectures.versions import breaks_of, what_a_fix_changes

MODULE = "an_installed_module_of_a_test"
TEXT = """\
# coding: latin-1
from torch import nn
print("imported é")
RUNS = []
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(1, 1)]
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / f"{MODULE}.py"
    path.write_text(TEXT, "latin-1")
    monkeypatch.syspath_prepend(tmp_path)
    yield path
    sys.modules.pop(MODULE, None)


def test_it_is_imported_and_not_run_anew(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = InstalledFile(path, MODULE)
    module = file.module
    assert module is sys.modules[MODULE]
    assert (file.shown_name, file.printed) == (path.name, "imported é")
    assert (file.differences, file.state_changes) == ([], ())
    module.RUNS.append("changed by a model")
    file.run_anew()
    assert file.module is module
    assert module.RUNS == ["changed by a model"]
    assert InstalledFile(path, MODULE).printed == ""  # it was imported before
    assert capsys.readouterr().out == ""


def test_its_text_is_read_and_no_other_is_made_of_it(path: Path) -> None:
    file = InstalledFile(path, MODULE)
    assert file.text == TEXT
    assert what_a_fix_changes(file, "Net") == ()
    assert breaks_of(file, "Net") == []


def test_what_its_import_raises_is_raised(path: Path) -> None:
    path.write_text("raise ValueError('no')")
    with pytest.raises(ValueError, match="no"):
        InstalledFile(path, MODULE)
