"""The server is killed while a model hangs that started a daemon and wrote a file: all are gone."""

import os
import signal
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.processes import named, still_there, until
from prove.proof import tell
from prove.served import served

MARK = "rollcall-leftover"  # an argument by which what is left is found
CACHE = "torchinductor"  # an empty folder that PyTorch makes for all its processes, and keeps
PATIENCE = 30.0  # a fork server that has imported PyTorch takes seconds to end
NET = f"""
import subprocess, sys, tempfile, threading
from torch import nn

class Net(nn.Linear):
    def __init__(self):
        super().__init__(3, 2)

    def forward(self, x):
        tempfile.mkstemp(dir=tempfile.mkdtemp())
        command = [sys.executable, "-c", "import time; time.sleep(600)", "{MARK}"]
        again = f"import subprocess; subprocess.Popen({{command!r}})"
        subprocess.run([sys.executable, "-c", again], start_new_session=True)
        threading.Event().wait()
"""


def run() -> None:
    """Kill it in the middle of a call."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "net.py").write_text(NET)
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        options = ("--no-course", "--time-limit", "300", "net.py")
        with served(folder, *options, environment={"TMPDIR": str(temporary)}) as server:
            server.ask("/registry?left=net.Net&right=net.Net")
            until(lambda: named(MARK), 60)
            left = {*server.children, *named(MARK)}
            files = len(list(temporary.rglob("*")))
            server.process.kill()
            seconds = until(lambda: not still_there(left), PATIENCE)
            kept = still_there(left)
            kept_files = [path for path in temporary.iterdir() if CACHE not in path.name]
            for each in kept:
                os.kill(each, signal.SIGKILL)
    tell(
        "leftovers",
        "a server that is killed leaves no process and no file",
        f"{len(left)} processes, {len(kept)} there after {seconds:.1f} s; "
        f"{files} temporary files, {len(kept_files)} there",
        not kept and len(left) > 2 and not kept_files and files > 2,
    )


if __name__ == "__main__":
    run()
