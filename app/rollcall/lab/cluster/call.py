"""A call as JSON. It is checked when it is read, and can name no code but ours."""

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from rollcall.core.query import Query
from rollcall.core.wire import BadMessage, leave_out
from rollcall.lab.cluster.sent_targets import plain_targets, read_targets
from rollcall.lectures.targets import Targets

OURS = "rollcall."  # what a call may name begins so
Call = tuple[Callable[..., bytes], tuple[Any, ...], bool]


def write_call(work: Callable[..., bytes], args: tuple[Any, ...], shows_parts: bool) -> bytes:
    """The call, without the folder that its files will lie in."""
    call = {"work": _name(work), "args": [_plain(each) for each in args], "parts": shows_parts}
    return json.dumps(call).encode()


def with_root(call: bytes, root: Path) -> bytes:
    """The same call, once its files lie in a folder."""
    return json.dumps({**json.loads(call), "root": str(root)}).encode()


def read_call(content: bytes) -> Call:
    """The call again, with the files where they lie. What is written then tells their server's.

    Raises:
        BadMessage: it is no call.
    """
    try:
        call = json.loads(content)
        root = Path(call["root"])
        leave_out(call["root"])
        args = tuple(_read(each, root) for each in call["args"])
        return _function(call["work"]), args, bool(call["parts"])
    except (ValueError, TypeError, KeyError, AttributeError, ImportError) as error:
        raise BadMessage(f"no call: {type(error).__name__}: {error}") from error


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Query):
        return {"query": _name(type(value)), "fields": value.model_dump_json()}
    if isinstance(value, Targets):
        return {"targets": plain_targets(value)}
    return {"function": _name(value)}


def _read(value: Any, root: Path) -> Any:
    if not isinstance(value, dict):
        return value
    if "query" in value:
        kind = _named(value["query"])
        if not (isinstance(kind, type) and issubclass(kind, Query)):
            raise TypeError(f"{value['query']} is no query")
        return kind.model_validate_json(value["fields"])
    if "targets" in value:
        return read_targets(value["targets"], root)
    return _function(value["function"])


def _function(name: str) -> Callable[..., Any]:
    function = _named(name)
    if not callable(function) or isinstance(function, type):
        raise TypeError(f"{name} is no function")
    found: Callable[..., Any] = function
    return found


def _name(thing: Any) -> str:
    return f"{thing.__module__}:{thing.__qualname__}"


def _named(name: str) -> Any:
    module, _, rest = name.partition(":")
    if not module.startswith(OURS) or not rest.isidentifier():
        raise ValueError(f"{name} is none of ours")
    return getattr(import_module(module), rest)
