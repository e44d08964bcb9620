"""A course as the text of a course.toml."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any


def course_text(chapters: Iterable[dict[str, Any]]) -> str:
    """What `tomllib` reads the same chapters from."""
    return "\n".join(line for chapter in chapters for line in _chapter(chapter))


def _chapter(chapter: dict[str, Any]) -> Iterator[str]:
    own = {key: value for key, value in chapter.items() if key not in ("lesson", "models")}
    yield from _table("[[chapter]]", own)
    for lesson in chapter.get("lesson", []):
        yield from _table("[[chapter.lesson]]", lesson)
    for name, model in chapter.get("models", {}).items():
        yield from _table(f"[chapter.models.{toml_key(name)}]", model)


def _table(header: str, values: dict[str, Any]) -> Iterator[str]:
    yield header
    for key, value in values.items():
        yield f"{toml_key(key)} = {toml_value(value)}"
    yield ""


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        pairs = [f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items()]
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)  # a number


def _text(text: str) -> str:
    """In quotes: the escapes of JSON are those of TOML, which wants one more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """Bare where TOML lets it be."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", name):
        return name
    return _text(name)
