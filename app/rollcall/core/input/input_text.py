"""How an input is typed: `4,10`, `int:4,6:50`, `4,10;mask=bool:4,6`; and written again."""

import math
import re
from typing import Any

from rollcall.core.input.input_spec import (
    ArraySpec,
    ConstantSpec,
    GroupKind,
    GroupSpec,
    Spec,
    TensorSpec,
)

MOST_ELEMENTS = 1_000_000
MOST_TENSORS = 32
NUMPY = "numpy:"  # before what is an array, and no tensor
MOST_SIZES = 8
DEEPEST = 6
SHORT = {"float": "float32", "int": "int64", "double": "float64", "half": "float16"}
LONG = {long: short for short, long in SHORT.items()}
DTYPES = (
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
    *("uint8", "int8", "int16", "int32", "int64", "bool"),
)
BRACKETS: dict[str, tuple[str, GroupKind]] = {
    "[": ("]", "list"),
    "(": (")", "tuple"),
    "{": ("}", "dict"),
}
KEY = re.compile(r"([^\s=;()\[\]{}:,]+)=")
VALUE = re.compile(r"[^;()\[\]{}]*")
SIZE = "(0|[1-9][0-9]{0,6})"
SIZES = re.compile(f"{SIZE}(,{SIZE})*")
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
CONSTANTS: dict[str, Any] = {"None": None, "True": True, "False": False}


class BadInput(ValueError):
    """What was typed is no input."""


def parse_input(text: str) -> GroupSpec:
    """Read the arguments of a call.

    Raises:
        BadInput: it is none, or too large.
    """
    return checked(GroupSpec("call", tuple(_Reader(text).items("", "call", 0))))


def elements_of(call: GroupSpec) -> int:
    """How many numbers it has."""
    tensors = [*(tensor for _, tensor in call.tensors), *call.arrays]
    return sum(math.prod(tensor.shape) for tensor in tensors)


def checked(call: GroupSpec) -> GroupSpec:
    """The same, if it is not too large. Raises as above."""
    tensors = [*(tensor for _, tensor in call.tensors), *call.arrays]
    if len(tensors) > MOST_TENSORS:
        raise BadInput(f"has more than {MOST_TENSORS} tensors")
    if elements_of(call) > MOST_ELEMENTS:
        raise BadInput(f"has more than {MOST_ELEMENTS:,} numbers")
    return call


