"""A process ends as another one did, so that whoever waits for it sees no difference."""

import signal
import subprocess
import sys

import pytest

ENDS = """
import signal, sys
from rollcall.core.process.parent import end_as
signal.signal(signal.SIGTERM, lambda number, frame: print("handled"))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
end_as(int(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, 0),
        (3, 3),
        (259, 3),  # as the system cuts it
        (-signal.SIGKILL, -signal.SIGKILL),
        (-signal.SIGTERM, -signal.SIGTERM),  # past a handler of its own
        (-signal.SIGINT, -signal.SIGINT),  # though it waits for none, and Python would raise
    ],
)
def test_it_ends_with_the_same_exit_code(code: int, expected: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDS, str(code)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (expected, "", "")


def test_a_copy_of_a_process_ends_with_the_block() -> None:
    text = """
import os
from rollcall.core.process.parent import ending_copies
with ending_copies():
    child = os.fork()
print("after", child > 0, os.waitpid(child, 0)[1])
"""
    ended = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "after True 0\n", "")
