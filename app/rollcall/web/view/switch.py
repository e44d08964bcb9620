"""A row of links of which one is in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from rollcall.core.devices import SIMULATED, python_name
from rollcall.core.pair_query import PairQuery

APART = "|"  # between the device of the left model and that of the right one


@dataclass(frozen=True)
class Choice:
    """One of them."""

    id: str
    text: str
    url: str
    current: bool
    title: str = ""


def device_switch(query: PairQuery, devices: Sequence[str]) -> list[Choice]:
    """Where both models are sent; empty where there is no choice."""
    if not has_gpu(devices):
        return []
    return device_choices(query, devices)


def device_choices(query: PairQuery, devices: Sequence[str]) -> list[Choice]:
    """Each device for both models, then the cpu on the left and the first GPU on the right.

    Two other devices that the address names are a choice as well, which is in force.
    """
    pairs = [(device, device) for device in devices]
    pairs += [("cpu", device) for device in devices[1:2]]
    if query.devices not in pairs and len(set(query.devices)) > 1:
        pairs.append(query.devices)
    return [_choice(query, *pair) for pair in pairs]


def _choice(query: PairQuery, left: str, right: str) -> Choice:
    url = query.sent_to(left, right).url
    current = query.devices == (left, right)
    if left == right:
        return Choice(f"device-{left}", _device_name(left), url, current)
    text = f"{python_name(left)} {APART} {python_name(right)}"
    title = f"left on {_device_name(left)}, right on {_device_name(right)}"
    return Choice(f"device-{left}-{right}", text, url, current, title)


def _device_name(device: str) -> str:
    if device == SIMULATED:
        return f"{python_name(device)} (simulated)"
    return device


def has_gpu(devices: Sequence[str]) -> bool:
    """Whether this machine has more than its cpu."""
    return len(devices) > 1
