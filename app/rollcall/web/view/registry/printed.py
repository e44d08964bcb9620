"""What `print(model)` shows, as far as it fits."""

from rollcall.web.view.words import plural

LINES = 60  # of a text that is shown whole
SHOWN = 40  # of a longer one


def printed(text: str) -> str:
    """A text of any length: its first lines, and how many follow."""
    lines = text.split("\n")
    if len(lines) <= LINES:
        return text
    more = plural(len(lines) - SHOWN, "line", "lines")
    return "\n".join([*lines[:SHOWN], f"… {more} more"])
