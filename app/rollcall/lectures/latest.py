"""What was made of the text that a file has now. Of what it had before, nothing is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from cachetools import LRUCache

Text = TypeVar("Text", str, bytes)
Made = TypeVar("Made")


class Latest(Generic[Text, Made]):
    """A file that is saved a million times takes the room of one.

    Args:
        make: from the path and the text of a file.
        most: files.
    """

    def __init__(self, make: Callable[[Path, Text], Made], most: int) -> None:
        self._make: Callable[[Path, Text], Made] = make
        self._made: LRUCache[Path, tuple[Text, Made]] = LRUCache(most)

    def __call__(self, path: Path, text: Text) -> Made:
        """What is made of a file; kept until another text is asked for.

        Raises whatever making it raises.
        """
        known = self._made.pop(path, None)
        if known is None or known[0] != text:
            known = (text, self._make(path, text))
        self._made[path] = known
        return known[1]
