"""`make load`: a crowd before one server, with nginx between them and without.

Figures of one machine, on which the crowd itself runs: what is told of both sides is a ratio.
docs/capacity.md reckons with them.
"""

import os
import platform
import sys
import sysconfig
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from deploy.nginx import ADVICE, UNLIMITED, find_nginx, nginx_before
from load.costs import costs
from load.crowd import crowds
from load.plays import plays
from load.rates import find_wrk, rates
from load.visit import visits
from serving import started

ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"
OPTIONS = ("--shared-cache", "5", "--proxy", "127.0.0.1")
WRK = "wrk was not found. On Debian or Ubuntu: apt-get install wrk"


def run() -> None:
    """Print every section as it is measured."""
    for program, advice in ((find_nginx(), ADVICE), (find_wrk(), WRK)):
        if program is None:
            sys.exit(advice)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with started(ROLLCALL, folder, *OPTIONS) as server:
            place = server.url.removeprefix("http://")
            with nginx_before([place, place], folder, UNLIMITED) as nginx:
                sections = (
                    visits(server),
                    costs(server),
                    plays(server, nginx),
                    rates(server, nginx),
                    crowds(server.url, nginx.url),
                )
                for section in sections:
                    for figure in section:
                        print(figure, flush=True)
                    print()


if __name__ == "__main__":
    run()
