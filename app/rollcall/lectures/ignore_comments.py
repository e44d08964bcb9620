"""Comments in a file that silence a finding: `# rollcall: ignore[reason]`."""

import io
import linecache
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rollcall.core.code_place import CodePlace

FILES_KEPT = 32
MARKER = re.compile(r"#\s*rollcall:\s*ignore\b\s*(?P<rest>.*)", re.IGNORECASE)
REASON = re.compile(r"\[(?P<reason>[^\]]*\S[^\]]*)\]")


class IgnoreComment(NamedTuple):
    """One of them. Without a reason it silences nothing."""

    line: int
    reason: str


def reason_at(code: Iterable[CodePlace]) -> str | None:
    """The reason that stands on one of these statements; None where none does."""
    for place in code:
        last = place.last or place.line
        for comment in ignore_comments(place.file):
            if comment.reason and place.line <= comment.line <= last:
                return comment.reason
    return None


def refused_comments(file: str) -> list[int]:
    """The lines of a file that want to silence something and give no reason."""
    return [comment.line for comment in ignore_comments(file) if not comment.reason]


def ignore_comments(file: str) -> tuple[IgnoreComment, ...]:
    """Those of a file, in order."""
    text = "".join(linecache.getlines(file))
    if "rollcall:" not in text.lower():
        return ()
    return _comments(text)


@lru_cache(maxsize=FILES_KEPT)
def _comments(text: str) -> tuple[IgnoreComment, ...]:
    return tuple(_read(text))


def _read(text: str) -> Iterator[IgnoreComment]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    try:
        for token in tokens:
            if token.type != tokenize.COMMENT:
                continue
            marker = MARKER.search(token.string)
            if marker:
                yield IgnoreComment(token.start[0], _reason(marker["rest"]))
    except (tokenize.TokenError, SyntaxError):  # it was changed since it was run
        return


def _reason(rest: str) -> str:
    given = REASON.match(rest)
    if given is None:
        return ""
    return given["reason"].strip()
