"""Python source as HTML, with classes and no inline styles."""

from functools import lru_cache

from markupsafe import Markup, escape
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES

BREAK = Markup("<wbr>")  # where a line may go on in the next one: not in the middle of a name
_LEXER = PythonLexer(stripnl=False, ensurenl=False)


@lru_cache(maxsize=512)
def highlight(text: str) -> tuple[Markup, ...]:
    """One piece of HTML for every line of `text`; the classes are Pygments' short names."""
    lines = [Markup("")]
    for token, value in _LEXER.get_tokens(text):
        short = STANDARD_TYPES.get(token, "")
        for index, part in enumerate(value.split("\n")):
            if index:
                lines.append(Markup(""))
            if part == ".":
                lines[-1] += BREAK
            if part and short:
                lines[-1] += Markup('<span class="{}">{}</span>').format(short, part)
            elif part:
                lines[-1] += escape(part)
            if part == "(":
                lines[-1] += BREAK
    return tuple(lines)
