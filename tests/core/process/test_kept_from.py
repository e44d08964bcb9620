"""Which exceptions come of a limit of ours, and which would come in a script, too."""

import errno
import socket
from pathlib import Path

import pytest
import torch

from rollcall.core.process.isolation import kept_from as module
from rollcall.core.process.isolation.isolation import Isolation
from rollcall.core.process.isolation.kept_from import bound, is_passing, kept_from

TOO_MUCH = 1 << 50


def test_a_limit_is_told_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_bounded", frozenset())
    with pytest.raises(RuntimeError) as of_torch:
        torch.empty(TOO_MUCH)
    caused = ValueError("later")
    caused.__cause__ = MemoryError()
    no_memory = (MemoryError(), OSError(errno.ENOMEM, ""), of_torch.value, caused)
    too_many = OSError(errno.EMFILE, "")
    assert {kept_from(each) for each in (*no_memory, too_many)} == {None}

    bound("memory", "files")
    assert {kept_from(each) for each in no_memory} == {"memory"}
    assert kept_from(too_many) == "files"
    # This process is kept from nothing else.
    denied = PermissionError(errno.EACCES, "", "/tmp")
    for other in (ValueError(), denied, OSError(errno.EPERM, "")):
        assert kept_from(other) is None


class DistNetworkError(RuntimeError):
    """Called as that of torch.distributed is."""


def test_what_the_isolation_refuses_is_told_and_what_the_system_refuses_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(error: OSError) -> OSError:
        """As raised in the library's code for sockets."""
        code = compile("raise error", socket.__file__, "exec")
        try:
            exec(code, {"error": error})
        except OSError as raised:
            return raised
        raise AssertionError

    by_c = RuntimeError("File net.pt cannot be opened: Permission denied")
    network = [socket.gaierror(-3, ""), refused(OSError(errno.EPERM, "")), DistNetworkError()]
    writing = [PermissionError(errno.EACCES, "", str(tmp_path / "new" / "file")), by_c]
    wrapped = ValueError(writing[0])
    neither = [
        OSError(errno.EPERM, ""),
        PermissionError(errno.EACCES, "", "/proc/1/environ"),
        RuntimeError("a size of 3"),
    ]
    every = [*network, *writing, wrapped, *neither]
    assert {kept_from(each) for each in every} == {None}

    monkeypatch.setattr(module, "isolation", lambda: Isolation(landlock=7, seccomp=True))
    assert [kept_from(each) for each in network] == ["network"] * 3
    assert [kept_from(each) for each in (*writing, wrapped)] == ["writing"] * 3
    assert {kept_from(each) for each in neither} == {None}
    allowed = Isolation(landlock=7, seccomp=True, allowed=("network", "writing"))
    monkeypatch.setattr(module, "isolation", lambda: allowed)
    assert {kept_from(each) for each in every} == {None}


def test_a_full_disk_says_nothing_of_a_model() -> None:
    full = ValueError("later")
    full.__context__ = OSError(errno.ENOSPC, "")
    assert (kept_from(full), is_passing(full)) == ("disk", True)
    assert not is_passing(OSError(errno.EMFILE, ""))
