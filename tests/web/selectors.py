"""The selectors of a style sheet, one by one: as much of CSS as tells where a rule applies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CONDITIONS = (
    "@media",
    "@supports",
    "@container",
    "@layer",
)  # their rules apply as if they stood outside
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CHOICE = re.compile(r":(?:is|where)\(")
COMBINATOR = re.compile(r"\s*[>+~]\s*|\s+")


@dataclass(frozen=True)
class Block:
    """What stands before a brace, and what stands between it and the other."""

    prelude: str
    body: str


def selectors(sheet: str) -> list[str]:
    """Every selector of a sheet: lists and `:is()` taken apart, nested ones with their parents."""
    return list(_selectors(COMMENT.sub(" ", sheet), ""))


def first_compound(selector: str) -> str:
    """What the outermost element must be: `main.x` of `main.x > .y`."""
    depth = 0
    for index, character in enumerate(selector):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and COMBINATOR.match(selector, index):
            return selector[:index]
    return selector


def _selectors(css: str, outer: str) -> Iterator[str]:
    for block in _blocks(css):
        if block.prelude.startswith(CONDITIONS):
            yield from _selectors(block.body, outer)
        elif block.prelude.startswith("@"):
            yield block.prelude  # such as @keyframes, whose name is known to all sheets
        else:
            for selector in _alternatives(block.prelude):
                nested = _nested(selector, outer)
                yield nested
                yield from _selectors(block.body, nested)


def _blocks(css: str) -> Iterator[Block]:
    """The rules of a sheet, or those nested in a rule, whose own declarations are passed over."""
    start = index = 0
    while index < len(css):
        if css[index] == ";":
            start = index + 1
        elif css[index] in "\"'":
            index = _end_of_string(css, index)
        elif css[index] == "{":
            end = _end_of_block(css, index)
            yield Block(" ".join(css[start:index].split()), css[index + 1 : end])
            start = index = end + 1
            continue
        index += 1


def _end_of_block(css: str, start: int) -> int:
    depth = 0
    index = start
    while index < len(css):
        if css[index] in "\"'":
            index = _end_of_string(css, index)
        depth += (css[index] == "{") - (css[index] == "}")
        if depth == 0:
            return index
        index += 1
    raise ValueError(f"a brace is never closed: {css[start : start + 60]}")


def _end_of_string(css: str, start: int) -> int:
    end = css.index(css[start], start + 1)
    while css[end - 1] == "\\":
        end = css.index(css[start], end + 1)
    return end


def _nested(selector: str, outer: str) -> str:
    if "&" in selector:
        return selector.replace("&", outer)
    return f"{outer} {selector}".strip()


def _alternatives(selector: str) -> Iterator[str]:
    """`:is(main.x, .y) p, q` is three: `main.x p`, `.y p` and `q`."""
    for each in _split(selector):
        choice = CHOICE.search(each)
        if choice is None:
            yield each
            continue
        end = _end_of_parenthesis(each, choice.end() - 1)
        for chosen in _split(each[choice.end() : end]):
            yield from _alternatives(each[: choice.start()] + chosen + each[end + 1 :])


def _split(selector: str) -> list[str]:
    """At the commas that stand in no parenthesis."""
    parts = [""]
    depth = 0
    for character in selector:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _end_of_parenthesis(selector: str, start: int) -> int:
    depth = 0
    for index in range(start, len(selector)):
        depth += (selector[index] == "(") - (selector[index] == ")")
        if depth == 0:
            return index
    raise ValueError(f"a parenthesis is never closed: {selector}")
