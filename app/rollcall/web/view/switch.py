"""A row of links of which one is in force."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One of them."""

    id: str
    text: str
    url: str
    current: bool
