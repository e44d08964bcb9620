"""No lecture file changes what another answers, whatever it changes, and wherever it does so."""

import gc
import multiprocessing
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from chosen import combined
from rollcall.core.pair_query import PairQuery
from rollcall.experiments.forward.experiment import ForwardQuery
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.training.experiment import TrainingQuery
from rollcall.lab.guard import Guard
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from web.course import Course
from web.page import Page

# What is changed, the code that does it, and what the page says of it.
CHANGES = {
    "dtype": ("torch.set_default_dtype(torch.float64)", "sets the default dtype to float64"),
    "device": ("torch.set_default_device('meta')", "sets the default device to meta"),
    "grad_mode": ("torch.set_grad_enabled(False)", "sets grad mode to off"),
    "inference": (
        "KEPT.append(torch.inference_mode()); KEPT[-1].__enter__()",
        "sets inference mode to on",
    ),
    "threads": ("torch.set_num_threads(3)", "sets the number of threads to 3"),
    "deterministic": (
        "torch.use_deterministic_algorithms(True)",
        "sets deterministic algorithms to on",
    ),
    "anomaly": ("torch.autograd.set_detect_anomaly(True)", "sets anomaly mode to on"),
    "denormals": ("torch.set_flush_denormal(True)", "sets the flushing of denormals to on"),
    "matmul": (
        "torch.set_float32_matmul_precision('medium')",
        "sets the matmul precision to medium",
    ),
    "print_options": (
        "torch.set_printoptions(precision=2)",
        "changes the print options of torch (precision)",
    ),
    "global_hook": (
        "nn.modules.module.register_module_forward_hook(lambda m, i, o: o * 3)",
        "changes the global forward hooks",
    ),
    "function": (
        "F.linear = lambda x, w, b=None: x @ w.T * 5",
        "replaces torch.nn.functional.linear",
    ),
    "method": (
        "nn.Linear.forward = lambda self, x: x @ self.weight.T * 5",
        "replaces torch.nn.modules.linear.Linear.forward",
    ),
    "init": (
        "nn.Linear.reset_parameters = lambda self: nn.init.ones_(self.weight)",
        "replaces torch.nn.modules.linear.Linear.reset_parameters",
    ),
    "code": (
        "nn.Linear.forward.__code__ = (lambda self, input: input @ self.weight.T * 5).__code__",
        "replaces torch.nn.modules.linear.Linear.forward",
    ),
    "new_method": ("nn.Module.answer = 42", "adds torch.nn.modules.module.Module.answer"),
    "deleted": ("del torch.nn.functional.linear", "deletes torch.nn.functional.linear"),
    "operator": ("torch.Tensor.__matmul__ = lambda a, b: a", "torch.Tensor.__matmul__"),
    "numpy_errors": ("np.seterr(all='raise')", "changes numpy's error handling"),
    "environment": ("os.environ['ROLL_CALL_TEST'] = 'here'", "(ROLL_CALL_TEST)"),
    "folder": ("os.chdir('/')", "sets the current folder to /"),
    "path": ("sys.path.insert(0, '/nowhere')", "changes sys.path (/nowhere)"),
    "warnings": ("warnings.simplefilter('error')", "changes the warning filters"),
    "signal": (
        "signal.signal(signal.SIGINT, print)",
        "sets the handler of SIGINT to <built-in function print>",
    ),
    "recursion": ("sys.setrecursionlimit(5000)", "sets the recursion limit to 5000"),
    "several": (
        "torch.set_default_dtype(torch.float64); random.seed(1); np.random.seed(1);"
        " torch.manual_seed(1)",
        "sets the default dtype to float64",
    ),
    "seed": ("torch.manual_seed(1)", "seeds the random numbers of PyTorch"),
    "numpy_seed": ("np.random.seed(1)", "seeds the random numbers of numpy"),
    "python_seed": ("random.seed(1)", "seeds the random numbers of Python"),
}

HEAD = """
import os, random, signal, sys, threading, warnings
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

KEPT = []

def change():
    {change}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        return torch.relu(self.layer(x))
"""
CHANGING = """
class InInit(Net):
    def __init__(self):
        super().__init__()
        change()

class InForward(Net):
    def forward(self, x):
        change()
        return super().forward(x)
"""
MODEL = HEAD.format(change="pass")
NEIGHBOUR = "neighbour.Net"
# Where it is done, and a page on which the model is looked at. Of a play the first steps tell: a
# model that changes something late has a test of its own.
PLACES: dict[str, Callable[..., PairQuery]] = {
    "at_import_{}.Net": ForwardQuery,
    "within_{}.InInit": partial(TrainingQuery, steps=2),
    "within_{}.InForward": RegistryQuery,
}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The neighbour in a course of its own."""
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("usual") / "course", clients)
        course.write("neighbour.py", MODEL)
        yield course.open()


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same in a course whose other files change whatever they can, when they are loaded."""
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("troubled") / "course", clients)
        course.write("neighbour.py", MODEL)
        for name, (change, _) in CHANGES.items():
            source = HEAD.format(change=change) + CHANGING
            course.write(f"within_{name}.py", source)
            course.write(f"at_import_{name}.py", f"{source}\nchange()\n")
        yield course.open()


