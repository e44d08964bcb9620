"""What travels to a node and back: a call as JSON, files, a reply. No Ray is needed."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rollcall.core import wire
from rollcall.core.wire import BadMessage, Wire
from rollcall.experiments.dropout.experiment import DropoutQuery
from rollcall.folders import MODELS
from rollcall.lab import worker
from rollcall.lab.channel import Kind
from rollcall.lab.cluster.call import read_call, with_root, write_call
from rollcall.lab.cluster.joining import INSTALL, CannotJoin, join
from rollcall.lab.cluster.packed_files import packed
from rollcall.lab.cluster.reply import answer_of, reply_of, reply_without
from rollcall.lab.cluster.unpacked_files import MOST_VERSIONS, UnpackedFiles
from rollcall.lab.errors import BadAnswer, TimeLimit, WorkerDied
from rollcall.lectures.content_words import MOST_BYTES
from rollcall.lectures.saved_files import version
from rollcall.lectures.targets import Target, Targets
from rollcall.web.view.findings.model_record import packed_model


@pytest.fixture(autouse=True)
def _tells_all_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_left_out", b"")


def targets(folder: Path) -> Targets:
    return Targets(MODELS, (Target("folder", "own \udcff", folder, (folder.parent,)),))


def sent(root: Path, work: Callable[..., bytes], *args: Any, parts: bool = False) -> Any:
    return read_call(with_root(write_call(work, args, parts), root))


def test_a_call_comes_as_it_was_with_its_files_below_a_folder(tmp_path: Path) -> None:
    query = DropoutQuery(draw=7, seed=2**32 - 1)
    work, args, parts = sent(
        tmp_path, worker.record, "dropout", query, targets(tmp_path), None, parts=True
    )
    assert (work, parts) == (worker.record, True)
    name, same, moved, left_out = args
    assert (name, same, left_out) == ("dropout", query, None)
    assert moved.course == Path(f"{tmp_path}{MODELS}")
    assert moved.own[0].path == Path(f"{tmp_path}{tmp_path}")
    assert moved.own[0].roots == (Path(f"{tmp_path}{tmp_path.parent}"),)
    assert moved.own[0].label == "own \udcff"
    work, args, _ = sent(tmp_path, worker.look, "net.Net", packed_model, Targets(None))
    assert (work, args) == (worker.look, ("net.Net", packed_model, Targets(None)))


@pytest.mark.parametrize(
    "call",
    [
        b"",
        b"[]",
        b'{"root": "/"}',
        json.dumps({"root": "/", "work": "os:system", "args": [], "parts": False}).encode(),
        json.dumps({"root": "/", "work": "rollcall.cli:sys", "args": [], "parts": 0}).encode(),
        json.dumps(
            {
                "root": "/",
                "work": "rollcall.lab.worker:run",
                "args": [{"query": "rollcall.lab.worker:run", "fields": "{}"}],
                "parts": False,
            }
        ).encode(),
        json.dumps(
            {
                "root": "/",
                "work": "rollcall.lab.worker:run",
                "args": [{"targets": {"course": None, "own": [{"kind": "module"}]}}],
                "parts": False,
            }
        ).encode(),
    ],
)
def test_what_is_no_call_is_not_made(call: bytes) -> None:
    with pytest.raises(BadMessage):
        read_call(call)


def test_files_have_the_same_version_where_they_are_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    own = tmp_path / "own"
    (own / "week 1").mkdir(parents=True)
    (own / "net.py").write_text("import lib")
    (own / "week 1" / os.fsdecode(b"na\xefve \xf0\x9f\x98\x80.py")).write_text("")
    (own / "gone.py").symlink_to("nowhere.py")
    (own / "folder.py").mkdir()
    (own / "large.py").write_bytes(b"#" * (MOST_BYTES + 1))
    bundle = packed(targets(own))
    assert bundle.version == version(targets(own))
    files = UnpackedFiles()
    root = files.unpack(bundle.digest, bundle.content)
    _, (moved,), _ = sent(root, worker.list_choices, targets(own))
    assert version(moved) == bundle.version
    assert files.root(bundle.digest) == root

    written = root / own.relative_to("/") / "net.py"
    before = written.stat()
    written.write_text("import bil")  # as a lecture file may that means harm
    os.utime(written, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert files.root(bundle.digest) is None
    assert not root.exists()
    with pytest.raises(ValueError, match="not those"):
        files.unpack(bundle.digest, b"[]")

    digests = []
    for number in range(MOST_VERSIONS + 1):
        (own / "net.py").write_text(f"number = {number}")
        bundle = packed(targets(own))
        files.unpack(bundle.digest, bundle.content)
        digests.append(bundle.digest)
    assert [files.root(each) is None for each in digests] == [True] + [False] * MOST_VERSIONS


def test_paths_are_told_as_those_of_the_server(tmp_path: Path) -> None:
    sent(tmp_path, worker.is_warm)
    told: Wire[str] = Wire(str)
    assert told.write(f"no {tmp_path}/home/net.py") == b'"no /home/net.py"'


def test_a_reply_says_what_became_of_a_call() -> None:
    assert answer_of(reply_of(Kind.PART, b"part"), 1) == (Kind.PART, b"part")
    with pytest.raises(TimeLimit, match="within 7 seconds"):
        answer_of(reply_without(TimeLimit(7)), 7)
    for code in (0, -9, None):
        with pytest.raises(WorkerDied) as died:
            answer_of(reply_without(WorkerDied(code)), 1)
        assert died.value.exit_code == code
    for nonsense in (b"", b"\xff", b"\x65x", None, "text"):
        with pytest.raises(BadAnswer):
            answer_of(nonsense, 1)


# To join


def test_what_cannot_be_joined_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(CannotJoin) as missing:
        join(None)
    assert str(missing.value) == INSTALL
    monkeypatch.setitem(sys.modules, "ray", object())
    for address in ("ray://10.0.0.7:10001", "head", "head:"):
        with pytest.raises(CannotJoin, match="is the HOST:PORT of its head"):
            join(address)
    with pytest.raises(CannotJoin, match="no Ray cluster answers at"):
        join("127.0.0.1:1")
