"""Which exceptions come of a limit of ours, and which would come in a script, too."""

import errno

import pytest
import torch

from rollcall.core.process.isolation import kept_from as module
from rollcall.core.process.isolation.kept_from import bound, kept_from

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
