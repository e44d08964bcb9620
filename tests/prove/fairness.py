"""One client's twenty dearest queries, and how long another's pages wait meanwhile."""

import sys
import sysconfig
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.proof import tell
from serving import serving

ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"
DEAR = "/dropout?draw=2000&rows=16&columns=32&input=random&seed={}"
PAGE = "/registry?seed={}"
LARGE = "/layers?seed={}"
GREEDY, OTHER = "127.0.0.2", "127.0.0.3"
DEAR_QUERIES = 20
PAGES = 12


def seconds_of(url: str, address: str, path: str) -> float:
    """How long an answer takes that is asked for from an address of ours."""
    server = urlsplit(url)
    started = time.perf_counter()
    connection = HTTPConnection(server.hostname or "", server.port, 600, (address, 0))
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()
    return time.perf_counter() - started


def run() -> None:
    """Ask for all the dear ones at once, then for one page after the other."""
    with tempfile.TemporaryDirectory() as folder, serving(ROLLCALL, Path(folder)) as url:
        one_call = seconds_of(url, GREEDY, DEAR.format(1))
        for number in range(2, 2 + DEAR_QUERIES):
            asking = (url, GREEDY, DEAR.format(number))
            threading.Thread(target=seconds_of, args=asking, daemon=True).start()
        time.sleep(one_call / 4)  # they are all there
        waits = [
            seconds_of(url, OTHER, path.format(number))
            for number in range(PAGES // 2)
            for path in (PAGE, LARGE)
        ]
    worst = max(waits)
    tell(
        "fairness",
        "one client's 20 dear queries delay another's page by no more than one call",
        f"one dear call {one_call:.2f} s and the slowest of {PAGES} pages {worst:.2f} s",
        worst <= one_call + 1,
    )


if __name__ == "__main__":
    run()
