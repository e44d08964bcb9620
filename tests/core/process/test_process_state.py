"""What code changes for the whole process is seen, put back, and done again where it belongs."""

import os
import sys
import threading
import warnings
from collections.abc import Iterator
from multiprocessing import resource_tracker
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
import torch._dynamo  # what an optimizer imports at its first use
from torch import nn
from torch.nn import functional as F

from rollcall.core.process import namespaces
from rollcall.core.process.namespaces import Namespaces, Rename, _renamed
from rollcall.core.process.process_state import SETTINGS, OwnState, ProcessState, StateChange


def told(state: OwnState) -> list[tuple[str, str, str]]:
    return [(each.kind, each.name, each.value) for each in state.changes]


def test_nothing_has_changed_where_nothing_was_done() -> None:
    before = ProcessState()
    nn.Linear(2, 2)(torch.ones(1, 2)).sum().backward()
    torch.optim.Adagrad([nn.Parameter(torch.ones(1))]).step()  # wraps its own step once
    assert before.holds
    assert before.put_back() == []


def test_every_setting_takes_back_what_it_told() -> None:
    for setting in SETTINGS:
        if "interop" not in setting.name:  # it can be set once in the life of a process
            kept = setting.read()
            setting.write(kept)
            assert setting.read() == kept, setting.name
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)


def test_settings_are_put_back_and_set_again() -> None:
    before, state = ProcessState(), OwnState()
    with state.entered():
        torch.set_default_dtype(torch.float64)
        torch.set_default_device("meta")
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.set_grad_enabled(False)
    assert before.holds
    assert torch.ones(1).device.type == "cpu"
    assert (
        told(state)
        == [
            ("set", "the default dtype", "float64"),
            ("changed", "the function modes of torch", "DeviceContext"),
            ("set", "the default device", "meta"),
            ("set", "grad mode", "off"),
            ("set", "deterministic algorithms", "on, with warnings only"),
        ][:1]
        + told(state)[1:]
    )
    with state.entered():
        assert torch.ones(1).dtype == torch.float64
        assert torch.ones(1).device.type == "meta"
        assert not torch.is_grad_enabled()
    assert before.holds


def test_it_is_put_back_after_an_exception_too() -> None:
    before, state = ProcessState(), OwnState()

    def fail() -> None:
        with state.entered():
            torch.set_default_dtype(torch.float64)
            raise ValueError("on the way")

    with pytest.raises(ValueError, match="on the way"):
        fail()
    assert before.holds
    assert told(state) == [("set", "the default dtype", "float64")]


def test_what_is_changed_back_is_no_change() -> None:
    state = OwnState()
    with state.entered():
        torch.set_default_dtype(torch.float64)
        torch.set_default_dtype(torch.float32)
    assert state.changes == []


def test_containers_are_told_by_what_is_new() -> None:
    before, state = ProcessState(), OwnState()
    with state.entered():
        os.environ["ROLL_CALL_TEST"] = "here"
        sys.path.insert(0, "/nowhere")
        warnings.simplefilter("ignore", ResourceWarning)
        np.seterr(all="raise")
        nn.modules.module.register_module_forward_pre_hook(lambda module, inputs: None)
    assert before.holds
    assert "ROLL_CALL_TEST" not in os.environ
    names = {name: value for _, name, value in told(state)}
    assert names["the environment"] == "ROLL_CALL_TEST"
    assert names["sys.path"] == "/nowhere"
    assert set(names) == {
        "the environment",
        "sys.path",
        "the warning filters",
        "numpy's error handling",
        "the global forward pre hooks",
    }


def test_names_of_pytorch() -> None:
    before, state = ProcessState(), OwnState()
    relu, forward, defaults = F.relu, nn.Linear.forward, F.dropout.__defaults__
    with state.entered():
        F.relu = F.silu
        nn.Linear.forward = lambda self, input: input  # type: ignore[method-assign]
        nn.Module.answer = 42  # type: ignore[attr-defined]
        del F.gelu
        F.dropout.__defaults__ = (0.9, True, False)
    assert before.holds
    assert (F.relu, nn.Linear.forward, F.dropout.__defaults__) == (relu, forward, defaults)
    assert not hasattr(nn.Module, "answer")
    assert set(told(state)) == {
        ("replaced", "torch.nn.functional.relu", ""),
        ("replaced", "torch.nn.modules.linear.Linear.forward", ""),
        ("added", "torch.nn.modules.module.Module.answer", ""),
        ("deleted", "torch.nn.functional.gelu", ""),
        ("replaced", "torch.nn.functional.dropout", ""),
    }
    with state.entered():
        assert F.relu(torch.tensor(-1.0)) != 0
        assert nn.Module.answer == 42  # type: ignore[attr-defined]
    assert before.holds


def test_the_short_look_sees_what_models_use() -> None:
    names = Namespaces("most used")
    matmul, forward = torch.matmul, nn.Conv2d.forward
    torch.matmul = torch.add
    nn.Conv2d.forward = lambda self, input: input  # type: ignore[method-assign]
    found = sorted(each.path for each in names.differences())
    torch.matmul, nn.Conv2d.forward = matmul, forward  # type: ignore[method-assign]
    assert found == ["torch.matmul", "torch.nn.modules.conv.Conv2d.forward"]
    assert list(names.differences()) == []


def test_what_is_usual_is_looked_at_name_by_name_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    def renamed(owner: Any, *names: Any) -> Iterator[Rename]:
        looked.append(owner)
        return _renamed(owner, *names)

    monkeypatch.setattr(namespaces, "_renamed", renamed)
    names = Namespaces("most used")
    monkeypatch.setattr(torch, "imported_later", ModuleType("later"), raising=False)
    assert list(names.differences()) == []
    assert list(names.differences()) == []
    assert looked == [torch]
    monkeypatch.setattr(torch, "imported_later", None)  # which nothing does by itself
    assert [each.path for each in names.differences()] == ["torch.imported_later"]


def test_a_thread_that_goes_on_is_told_and_cannot_be_put_back() -> None:
    before, state = ProcessState(), OwnState()
    go_on = threading.Event()
    with state.entered():
        thread = threading.Thread(target=go_on.wait)
        thread.start()
    assert state.changes == [StateChange(kind="left running", name="a thread")]
    assert not before.holds
    go_on.set()
    thread.join()
    assert before.holds


def test_what_the_first_compilation_replaces_is_pytorch_s_own_doing() -> None:
    before = ProcessState()
    model = torch.compile(nn.Linear(2, 2), backend="eager")
    model(torch.ones(1, 2)).sum().backward()
    assert before.differences() == []


def test_the_thread_that_draws_bars_is_nobodys() -> None:
    """torch.compile starts it for a torch.autograd.Function, and it goes on."""
    monitor = type("TMonitor", (threading.Thread,), {"__module__": "tqdm._monitor"})
    ended = threading.Event()
    state = ProcessState()
    bars, own = monitor(target=ended.wait), threading.Thread(target=ended.wait)
    bars.start()
    assert state.left_running() == []
    own.start()
    assert [change.name for change in state.left_running()] == ["a thread"]
    ended.set()
    bars.join()
    own.join()


def test_the_process_that_keeps_the_books_of_locks_is_nobodys() -> None:
    state = ProcessState()
    resource_tracker.ensure_running()
    assert resource_tracker._resource_tracker._pid is not None  # type: ignore[attr-defined]
    assert state.left_running() == []
