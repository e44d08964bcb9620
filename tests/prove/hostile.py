"""Files that do harm, one after the other, and how long the page of another file takes beside."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.hostile_files import files
from prove.processes import still_there, until
from prove.proof import tell
from prove.served import Server, served

NET = "from torch import nn\n\nclass Net(nn.Linear):\n    def __init__(self):\n"
NET += "        super().__init__(10, 5)\n"
SECONDS = 4.0  # time limit of a call
LIMITS = 2  # time limits after which the page of another file is there
TOLD = (200, 422, 503, 504)
PATIENCE = 20.0


class Trial:
    """One server, and a folder with one file of good will."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self._odd = folder / "odd.py"
        self._pages = 0
        self.slowest = (0.0, "")
        self.broken: list[str] = []

    def try_file(self, what: str, source: str) -> None:
        """Save it, ask for its page, and meanwhile and afterwards for that of the other file."""
        self._odd.write_text(source)
        asked = self._server.ask("/registry?left=odd.Net&right=good.Net")
        seconds = [self._neighbour(what)]
        told = self._server.get("/registry.json?left=odd.Net&right=good.Net")
        if told.status not in TOLD or "mistake in Roll Call" in told.text:
            self.broken.append(f"{what}: its own page has status {told.status} {told.text[:300]}")
        seconds.append(self._neighbour(what))
        asked.join()
        self._odd.unlink()
        self.slowest = max(self.slowest, (max(seconds), what))
        print(f"{what}: {told.status}, others {max(seconds):.1f} s", file=sys.stderr)

    def _neighbour(self, what: str) -> float:
        self._pages += 1
        answer = self._server.get(f"/registry?left=good.Net&right=good.Net&seed={self._pages}")
        if answer.status != 200 or "55 of 55" not in answer.text:
            self.broken.append(f"{what}: the other page has status {answer.status}")
        return answer.seconds


def run() -> None:
    """Try each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "good.py").write_text(NET)
        options = ("--models", name, "--time-limit", str(SECONDS), "--memory-limit", "1")
        with served(folder, *options) as server:
            trial = Trial(server, folder)
            chosen = sys.argv[1:]
            for what, source in files().items():
                if not chosen or what in chosen:
                    trial.try_file(what, source)
            children = server.children
            log = server.log
        until(lambda: not still_there(children), PATIENCE)
        left = still_there(children)
    for line in trial.broken:
        print(line, file=sys.stderr)
    seconds, what = trial.slowest
    tell(
        "hostile",
        f"beside each of {len(files())} files that do harm another's page is right, and there "
        f"within {LIMITS} time limits of {SECONDS:g} s",
        f"{len(trial.broken)} wrong; the slowest page took {seconds:.1f} s ({what}); "
        f"{len(left)} processes left",
        not trial.broken and not left and seconds <= LIMITS * SECONDS and "Traceback" not in log,
    )


if __name__ == "__main__":
    run()
