"""One line in a script: each model is looked at once, and nothing else changes."""

import copy
import io
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

import rollcall
from core.small_modules import CLASSES, small
from rollcall import UnregisteredError, UnregisteredWarning
from rollcall.core.rank import FINDINGS
from rollcall.in_python.warner import Warner

X = torch.ones(2, 3)
UNWATCHED = nn.Module.__call__


class Bad(nn.Module):
    """It hides a layer, a mask and a dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(3, 3)]
        self.__mask = torch.ones(3)
        self.drops = {"a": nn.Dropout()}

    def forward(self, x: Tensor) -> Any:
        return self.drops["a"](self.layers[0](x)) * self.__mask


class Good(nn.Module):
    """Its forward makes a module anew, which is not looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)
        self.activations = [nn.ReLU()]
        self.teacher = [nn.Linear(3, 3).requires_grad_(False).eval()]

    def forward(self, x: Tensor) -> Any:
        made: Any = nn.Linear(3, 3)
        made.hidden = [nn.Linear(3, 3)]
        return self.activations[0](self.layer(made(x)))


class Odd(Bad):
    """Equal to nothing, and without a hash."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("nobody shall ask")


@pytest.fixture(autouse=True)
def unwatched() -> Iterator[None]:
    rollcall.warn()
    yield
    rollcall.warn(False)
    assert nn.Module.__call__ is UNWATCHED


@pytest.fixture
def heard() -> Iterator[list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True, action="always") as told:
        yield told


def texts(heard: list[warnings.WarningMessage]) -> list[str]:
    assert all(each.category is UnregisteredWarning for each in heard)
    return [str(each.message) for each in heard]


def test_it_names_what_is_unregistered_and_the_line_that_assigns_it(
    heard: list[warnings.WarningMessage],
) -> None:
    model = Bad()
    for _ in range(3):
        model(X)
    assert texts(heard) == [
        "Bad: layers is a plain list, so the optimizer, .to(), state_dict() and eval() will not "
        "reach it. It has 12 trainable numbers. Write self.layers = nn.ModuleList(...).",
        "Bad: drops is a plain dict, so eval() will not reach it. "
        "Write self.drops = nn.ModuleDict(...).",
        "Bad: _Bad__mask is a plain tensor, so .to() and state_dict() will not reach it. "
        'Write self.register_buffer("_Bad__mask", ...).',
    ]
    first = Bad.__init__.__code__.co_firstlineno
    assert [each.lineno - first for each in heard] == [2, 4, 3]
    assert {each.filename for each in heard} == {__file__}


def test_what_no_method_assigns_is_told_at_the_line_that_calls(
    heard: list[warnings.WarningMessage],
) -> None:
    model: Any = nn.Sequential(nn.Linear(3, 3))
    model.extra = [nn.Linear(3, 3)]
    model(X)
    here = sys._getframe().f_lineno
    assert [(each.filename, each.lineno) for each in heard] == [(__file__, here - 1)]


def test_a_part_that_was_told_of_is_not_told_again_with_the_whole(
    heard: list[warnings.WarningMessage],
) -> None:
    part = Bad()
    part(X)
    told = len(heard)
    model: Any = nn.Sequential(part)
    model.own = [nn.Linear(3, 3)]
    model(X)
    model[0](X)
    assert [text.partition(" is")[0] for text in texts(heard[told:])] == ["Sequential: own"]


def test_many_places_are_counted(heard: list[warnings.WarningMessage]) -> None:
    model = nn.Sequential(nn.Linear(3, 3))
    for index in range(12):
        setattr(model, f"mask{index}", torch.ones(1))
    model(X)
    assert len(heard) == 9
    assert texts(heard)[-1] == "4 more places hide something from PyTorch."


def _traced(model: nn.Module) -> Any:
    return torch.jit.trace(model, X)  # type: ignore[no-untyped-call]


HEALTHY: dict[str, Callable[[], object]] = {
    "notes": lambda: Good()(X),
    "a loss": lambda: nn.MSELoss()(X, X),
    "a compiled one": lambda: torch.compile(Good().layer, backend="eager")(X),
    "a scripted one": lambda: torch.jit.script(nn.Sequential(nn.Linear(3, 3), nn.ReLU()))(X),
    "a traced one": lambda: _traced(nn.Linear(3, 3))(X),
    "an fx one": lambda: torch.fx.symbolic_trace(nn.Sequential(nn.Linear(3, 3)))(X),
    "a lazy one": lambda: nn.LazyLinear(3)(X),
    "weight_norm": lambda: nn.utils.parametrizations.weight_norm(nn.Linear(3, 3))(X),
    "an average": lambda: torch.optim.swa_utils.AveragedModel(nn.Linear(3, 3))(X),
    "on meta": lambda: nn.Linear(3, 3, device="meta")(X.to("meta")),
    "DataParallel": lambda: nn.DataParallel(Good())(X),
    "vmap": lambda: torch.vmap(nn.Linear(3, 3))(X),
}


@pytest.mark.parametrize("call", HEALTHY.values(), ids=HEALTHY)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:`torch.jit", "ignore:.*[Ll]azy")
def test_healthy_models_stay_silent(call: Callable[[], object]) -> None:
    call()


@pytest.mark.filterwarnings("ignore::Warning")  # of PyTorch, about some of its own
def test_all_of_torch_nn_stays_silent() -> None:
    warner = Warner(error=True)
    for name in CLASSES:
        assert warner.tell(small(name))


WATCHED: dict[str, Callable[[nn.Module], Any]] = {
    "odd": lambda model: Odd()(X),
    "compiled": lambda model: torch.compile(model, backend="eager")(X),
    "compiled in place": lambda model: _compiled_in_place(model)(X),
    "DataParallel": lambda model: nn.DataParallel(model)(X),
    "checkpointed": lambda model: checkpoint(model, X, use_reentrant=False),
    "frozen time": lambda model: torch.no_grad()(model)(X),
    "another thread": lambda model: _in_a_thread(lambda: model(X)),
}


def _compiled_in_place(model: nn.Module) -> nn.Module:
    model.compile(backend="eager")
    return model


def _in_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.parametrize("call", WATCHED.values(), ids=WATCHED)
def test_however_it_is_called_the_names_are_its_own(
    call: Callable[[nn.Module], Any], heard: list[warnings.WarningMessage]
) -> None:
    call(Bad())
    call(Bad())
    told = [text.partition(" ")[0] for text in texts(heard)]
    assert set(told) in ({"Bad:"}, {"Odd:"})
    assert len(told) == 6  # of each model three


def test_a_name_is_not_prefixed_by_a_wrapper(heard: list[warnings.WarningMessage]) -> None:
    compiled: Any = torch.compile(Bad(), backend="eager")
    nn.DataParallel(compiled)(X)
    assert texts(heard)[0].startswith("Bad: layers is ")


def test_many_threads_tell_once(heard: list[warnings.WarningMessage]) -> None:
    model = Bad()
    threads = [threading.Thread(target=model, args=(X,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == 3


def test_replicas_are_not_looked_at(heard: list[warnings.WarningMessage]) -> None:
    """DataParallel makes them in this way, for each device at each call."""
    replica = Bad()._replicate_for_data_parallel()  # type: ignore[no-untyped-call]
    replica(X)
    assert heard == []


def test_error_raises_until_nothing_is_hidden() -> None:
    rollcall.warn(error=True)
    model = Bad()
    for _ in range(2):
        with pytest.raises(UnregisteredError, match=r"layers is.*test_warn.py:\d+\)\n.*drops"):
            model(X)
    mended: Any = nn.Sequential(nn.Linear(3, 3))
    mended(X)
    mended.extra = [nn.Linear(3, 3)]
    mended(X)  # it was looked at


def test_the_forward_of_a_scan_is_not_the_scripts(heard: list[warnings.WarningMessage]) -> None:
    rollcall.warn(error=True)
    model = nn.Sequential(Bad())
    assert rollcall.scan(model, X).missing
    for called in (model[0], model):
        with pytest.raises(UnregisteredError):
            called(X)
    assert heard == []


def test_the_filters_of_python_hold() -> None:
    with pytest.raises(UnregisteredWarning), warnings.catch_warnings(action="error"):
        Bad()(X)


def test_twice_is_once_and_off_is_off(heard: list[warnings.WarningMessage]) -> None:
    rollcall.warn()
    model = Bad()
    model(X)
    rollcall.warn()
    model(X)
    assert len(heard) == 3
    rollcall.warn(False)
    rollcall.warn(False)
    Bad()(X)
    assert len(heard) == 3


def test_whoever_stands_before_it_by_then_stays(heard: list[warnings.WarningMessage]) -> None:
    ours: Any = nn.Module.__call__
    calls = []

    def theirs(self: nn.Module, *args: Any) -> Any:
        calls.append(self)
        return ours(self, *args)

    nn.Module.__call__ = theirs  # type: ignore[method-assign]
    try:
        rollcall.warn(False)
        Bad()(X)
        assert heard == []
        assert nn.Module.__call__ is theirs
        assert calls
    finally:
        nn.Module.__call__ = UNWATCHED  # type: ignore[method-assign]


def test_a_fault_of_ours_is_not_told(
    monkeypatch: pytest.MonkeyPatch, heard: list[warnings.WarningMessage]
) -> None:
    monkeypatch.setattr("rollcall.in_python.warner.walk", lambda model: 1 / 0)
    assert Good()(X) is not None
    assert heard == []


def test_what_is_gone_is_forgotten() -> None:
    from rollcall.in_python import warn

    watch: Any = warn._watch
    ids = watch._calls.known.ids
    before = len(ids)
    for _ in range(50):
        Good()(X)
    assert len(ids) <= before + 5  # of the last model


def test_nothing_is_changed() -> None:
    """A training is the same with and without, bit for bit; its modules have no mark of ours."""

    def train(watched: bool) -> bytes:
        rollcall.warn(watched)
        torch.manual_seed(0)
        model: Any = nn.Sequential(Bad(), nn.BatchNorm1d(3), nn.Dropout())
        marks = copy.copy(vars(model)), copy.copy(vars(model[0]))
        optimizer = torch.optim.Adam([*model.parameters(), *model[0].layers[0].parameters()])
        for _ in range(3):
            optimizer.zero_grad()
            model(torch.rand(4, 3)).sum().backward()
            optimizer.step()
        assert (vars(model), vars(model[0])) == marks
        file = io.BytesIO()
        layer = model[0].layers[0]
        torch.save([model.state_dict(), layer.state_dict(), torch.get_rng_state()], file)
        return file.getvalue()

    with warnings.catch_warnings(action="ignore"):
        assert train(watched=True) == train(watched=False)


class Compiled(nn.Module):
    """Two graphs and a hook."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(3, 3), nn.Linear(3, 3)
        self.calls = 0
        self.first.register_forward_hook(lambda module, args, output: output * 2)

    def forward(self, x: Tensor) -> Any:
        x = self.first(x)
        torch._dynamo.graph_break()
        return self.second(x)


