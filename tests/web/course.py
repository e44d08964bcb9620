"""A folder of lecture files that a test makes up, and the application over it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast
from unittest import mock

from starlette.testclient import TestClient

from rollcall import main
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.subject import Subject
from rollcall.lab import Lab
from rollcall.lab.choices import Choices
from rollcall.lab.limits import NO_LIMITS, Limits
from rollcall.lectures.targets import Targets

WRITING = Limits(allowed=("writing",))  # for models that leave a trace, by which a test sees them
GENEROUS = 120.0  # seconds for a call that ends: a busy machine is no reason to fail
# Those about the two models; on the page about assignments they only travel along.
SHOWING = [
    experiment
    for experiment in EXPERIMENTS.values()
    if issubclass(cast(type, experiment.report.model_fields["left"].annotation), Subject)
    and experiment.subjects == "models"
]
# Those that run any model; a layer that imitates none of PyTorch's is checked against nothing.
RUNNING = [experiment for experiment in SHOWING if experiment.name != "layers"]

NET = """
import os, sys, threading, time
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        return self.layer(x)
"""


@contextmanager
def cold() -> Iterator[None]:
    """Applications that are made inside the block do not warm their labs up.

    To run every experiment once in each worker takes seconds, which no test waits for.
    """
    with mock.patch.object(main, "Lab", _cold(Lab)):
        yield


def _cold(make: Callable[..., Lab]) -> Callable[..., Lab]:
    def made(*args: Any, **options: Any) -> Lab:
        lab = make(*args, **options)
        lab.warm_up = mock.AsyncMock()  # type: ignore[method-assign]
        return lab

    return made


class Course:
    """A folder of lecture files, empty at first."""

    def __init__(self, folder: Path, clients: ExitStack) -> None:
        self.folder = folder
        self._clients = clients
        self._labs: list[Lab] = []
        folder.mkdir()

    def write(self, name: str, source: str) -> None:
        """Save a lecture file, or a new state of it."""
        (self.folder / name).write_text(source)

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """What is asked meanwhile loops for ever, and is ended after `seconds`."""
        kept = [lab.seconds for lab in self._labs]
        for lab in self._labs:
            lab.seconds = seconds
        yield
        for lab, before in zip(self._labs, kept, strict=True):
            lab.seconds = before

    def _lab(self, *args: Any, **options: Any) -> Lab:
        lab = Lab(*args, **options)
        self._labs.append(lab)
        return lab

    def open(
        self,
        *,
        targets: Targets | None = None,
        workers: int = 1,
        seconds: float = GENEROUS,
        watch: bool = False,
        warm: bool = False,
        limits: Limits = NO_LIMITS,
        on_ready: Callable[[Choices | None], None] = lambda found: None,
    ) -> TestClient:
        """Start the application; as in a server, it answers the unforeseen with a page.

        Unless it is to be `warm`, no worker runs every experiment once before the first question.
        """
        what = targets or self.folder
        made = self._lab if warm else _cold(self._lab)
        with mock.patch.object(main, "Lab", made):
            app = main.create_app(
                what,
                workers=workers,
                seconds=seconds,
                limits=limits,
                watch=watch,
                on_ready=on_ready,
            )
        client = TestClient(
            app, "http://localhost", raise_server_exceptions=False, follow_redirects=False
        )
        return self._clients.enter_context(client)
