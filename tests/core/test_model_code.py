"""What is raised or warned behind the border to a model's code, and in our own code around it."""

import importlib
import signal
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

from rollcall.core.heard import MOST_WARNINGS, Heard
from rollcall.core.model_code import (
    going_on_after,
    hearing,
    listening,
    model_code,
    move_to,
    own_code,
    raised_during,
    set_mode,
    unheard,
)
from rollcall.core.model_raised import Interruption, ModelRaised, OwnFault
from rollcall.core.report import Raised


def test_what_is_raised_is_the_models_and_has_its_call() -> None:
    with pytest.raises(ModelRaised) as caught, model_code("model(input)"):
        raise ValueError("no luck")
    told = Raised.of(caught.value, __file__)
    assert (told.type, told.message, told.during) == ("ValueError", "no luck", "model(input)")
    assert told.line


def test_the_innermost_call_is_told() -> None:
    with pytest.raises(ModelRaised) as caught, model_code("outer"), model_code("inner"):
        raise ValueError
    assert caught.value.call == "inner"


def test_our_own_fault_is_never_the_models() -> None:
    with pytest.raises(OwnFault, match="KeyError"), model_code("model(input)"), own_code():
        raise KeyError("ours")


def test_a_message_that_cannot_be_read_is_none() -> None:
    class Unspeakable(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert Raised.of(Unspeakable()) == Raised(type="Unspeakable", message="")
    assert Raised.of(ValueError("\udc80")).message == "?"


class Odd(nn.Module):
    def train(self, mode: bool = True) -> None:  # type: ignore[override]
        self.training = mode

    def to(self, *args: object) -> None:  # type: ignore[override]
        raise ValueError("no")


def test_what_train_returns_is_not_used() -> None:
    model = Odd()
    set_mode(model, "eval")
    assert not model.training


def test_a_page_goes_on_where_somebody_listens() -> None:
    heard = Heard(__file__)
    with listening(heard):
        move_to(Odd(), "cpu", torch.float64)
        move_to(Odd(), "cpu", torch.float64)
    (raised,) = heard.raised
    assert (raised.during, raised.message) == ("model.to(cpu, torch.float64)", "no")
    with pytest.raises(ModelRaised), going_on_after("nobody listens"):
        raise ValueError


def test_a_warning_is_heard_once_with_its_line() -> None:
    heard = Heard(__file__)
    with listening(heard):
        for _ in range(2):
            with model_code("model(input)"):
                warnings.warn("mind the gap", UserWarning, stacklevel=1)
    (warned,) = heard.warned
    assert (warned.type, warned.message) == ("UserWarning", "mind the gap")
    assert warned.file == "test_model_code.py"


@pytest.mark.parametrize(
    ("warns", "said"),
    [
        (lambda: torch.add(torch.ones(2), torch.ones(2), out=torch.empty(3)), "out"),
        (lambda: torch.ones(2, 3, 4).T, "x.T"),  # once in a process, where nobody asks for more
    ],
)
def test_a_warning_of_pytorchs_own_is_heard_each_time(
    warns: Callable[[], object], said: str
) -> None:
    """Its C++ code warns once in a process, unless it is told otherwise."""
    for _ in range(2):
        heard = Heard(__file__)
        with listening(heard), model_code("model(input)"):
            warns()
        (warned,) = heard.warned
        assert said in warned.message
        assert warned.line
    assert not torch.is_warn_always_enabled()


def test_a_warning_that_came_through_no_lecture_file_has_pytorchs_own() -> None:
    heard = Heard("lecture.py")
    with listening(heard), model_code("model(input)"):
        nn.Dropout2d()(torch.ones(2, 3, 4))
    (warned,) = heard.warned
    assert warned.file.startswith("torch/nn/")


def test_so_many_warnings_are_told_and_no_more() -> None:
    heard = Heard(__file__)
    for count in (MOST_WARNINGS, MOST_WARNINGS + 1):
        with listening(heard), model_code("model(input)"):
            for n in range(count):
                warnings.warn(f"number {n}", UserWarning, stacklevel=1)
        assert len(heard.warned) == MOST_WARNINGS
        assert heard.has_missed == (count > MOST_WARNINGS)


def test_a_warning_that_points_at_us_is_of_who_gave_it() -> None:
    """We call a library, whose warning is meant for its caller."""
    heard = Heard("lecture.py")
    with listening(heard), model_code("model(input)"):
        move_to(Warns(), "cpu")
    (warned,) = heard.warned
    assert Path(warned.file).name == "test_model_code.py"
    assert warned.line == Warns.to.__code__.co_firstlineno + 1


class Warns(nn.Module):
    def to(self, *args: object) -> None:  # type: ignore[override]
        warnings.warn("meant for who calls it", UserWarning, stacklevel=2)


def test_filters_that_a_model_sets_are_told_and_put_back() -> None:
    heard, before = Heard(__file__), list(warnings.filters)
    with listening(heard), model_code("model(input)"):
        warnings.warn("mind the gap", UserWarning, stacklevel=1)
    assert not heard.sets_filters
    with listening(heard), model_code("model(input)"):
        warnings.simplefilter("ignore")
    assert heard.sets_filters
    assert list(warnings.filters) == before


def test_what_our_own_calls_warn_of_is_not_the_models() -> None:
    heard = Heard(__file__)
    with listening(heard), pytest.warns(UserWarning, match="ours"), raised_during("loss"):
        warnings.warn("ours", UserWarning, stacklevel=1)
    assert not heard.warned


def test_inside_unheard_nothing_is_noted() -> None:
    heard = Heard(__file__)
    with listening(heard), unheard(), model_code("model(input)"):
        warnings.warn("long ago", UserWarning, stacklevel=1)
    assert not heard.warned


def test_what_a_library_warns_of_while_it_is_imported_is_not_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said once in a process: a page that told it would hang on what ran before."""
    (tmp_path / "old_library.py").write_text("import warnings\nwarnings.warn('old')\n")
    monkeypatch.syspath_prepend(tmp_path)
    heard = Heard(__file__)
    with listening(heard), model_code("Model()"):
        importlib.import_module("old_library")
        warnings.warn("of the model", stacklevel=1)
    assert [each.message for each in heard.warned] == ["of the model"]


@pytest.fixture
def as_in_a_worker() -> Iterator[None]:
    """It takes no Ctrl+C."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, handler)


class OutOfTime(Interruption):
    """What ends a model's code."""


@pytest.mark.usefixtures("as_in_a_worker")
def test_what_we_end_a_model_with_is_never_the_models() -> None:
    with pytest.raises(OutOfTime), model_code("model(x)"):
        raise OutOfTime
    with pytest.raises(ModelRaised), model_code("model(x)"):
        raise KeyboardInterrupt


def warn(text: str) -> None:
    warnings.warn(text, UserWarning, stacklevel=2)


def test_where_one_keeps_listening_each_call_is_heard_and_no_other_code() -> None:
    heard = Heard(__file__)
    before = list(warnings.filters)
    with listening(heard), hearing():
        for text in ("first", "second"):
            with model_code("model(input)"):
                warn(text)
                assert torch.ones(2, 3, 4).T.dim() == 3  # PyTorch warns of it once in a process
            with pytest.raises(UserWarning, match="ours"):  # as pytest's filters have it
                warn("ours")
        with hearing(), model_code("model(input)"):
            warn("inside")
        with model_code("model(input)"):
            warn("third")
    messages = [warned.message for warned in heard.warned if "x.T" not in warned.message]
    assert messages == ["first", "second", "inside", "third"]
    assert len(heard.warned) == 5
    assert not heard.sets_filters
    assert warnings.filters == before
    assert not torch.is_warn_always_enabled()


@pytest.mark.parametrize(
    ("change", "sets_filters"),
    [
        (lambda: warnings.simplefilter("ignore"), True),
        (lambda: setattr(warnings, "showwarning", print), False),
        (lambda: torch.set_warn_always(False), False),
    ],
)
def test_what_a_call_does_to_warnings_ends_with_it(
    change: Callable[[], object], sets_filters: bool
) -> None:
    heard = Heard(__file__)
    with listening(heard), hearing():
        for text in ("before", "after"):
            with model_code("model(input)"):
                warn(text)
                assert torch.ones(2, 3, 4).T.dim() == 3
                change()
    texts = [warned.message for warned in heard.warned]
    assert [text for text in texts if "x.T" not in text] == ["before", "after"]
    assert len(texts) == 3
    assert heard.sets_filters == sets_filters
    assert warnings.showwarning is not print
    assert not torch.is_warn_always_enabled()