@pytest.mark.parametrize(("name", "place"), combined(CHANGES, PLACES))
def test_a_neighbour_answers_as_always(
    troubled: TestClient, usual: TestClient, name: str, place: str
) -> None:
    model, told, kind = place.format(name), CHANGES[name][1], PLACES[place]
    seed = zlib.crc32(model.encode())  # each test has answers that nobody asked for before
    query = kind(left=model, right=NEIGHBOUR, seed=seed)
    beside = troubled.get(query.json_url)
    assert beside.status_code == 200, beside.text
    page = Page.of(troubled.get(query.url)).text.replace("( ", "(").replace(" )", ")")
    assert told in page
    alone = query.replace(left=NEIGHBOUR)
    assert beside.json()["right"] == usual.get(alone.json_url).json()["right"]
    after = alone.replace(seed=seed + 1).json_url
    assert troubled.get(after).content == usual.get(after).content


def test_what_is_changed_acts_on_its_own_page(troubled: TestClient) -> None:
    query = RegistryQuery(left="at_import_dtype.Net", right=NEIGHBOUR)
    report = troubled.get(query.json_url).json()
    dtypes = [
        {tensor["dtype"] for tensor in report[side]["scan"]["tensors"]}
        for side in ("left", "right")
    ]
    assert dtypes == [{"float64"}, {"float32"}]


def test_the_page_of_lessons_tells_what_files_change(troubled: TestClient) -> None:
    text = Page.of(troubled.get("/")).text
    assert "at_import_dtype.py sets the default dtype to float64" in text
    assert "within_dtype.py" not in text.replace("within_dtype.py:", "")
    assert "neighbour.py sets" not in text


def test_a_plain_model_has_no_notes(usual: TestClient) -> None:
    query = RegistryQuery(left=NEIGHBOUR, right=NEIGHBOUR)
    assert usual.get(query.json_url).json()["left"]["notes"]["state_changes"] == []
    assert 'class="notes"' not in usual.get(query.url).text


RUNNING = """
import subprocess, threading, time

class Threading(Net):
    def forward(self, x):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        return super().forward(x)

class Starting(Net):
    def forward(self, x):
        self.process = subprocess.Popen(["sleep", "600"])
        return super().forward(x)
"""


@pytest.mark.parametrize(("model", "left"), [("Threading", "a thread"), ("Starting", "a process")])
def test_what_is_left_running_ends_with_its_worker(course: Course, model: str, left: str) -> None:
    course.write("net.py", MODEL + RUNNING)
    others = pids()
    client = course.open()
    usual = client.get("/forward.json?left=net.Net&right=net.Net").json()["right"]
    workers = pids() - others
    assert workers
    query = ForwardQuery(left=f"net.{model}", right="net.Net")
    answer = client.get(query.json_url)
    assert answer.json()["left"]["notes"]["state_changes"][0]["name"] == left
    assert answer.json()["right"] == usual
    assert f"{model} leaves {left} running" in Page.of(client.get(query.url)).text
    assert not pids() & workers


def pids() -> set[int | None]:
    return {each.pid for each in multiprocessing.active_children()}


def test_the_play_of_a_model_that_changes_something_late(course: Course) -> None:
    late = HEAD.format(change="torch.set_default_dtype(torch.float64)")
    late += """
class Late(Net):
    calls = 0
    def forward(self, x):
        self.calls += 1
        if self.calls == 7:
            change()
        return super().forward(x)
"""
    course.write("net.py", late)
    client = course.open()
    usual = client.get(TrainingQuery(left="net.Net", right="net.Net", steps=20).json_url).json()
    query = TrainingQuery(left="net.Late", right="net.Net", steps=20)
    report = client.get(query.json_url).json()
    assert report["right"] == usual["right"]
    assert report["left"]["notes"]["state_changes"] == [
        {"kind": "set", "name": "the default dtype", "value": "float64"}
    ]
    early = client.get(query.showing(0).json_url).json()
    assert early["left"]["notes"]["state_changes"] == []


def test_nothing_is_deleted_while_guarded_models_run(tmp_path: Path) -> None:
    """An inference mode that a file has kept would change the mode for another one then."""
    (tmp_path / "net.py").write_text(MODEL)
    before = sys.getrecursionlimit()
    collecting = []

    def work(catalog: Catalog) -> None:
        collecting.append(gc.isenabled())
        if not catalog.guarded:
            sys.setrecursionlimit(before + 1)

    Guard().call(work, RegistryQuery(left="net.Net", right="net.Net"), load(tmp_path))
    assert collecting == [True, False]
    assert gc.isenabled()
    assert sys.getrecursionlimit() == before


def test_what_raises_on_a_change_is_made_again_and_anything_else_is_raised(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(MODEL)
    query, before = RegistryQuery(left="net.Net", right="net.Net"), sys.getrecursionlimit()

    def raises_on_a_change(catalog: Catalog) -> str:
        if catalog.guarded:
            return "answer"
        sys.setrecursionlimit(before + 1)
        raise ValueError("on what was changed")

    def raises(catalog: Catalog) -> str:
        raise ValueError("a mistake")

    assert Guard().call(raises_on_a_change, query, load(tmp_path)) == "answer"
    assert sys.getrecursionlimit() == before
    with pytest.raises(ValueError, match="a mistake"):
        Guard().call(raises, query, load(tmp_path))


def test_increments_come_from_guarded_models_once_a_change_is_seen(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(MODEL)
    query, before = RegistryQuery(left="net.Net", right="net.Net"), sys.getrecursionlimit()

    def work(catalog: Catalog) -> Iterator[tuple[int, bool]]:
        for number in range(10):
            if number == 5 and not catalog.guarded:
                sys.setrecursionlimit(before + 1)
            yield number, catalog.guarded

    given = list(Guard().calls(work, query, load(tmp_path)))
    assert given == [(number, number >= 7) for number in range(10)]  # the eighth is looked at
    assert sys.getrecursionlimit() == before
