"""What travels from one process to another: JSON, and checked by its type when it is read.

Pickled data runs whatever it names. This can be wrong, and no more than that.
"""

from array import array
from base64 import b64decode, b64encode
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, TypeAdapter

from rollcall.core.shortened import has_long_text, shortened

T = TypeVar("T")

# As a report has it; bytes as text.
CONFIG = ConfigDict(ser_json_inf_nan="strings", ser_json_bytes="base64", val_json_bytes="base64")


class BadMessage(Exception):
    """What was read is not of the type that travels here."""


_left_out = b""


def leave_out(folder: str) -> None:
    """From now on, a path below this folder is told as one below the root.

    So lie the files of a server on another machine.
    """
    global _left_out
    _left_out = folder.encode()


def is_elsewhere() -> bool:
    """Whether this process runs the files of a server on another machine."""
    return bool(_left_out)


class Wire(Generic[T]):
    """One type on its way.

    Args:
        kind: a type that pydantic knows, such as a report, a NamedTuple or a dataclass.
    """

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    def write(self, value: T) -> bytes:
        """The value as JSON. What a model made too long to be read is cut."""
        written = self._adapter.dump_json(value)
        if has_long_text(written):
            written = self._adapter.dump_json(shortened(value))
        if _left_out:
            written = written.replace(_left_out, b"")
        return written

    def read(self, content: bytes) -> T:
        """The value again.

        Raises:
            BadMessage: it is no such value.
        """
        try:
            value: T = self._adapter.validate_json(content)
        except ValueError as error:
            raise BadMessage(str(error)[:1000]) from error
        return value

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        if isinstance(self._kind, type) and issubclass(self._kind, BaseModel):
            return TypeAdapter(self._kind)
        return TypeAdapter(self._kind, config=CONFIG)


def _as_text(numbers: "array[float]") -> str:
    return numbers.typecode + b64encode(numbers.tobytes()).decode()


def _as_array(given: Any) -> "array[float]":
    if isinstance(given, array):
        return given
    if not isinstance(given, str) or given[:1] not in ("f", "d"):
        raise ValueError("no array of floats")
    numbers: array[float] = array(given[0])
    numbers.frombytes(b64decode(given[1:], validate=True))
    return numbers


# Bit for bit, and a third of what digits take.
if TYPE_CHECKING:
    FloatArray = array[float]
else:  # Python 3.11 does not know array[float] while it runs
    FloatArray = Annotated[array, PlainValidator(_as_array), PlainSerializer(_as_text)]
