"""The arguments of a call: which is where, and how another one is written behind the last."""

import ast

from rollcall.rewrite.text import Edit, SourceText

NO_PLACE = 1_000  # of an argument that is only given by its name
NOTHING = {"\n", "\r\n", "\r", ""}


def is_open(call: ast.Call) -> bool:
    """Whether it takes arguments from a list or a dict: what is in it, the text does not tell."""
    starred = any(isinstance(each, ast.Starred) for each in call.args)
    return starred or any(keyword.arg is None for keyword in call.keywords)


def argument(call: ast.Call, name: str, place: int) -> ast.expr | None:
    """An argument by its name or its place; None where it is left out."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if len(call.args) > place:
        return call.args[place]
    return None


def flag(given: ast.expr | None, *, left_out: bool) -> bool | None:
    """What True or False an argument says; None where its text does not tell.

    Args:
        given: the argument; None: it is left out.
        left_out: what that means.
    """
    match given:
        case None:
            return left_out
        case ast.Constant(value=value):
            return bool(value)
    return None


def with_keyword(text: SourceText, call: ast.Call, written: str) -> Edit:
    """One more argument at the end: in a line of its own where the last one has one."""
    end = text.end(call)
    inside = text.tokens(text.end(call.func), end)[:-1]
    words = [each for each in inside if each.text not in NOTHING and each.text[0] != "#"]
    last = words[-1]
    if last.text == "(":
        return Edit(last.end, last.end, written)
    if last.text != ",":
        return Edit(last.end, last.end, f", {written}")
    line_end = text.line_end_after(last.end)
    if line_end > end:  # the bracket closes in the same line
        return Edit(last.end, last.end, f" {written}")
    indent = text.indent(last.start)
    return Edit(line_end, line_end, f"{text.line_end}{indent}{written},")