class _Reader:
    """Reads a text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def items(self, end: str, kind: GroupKind, depth: int) -> list[tuple[int | str, Spec]]:
        """Values with semicolons between them, up to `end`; "" is the end of the text."""
        if depth > DEEPEST:
            raise BadInput(f"is nested deeper than {DEEPEST} times")
        items: dict[int | str, Spec] = {}
        while not self._ends(end):
            if items and not self._skips(";"):
                raise BadInput(f"has no {_name_of(end)} after {self._text[: self._at]!r}")
            key = self._key(kind, len(items))
            if key in items:
                raise BadInput(f"names {key!r} twice")
            if isinstance(key, int) and any(isinstance(each, str) for each in items):
                raise BadInput("has an input without a name after one with a name")
            items[key] = self._spec(depth)
        return list(items.items())

    def _ends(self, end: str) -> bool:
        if not end:
            return self._at == len(self._text)
        return self._skips(end)

    def _skips(self, expected: str) -> bool:
        found = self._text.startswith(expected, self._at)
        if found:
            self._at += len(expected)
        return found

    def _key(self, kind: GroupKind, place: int) -> int | str:
        key = KEY.match(self._text, self._at)
        if key is None:
            if kind == "dict":
                raise BadInput("has a value without a key in a dict")
            return place
        if kind not in ("call", "dict"):
            raise BadInput(f"names {key[1]!r} in a {kind}")
        if kind == "call" and not key[1].isidentifier():
            raise BadInput(f"names {key[1]!r}, which is no name of an argument")
        self._at = key.end()
        return key[1]

    def _spec(self, depth: int) -> Spec:
        opens = self._text[self._at : self._at + 1]
        if opens in BRACKETS:
            self._at += 1
            end, kind = BRACKETS[opens]
            return GroupSpec(kind, tuple(self.items(end, kind, depth + 1)))
        value = VALUE.match(self._text, self._at)
        assert value is not None
        self._at = value.end()
        if value[0].startswith("value:"):
            return ConstantSpec(_constant(value[0].removeprefix("value:")))
        if value[0].startswith(NUMPY):
            return _array(value[0].removeprefix(NUMPY))
        return _tensor(value[0])


def _name_of(end: str) -> str:
    if end:
        return f"; or {end}"
    return ";"


def _constant(text: str) -> Any:
    if text in CONSTANTS:
        return CONSTANTS[text]
    number = NUMBER.fullmatch(text)
    if number is None:
        return text
    if number[1]:
        return float(text)
    return int(text)


def _array(text: str) -> ArraySpec:
    tensor = _tensor(text)
    if tensor.dtype == "bfloat16":
        raise BadInput(f"names bfloat16 in {text!r}, which numpy does not know")
    return ArraySpec(tensor)


def _tensor(text: str) -> TensorSpec:
    parts = text.split(":")
    dtype = "float32"
    if parts[0] and not SIZES.fullmatch(parts[0]):
        dtype = SHORT.get(parts[0], parts[0])
        parts = parts[1:]
        if dtype not in DTYPES:
            raise BadInput(f"{text!r} is no tensor")
    if not text or len(parts) not in (1, 2) or (parts[0] and not SIZES.fullmatch(parts[0])):
        raise BadInput(f"{text!r} is no tensor")
    shape = tuple(int(size) for size in parts[0].split(",") if size)
    if len(shape) > MOST_SIZES:
        raise BadInput(f"has more than {MOST_SIZES} sizes in {text!r}")
    spec = TensorSpec(shape, dtype)
    if len(parts) == 1:
        return spec
    return _bounded(spec, parts[1], text)


def _bounded(spec: TensorSpec, bounds: str, text: str) -> TensorSpec:
    low, dots, high = bounds.rpartition("..")
    if not dots:
        low = "0"
    if not NUMBER.fullmatch(low) or not NUMBER.fullmatch(high):
        raise BadInput(f"has no bound, such as :50 or :0..1, in {text!r}")
    bounded = TensorSpec(spec.shape, spec.dtype, float(low), float(high))
    fitting = float(low) < float(high)
    if not bounded.is_float:
        fitting = int(float(low)) < int(float(high))
    if spec.dtype == "bool" or not fitting:
        raise BadInput(f"has bounds between which there is no number, in {text!r}")
    return bounded


def input_text(call: GroupSpec) -> str:
    """The arguments of a call as they are typed."""
    return ";".join(_item_text(key, spec) for key, spec in call.items)


def _item_text(key: int | str, spec: Spec) -> str:
    text = _spec_text(spec)
    if isinstance(key, str):
        return f"{key}={text}"
    return text


def _spec_text(spec: Spec) -> str:
    if isinstance(spec, ConstantSpec):
        return f"value:{spec.value}"
    if isinstance(spec, TensorSpec):
        return _tensor_text(spec)
    if isinstance(spec, ArraySpec):
        return f"{NUMPY}{_tensor_text(spec.tensor)}"
    inside = ";".join(_item_text(key, each) for key, each in spec.items)
    opens = {kind: (bracket, end) for bracket, (end, kind) in BRACKETS.items()}
    opening, closing = opens[spec.kind]
    return f"{opening}{inside}{closing}"


def _tensor_text(spec: TensorSpec) -> str:
    text = ",".join(map(str, spec.shape))
    if spec.dtype != "float32" or not spec.shape:
        text = f"{LONG.get(spec.dtype, spec.dtype)}:{text}"
    if spec.dtype == "bool" or spec.bounds is None:
        return text
    low, high = spec.bounds
    if low or spec.is_float:
        return f"{text}:{_number(low)}..{_number(high)}"
    return f"{text}:{_number(high)}"


def _number(bound: float) -> str:
    if bound == int(bound):
        return str(int(bound))
    return str(bound)
