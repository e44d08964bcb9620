"""A row of links of which one is in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from rollcall.core.query import PairQuery


@dataclass(frozen=True)
class Choice:
    """One of them."""

    id: str
    text: str
    url: str
    current: bool


def device_switch(query: PairQuery, devices: Sequence[str]) -> list[Choice]:
    """Where both models are sent; empty where there is no choice."""
    if not has_gpu(devices):
        return []
    choices = []
    for device in devices:
        url = query.replace(device=device).url
        choices.append(Choice(f"device-{device}", device, url, query.device == device))
    return choices


def has_gpu(devices: Sequence[str]) -> bool:
    """Whether this machine has more than its cpu."""
    return len(devices) > 1
