"""Texts that a model made too long to be read, cut where they leave the process that runs it."""

import dataclasses
import hashlib
import re
from operator import is_
from typing import Any

from pydantic import BaseModel

MOST_OF_A_NAME = 4_000  # characters between two dots, or in one line
MOST_OF_A_TEXT = 1_000_000  # in all its lines
START, END = 1_000, 200  # of what is cut
ENDS_OF_NAMES = re.compile(r"([.\n])")
NUMBERS = frozenset({int, float, bool, type(None)})  # None: a cell without a number


def has_long_text(content: bytes) -> bool:
    """Whether JSON may have a text to cut. Most have none, and this is all that it costs them."""
    if len(content) <= MOST_OF_A_NAME:
        return False
    unescaped = content.replace(rb"\\", b"xx").replace(rb"\"", b"xx")
    return max(map(len, unescaped.split(b'"'))) > MOST_OF_A_NAME


def shortened(value: Any) -> Any:
    """The same with every text cut that is too long; the very same where none is.

    A path of names is cut name by name: what is below a module keeps the path of the module.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        changed = _changed(fields)
        return value.model_copy(update=changed) if changed else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        changed = _changed(fields)
        return dataclasses.replace(value, **changed) if changed else value
    if isinstance(value, dict):
        items = {shortened(key): shortened(each) for key, each in value.items()}
        kept = all(map(is_, items, value)) and all(map(is_, items.values(), value.values()))
        return value if kept else items
    if isinstance(value, tuple | list):
        return _sequence(value)
    return value


def cut(text: str, longest: int) -> str:
    """The start and the end of a text that is longer, and how much was between them."""
    if len(text) <= longest:
        return text
    return f"{text[:START]} … {len(text) - START - END:,} characters … {text[-END:]}"


def _text(text: str) -> str:
    if len(text) <= MOST_OF_A_NAME:
        return text
    names = [_name(name) for name in ENDS_OF_NAMES.split(text)]
    whole = "".join(names)
    if whole == text and len(text) <= MOST_OF_A_TEXT:
        return text
    if len(whole) <= MOST_OF_A_TEXT:
        return whole
    return cut(whole, MOST_OF_A_TEXT)


def _name(name: str) -> str:
    """The same of a name. Two that differ only in between have each a word of their own."""
    if len(name) <= MOST_OF_A_NAME:
        return name
    word = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:8]
    return cut(name, MOST_OF_A_NAME).replace(" characters ", f" characters, {word} ")


def _sequence(value: "tuple[Any, ...] | list[Any]") -> Any:
    if NUMBERS.issuperset(map(type, value)):  # a grid has thousands of them
        return value
    items = [shortened(each) for each in value]
    if all(new is old for new, old in zip(items, value, strict=True)):
        return value
    if hasattr(value, "_fields"):  # a NamedTuple
        return type(value)(*items)
    return type(value)(items)


def _changed(fields: dict[str, Any]) -> dict[str, Any]:
    changed = {}
    for name, value in fields.items():
        new = shortened(value)
        if new is not value:
            changed[name] = new
    return changed
