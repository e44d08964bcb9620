"""What travels between processes comes back as it was, and nothing else is let in."""

import math
import pickle
from array import array
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from rollcall.core.report import Report
from rollcall.core.wire import BadMessage, FloatArray, Wire


class Told(Report):
    number: float


@dataclass(frozen=True)
class Start:
    told: Told
    packed: bytes


class Step(NamedTuple):
    loss: float | None
    numbers: FloatArray
    told: tuple[Told, ...]


WIRE: Wire[tuple[Start | Step | None, ...]] = Wire(tuple[Start | Step | None, ...])


@pytest.mark.parametrize("kind", ["f", "d"])
def test_it_comes_back_as_it_was(kind: str) -> None:
    numbers = array(kind, [0.1, -0.0, math.inf, 1e-30])
    sent = (
        Start(Told(number=math.inf), b"\x00\xff"),
        None,
        Step(0.1, numbers, (Told(number=1e300),)),
        Step(None, array(kind), ()),
    )
    assert WIRE.read(WIRE.write(sent)) == sent


def test_what_is_not_a_number_travels_too() -> None:
    sent = Step(math.nan, array("f", [math.nan]), (Told(number=math.nan),))
    (back,) = WIRE.read(WIRE.write((sent,)))
    assert isinstance(back, Step)
    assert back.loss is not None
    assert math.isnan(back.loss)
    assert back.numbers.tobytes() == sent.numbers.tobytes()
    assert math.isnan(back.told[0].number)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[",
        b"{}",
        b"[5]",
        b"[[0.1, 7, []]]",
        b'[[0.1, "i////", []]]',
        b'[[0.1, "iAAAAAA==", []]]',
        b'[[0.1, "uAAAAAA==", []]]',
        b'[[0.1, "f!", []]]',
        b'[[0.1, "f//8=", []]]',
        b"\xff\xfe",
        pickle.dumps((None,)),
    ],
)
def test_nothing_else_is_read(content: bytes) -> None:
    with pytest.raises(BadMessage):
        WIRE.read(content)
