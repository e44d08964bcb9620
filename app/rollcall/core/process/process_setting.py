"""One thing that is set for the whole process: how it is read, and how it is put back."""

from collections.abc import Callable, MutableMapping
from typing import Any, NamedTuple


class Setting(NamedTuple):
    """One of them, by the words of a page."""

    name: str
    read: Callable[[], Any]  # two values are the same if they are equal
    write: Callable[[Any], object]


def attribute_setting(name: str, owner: Any, attribute: str) -> Setting:
    return Setting(
        name, lambda: getattr(owner, attribute), lambda value: setattr(owner, attribute, value)
    )


def dict_setting(name: str, contents: MutableMapping[Any, Any]) -> Setting:
    def write(kept: dict[Any, Any]) -> None:
        contents.clear()
        contents.update(kept)

    return Setting(name, lambda: dict(contents), write)


def list_setting(name: str, owner: Any, attribute: str) -> Setting:
    """What stands in the list that an attribute leads to, which may be another one tomorrow."""

    def write(kept: tuple[Any, ...]) -> None:
        getattr(owner, attribute)[:] = kept

    return Setting(name, lambda: tuple(getattr(owner, attribute)), write)
