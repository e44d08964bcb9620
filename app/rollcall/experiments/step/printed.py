"""What a model prints, line of code by line of code."""

import io

MOST_PRINTED = 2_000  # characters of a whole run that are kept


class Printed(io.TextIOBase):
    """A stream that keeps the beginning of all that is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._new: list[str] = []
        self._room = MOST_PRINTED

    def writable(self) -> bool:
        """As a terminal is."""
        return True

    def write(self, text: str) -> int:
        """Keep it, as far as there is room."""
        if self._room > 0 and isinstance(text, str):
            self._new.append(str.__str__(text)[: self._room])
            self._room -= len(text)
        return len(text)

    def take(self) -> str:
        """What was written since the last time."""
        text = "".join(self._new)
        self._new.clear()
        return text.encode(errors="replace").decode()
