"""The parts of a page that an address can hide."""

from pydantic_core import PydanticCustomError

HIDEABLE = ("tabs", "input", "controls", "seed", "device", "code")
_PART = f"({'|'.join(HIDEABLE)})"
HIDDEN = f"^({_PART}(,{_PART})*)?$"  # what `check_parts` accepts, for those who read a schema


def check_parts(hide: str) -> str:
    """Accept names of parts, joined by commas.

    Raises:
        PydanticCustomError: one of them is no such part.
    """
    if not hide:
        return hide
    for name in hide.split(","):
        if name not in HIDEABLE:
            raise PydanticCustomError(
                "hide",
                "{name} cannot be hidden; {known} can, joined by commas",
                {"name": repr(name), "known": ", ".join(HIDEABLE)},
            )
    return hide
