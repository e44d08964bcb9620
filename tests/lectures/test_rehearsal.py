"""A file that ends its process is told, with how it did; all others are loaded."""

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from rollcall.lectures import own_seconds, rehearsal, rehearsed
from rollcall.lectures.loading import load
from rollcall.lectures.rehearsed import Rehearsed

pytestmark = pytest.mark.usefixtures("rehearsed")

NET = "from torch import nn\nclass Net(nn.Module): pass\n"
ENDS = {
    "import os; os._exit(3)": "running it ended the process with exit code 3",
    "import os; os._exit(0)": "running it ended the process with exit code 0",
    "import os; os.abort()": "running it ended the process by signal SIGABRT",
    "import ctypes; ctypes.string_at(0)": "running it ended the process by signal SIGSEGV",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": (
        "running it ended the process by signal SIGKILL"
    ),
    "import os, signal; os.kill(os.getppid(), signal.SIGKILL)": (
        "running it ended the process by signal SIGKILL"
    ),
    f"{NET}\nimport os\ndef example_model(): os._exit(4)\n"
    "class Wide(nn.Module):\n    def __init__(self, size): pass\n": (
        "running it ended the process with exit code 4"
    ),
}


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "_rehearsed", Rehearsed())


def test_what_ends_its_process_costs_only_itself(tmp_path: Path) -> None:
    told = {}
    for number, (source, words) in enumerate(ENDS.items()):
        (tmp_path / f"ends{number}.py").write_text(source)
        told[f"ends{number}.py"] = words
    (tmp_path / "a_good.py").write_text(NET)
    (tmp_path / "z_good.py").write_text(NET)
    contents = load(tmp_path).contents
    assert list(contents.cards) == ["a_good.Net", "z_good.Net"]
    assert {each.file: each.raised.message for each in contents.problems} == told
    assert {each.raised.type for each in contents.problems} == {"ProcessEnded"}


def test_a_file_that_no_signal_reaches_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_seconds, "_most", 0.2)
    (tmp_path / "deaf.py").write_text(
        "import signal, time\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGTERM})\n"
        "while True:\n    time.sleep(9)\n"
    )
    (tmp_path / "good.py").write_text(NET)
    contents = load(tmp_path).contents
    assert list(contents.cards) == ["good.Net"]
    (problem,) = contents.problems
    assert (problem.file, problem.raised.type) == ("deaf.py", "TimeoutError")


def test_a_rehearsal_that_was_broken_off_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first.py").write_text("import os; os._exit(1)")
    (tmp_path / "second.py").write_text("import os; os._exit(2)")
    (tmp_path / "third.py").write_text(NET)
    trial = rehearsal._Trial

    def begin(work: Any) -> Any:
        if trials.call_count == 2:
            raise TimeoutError  # as where the worker is ended
        return trial(work)

    trials = Mock(side_effect=begin)
    monkeypatch.setattr(rehearsal, "_Trial", trials)
    with pytest.raises(TimeoutError):
        load(tmp_path)
    assert list(load(tmp_path).contents.cards) == ["third.Net"]
    assert trials.call_count == 4  # without the first file, which is known


def test_each_state_is_rehearsed_once(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    trace.touch()
    folder = tmp_path / "course"
    folder.mkdir()
    line = (
        "from pathlib import Path\n"
        f"Path({str(trace)!r}).write_text(Path({str(trace)!r}).read_text() + 'run ')\n"
    )
    (folder / "net.py").write_text(line + NET)
    for runs in (2, 3, 4):  # a rehearsal before the first one alone
        load(folder)
        assert trace.read_text() == "run " * runs
    (folder / "net.py").write_text(f"{line}{NET}# saved\n")
    load(folder)
    assert trace.read_text() == "run " * 6


def test_what_is_kept_has_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsed, "MOST_BYTES", 1_000)
    known = Rehearsed()
    for number in range(100):
        known.keep(f"{number:016}", {})
    assert known.ends(f"{99:016}") == {}
    assert known.ends(f"{0:016}") is None
