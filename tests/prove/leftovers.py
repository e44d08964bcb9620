"""The server is killed while a model hangs that started a daemon and wrote a file: all are gone."""

import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from processes import descendants, is_there
from prove.proof import tell
from serving import ENVIRONMENT

ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"
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


def processes(of: str) -> list[int]:
    """Those whose command line has a word in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if of in words:
            found.append(int(folder.name))
    return found


def ask(url: str, path: str) -> None:
    """Ask, and wait in vain."""
    connection = HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", path)
    try:
        connection.getresponse()
    except OSError:
        return


def until(condition: object, seconds: float) -> float:
    """How long it took until a condition held."""
    assert callable(condition)
    started = time.monotonic()
    while not condition() and time.monotonic() - started < seconds:
        time.sleep(0.02)
    return time.monotonic() - started


def run() -> None:
    """Serve in a session of its own, so that its processes are known."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "net.py").write_text(NET)
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        server = subprocess.Popen(
            [ROLLCALL, "serve", "--port", "0", "--no-course", "--time-limit", "300", "net.py"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1", "TMPDIR": str(temporary)},
            text=True,
        )
        assert server.stdout
        url = ""
        while "ready after" not in url:
            url = server.stdout.readline()
            assert url, "the server ended"
        url = "http://" + url.split("http://")[1].strip()
        page = "/registry?left=net.Net&right=net.Net"
        threading.Thread(target=ask, args=(url, page), daemon=True).start()
        until(lambda: processes(MARK), 60)
        others = descendants(server.pid)
        left = set(others) | set(processes(MARK))
        files = len(list(temporary.rglob("*")))
        server.send_signal(signal.SIGKILL)
        server.wait()
        seconds = until(lambda: not any(is_there(each) for each in left), PATIENCE)
        kept = [each for each in left if is_there(each)]
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
