"""A file whose top level never ends is a problem of its own."""

import signal
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from rollcall.lectures import lecture_file
from rollcall.lectures import own_seconds as own_seconds_of_files
from rollcall.lectures.loading import load
from rollcall.lectures.own_seconds import MOST_SECONDS, TICK, holding, own_seconds

pytestmark = pytest.mark.usefixtures("rehearsed")  # there its seconds count, too

NET = "from torch import nn\nclass Net(nn.Linear):\n    pass\n"
ENDLESS = {
    "busy": ("steps = 0\nwhile True:\n    steps += 1\n", {2, 3}),
    "waiting": ("import threading\n\nthreading.Event().wait()\n", {3}),
    "catching": (
        "import time\nfor _ in range(1000):\n    try:\n        time.sleep(60)\n"
        "    except ValueError:\n        pass\n",
        {4},
    ),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_file_that_never_ends_is_told_with_its_line_and_the_others_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(lecture_file, "own_seconds", partial(own_seconds, TICK))
    text, lines = ENDLESS[kind]
    (tmp_path / "endless.py").write_text(text)
    (tmp_path / "net.py").write_text(NET)
    catalog = load(tmp_path)
    assert list(catalog.models) == ["net.Net"]
    (problem,) = catalog.contents.problems
    assert (problem.file, problem.raised.type) == ("endless.py", "TimeoutError")
    assert "belongs under if __name__" in problem.raised.message
    assert problem.raised.line in lines


def test_a_library_takes_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow_library.py").write_text(f"import time\ntime.sleep({3 * TICK})\n")
    monkeypatch.syspath_prepend(tmp_path)
    with own_seconds(TICK):
        import slow_library  # type: ignore[import-not-found]  # noqa: F401
    assert "slow_library" in sys.modules


def test_the_timer_of_who_is_outside_goes_on() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with own_seconds(60):
        assert signal.getitimer(signal.ITIMER_REAL)[1] == TICK
        with own_seconds(60):
            pass
        assert signal.getitimer(signal.ITIMER_REAL)[1] == TICK
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_beside_the_main_thread_nothing_is_bounded() -> None:
    entered = []

    def enter() -> None:
        with own_seconds(TICK):
            entered.append(signal.getitimer(signal.ITIMER_REAL))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert entered == [(0.0, 0.0)]


def test_a_file_has_a_share_of_what_a_call_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_seconds_of_files, "_most", MOST_SECONDS)
    for seconds, most in ((2, 0.6), (10, 3), (60, MOST_SECONDS)):
        own_seconds_of_files.share(seconds)
        assert own_seconds_of_files.most_seconds() == pytest.approx(most)


def test_our_own_code_is_not_left_half_way() -> None:
    """What is bounded ends as soon as that is done."""
    done = []

    def work() -> None:
        with holding():
            threading.Event().wait(2.5 * TICK)
            done.append("ours")
        threading.Event().wait(60)

    with own_seconds(TICK), pytest.raises(TimeoutError):
        work()
    assert done == ["ours"]
