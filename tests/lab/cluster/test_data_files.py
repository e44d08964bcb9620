"""Files of data beside lecture files: which are sent to a node, and what is said of the others."""

import argparse
import os
from pathlib import Path

import pytest

from rollcall.commands.sent_data import tell_what_is_not_sent
from rollcall.core import wire
from rollcall.core.process.isolation.kept_from import kept_from
from rollcall.lab.cluster.data_files import MOST_DATA, data_files
from rollcall.lab.cluster.packed_files import packed
from rollcall.lab.cluster.sent_targets import below
from rollcall.lab.cluster.unpacked_files import UnpackedFiles
from rollcall.lectures.targets import Target, Targets

NET = """
HERE = Path(__file__).parent
words = open("words.txt").read()
x = torch.load(HERE / "data" / 'x.pt'), torch.load(HERE / "data/large.pt")
"""
NAMED = ("data/x.pt", "words.txt")


@pytest.fixture(params=["file", "folder", "course"])
def targets(tmp_path: Path, request: pytest.FixtureRequest) -> Targets:
    (tmp_path / "data").mkdir()
    (tmp_path / "net.py").write_text(NET)
    for name in (*NAMED, "data/y.pt", "keys.txt"):
        (tmp_path / name).write_text(name)
    if request.param == "course":
        return Targets(tmp_path)
    at = {"file": tmp_path / "net.py", "folder": tmp_path}[request.param]
    return Targets(None, (Target(request.param, "net", at),))


def test_what_a_lecture_file_names_travels_with_it(targets: Targets, tmp_path: Path) -> None:
    bundle = packed(targets)
    root = UnpackedFiles().unpack(bundle.digest, bundle.content)
    there = below(root, tmp_path)
    files = [path.relative_to(there) for path in there.rglob("*") if path.is_file()]
    assert sorted(map(str, files)) == sorted([*NAMED, "net.py"])
    assert all((there / name).read_text() == name for name in NAMED)


def test_data_that_was_saved_is_sent_again(targets: Targets, tmp_path: Path) -> None:
    before = packed(targets)
    assert before.is_as_it_was
    (tmp_path / "words.txt").write_text("other words")
    assert not before.is_as_it_was
    after = packed(targets)
    assert after.is_as_it_was
    assert (after.version, after.digest != before.digest) == (before.version, True)
    (tmp_path / "words.txt").unlink()
    assert not after.is_as_it_was


def test_what_there_is_no_room_for_is_told(
    targets: Targets, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data" / "large.pt").touch()
    os.truncate(tmp_path / "data" / "large.pt", MOST_DATA)
    assert [path.name for path in data_files(targets).sent] == ["x.pt", "words.txt"]
    for engine in ("embedded", "ray"):
        tell_what_is_not_sent(argparse.Namespace(engine=engine), targets)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].endswith("nodes get 8 MB of data, and do not get large.pt")


def test_on_a_node_a_missing_file_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = FileNotFoundError(2, "No such file or directory", "words.txt")
    assert kept_from(missing) is None
    monkeypatch.setattr(wire, "_left_out", b"/tmp/of-a-node")
    assert kept_from(missing) == "nodes"
    ours = FileNotFoundError("net.py is a link to a file that is not there")
    ours.__cause__ = missing
    assert kept_from(ours) is None
