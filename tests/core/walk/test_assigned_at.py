"""The line that assigns an attribute, read off compiled methods: no source is asked."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rollcall.core.walk.assigned_at import assigned_at

LINES = Path(__file__).read_text("utf-8").splitlines()


def logged(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def around(*args: Any) -> Any:
        return method(*args)

    return around


class Base:
    number = 3  # no method assigns it
    label: str

    def __init__(self) -> None:
        self.plain = 1  # Base.plain
        self.both = 1  # Base.both


class Net(Base):
    __slots__ = ("slot",)

    @logged
    @logged
    def __init__(self) -> None:
        super().__init__()
        self.wrapped = 1  # Net.wrapped
        self.both = 2  # Net.both
        self.__hidden = 3  # Net._Net__hidden

    def later(self, other: Any) -> Any:
        self.slot = 1  # Net.slot
        other.elsewhere = 1  # Net.elsewhere
        self.both += 1

        def inside() -> None:
            self.inner = other.read.me  # Net.inner

        return inside


@pytest.mark.parametrize(
    ("attribute", "mark"),
    [
        ("plain", "Base.plain"),
        ("both", "Net.both"),  # its own method comes before what it inherits
        ("wrapped", "Net.wrapped"),
        ("_Net__hidden", "Net._Net__hidden"),
        ("slot", "Net.slot"),
        ("elsewhere", "Net.elsewhere"),
        ("inner", "Net.inner"),
        ("number", None),
        ("label", None),
        ("read", None),
        ("me", None),
    ],
)
def test_the_first_line_that_assigns_it(attribute: str, mark: str | None) -> None:
    place = assigned_at(Net, attribute)
    if mark is None:
        assert place is None
        return
    assert place
    assert place.file == __file__
    assert LINES[place.line - 1].endswith(f"# {mark}")