@pytest.mark.filterwarnings("ignore:The .grad attribute")  # the compiler asks for it
@pytest.mark.parametrize("in_place", [False, True])
def test_the_compiler_sees_the_same_graphs(in_place: bool) -> None:
    def graphs(watched: bool) -> list[str]:
        torch._dynamo.reset()
        rollcall.warn(watched)
        seen: list[str] = []

        def backend(graph: torch.fx.GraphModule, inputs: object) -> Any:
            seen.append(graph.code)
            return graph.forward

        model: Any = Compiled()
        if in_place:
            model.compile(backend=backend)
        else:
            model = torch.compile(model, backend=backend)
        for _ in range(3):
            model(X)
        whole = torch.compile(lambda x: model(x) + 1, backend=backend)
        whole(X)
        return seen

    assert graphs(watched=True) == graphs(watched=False) != []


def test_exported_and_scripted_graphs_are_the_same() -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.ReLU()).eval()

    def graphs() -> list[str]:
        return [
            torch.export.export(model, (X,)).module().code,
            torch.fx.symbolic_trace(model).code,
        ]

    watched = graphs()
    rollcall.warn(False)
    assert graphs() == watched


def test_a_script_needs_one_line() -> None:
    script = (
        "import rollcall; rollcall.warn()\n"
        "import torch\n"
        "class Net(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.layers = [torch.nn.Linear(2, 2)]\n"
        "    def forward(self, x):\n"
        "        return self.layers[0](x)\n"
        "Net()(torch.ones(2))\n"
        "import sys; assert not {'jinja2', 'fastapi', 'torch._dynamo'} & {*sys.modules}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("<string>:6: UnregisteredWarning: Net: layers is a plain list")


def test_all_findings_are_told() -> None:
    """So that none of a further rank is forgotten in the words of a warning."""
    assert FINDINGS == ("trainable", "stateful", "tensor")
