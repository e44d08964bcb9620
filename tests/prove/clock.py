"""The clock of the machine jumps by an hour, forth and back: nothing ends, hangs or gets old."""

import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.proof import tell
from prove.served import Answer, Server, served

# In every Python that the server starts: the wall clock is off by what stands in a file.
JUMPS = """
import datetime, os, time

wall, wall_ns = time.time, time.time_ns

def off():
    try:
        with open(os.environ["CLOCK"]) as file:
            return int(file.read() or 0)
    except OSError:
        return 0

time.time = lambda: wall() + off()
time.time_ns = lambda: wall_ns() + off() * 10**9
"""
SLOW = """
import threading
from torch import nn

class Net(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)

    def forward(self, x):
        threading.Event().wait(0.05)
        return super().forward(x)
"""
HOUR = 3600
PAGES = ("/registry?seed={}", "/training?steps=5&seed={}", "/loops?seed={}", "/saving?seed={}")
STREAM = "/training.stream?steps=40&at=0&seed=1"  # four seconds
SECONDS = 20.0


def run() -> None:
    """Jump in the middle of a stream and of slow calls."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sitecustomize.py").write_text(JUMPS)
        (folder / "slow.py").write_text(SLOW)
        clock = folder / "clock"
        environment = {"PYTHONPATH": name, "CLOCK": str(clock)}
        with served(folder, "slow.py", environment=environment) as server:
            first = {path: server.get(path.format(0)) for path in PAGES}
            right, slowest = 0, 0.0
            for number, off in enumerate((HOUR, -HOUR, 0), start=1):
                answers = ask_while_it_jumps(server, clock, off, number)
                right += sum(answer.status == 200 for answer in answers)
                slowest = max(slowest, *(answer.seconds for answer in answers))
            again = {path: server.get(path.format(0)) for path in PAGES}
            same = sum(again[path].text == answer.text for path, answer in first.items())
            log = server.log
    wanted = 3 * (2 + len(PAGES))
    tell(
        "clock",
        f"where the clock jumps by an hour, each page comes within {SECONDS:g} s, plays go to "
        "their ends, and what was kept is as it was",
        f"{right} of {wanted} answers, the slowest {slowest:.1f} s; "
        f"{same} of {len(PAGES)} as before",
        right == wanted and slowest <= SECONDS and same == len(PAGES) and "Traceback" not in log,
    )


def ask_while_it_jumps(server: Server, clock: Path, off: int, number: int) -> list[Answer]:
    """A stream and a slow call that are under way, and pages that are asked for afterwards."""
    answers: list[Answer] = []

    def ask(path: str) -> None:
        answers.append(server.get(path, SECONDS))

    slow = f"/training?left=slow.Net&right=slow.Net&steps=20&seed={number}"
    threads = [threading.Thread(target=ask, args=(path,)) for path in (STREAM, slow)]
    for thread in threads:
        thread.start()
    threads[0].join(1.0)
    new = clock.with_suffix(".new")
    new.write_text(str(off))
    new.replace(clock)
    for path in PAGES:
        ask(path.format(number))
    for thread in threads:
        thread.join()
    return answers


if __name__ == "__main__":
    run()
