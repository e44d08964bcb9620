"""Globals by which a file says where its tensors are made: DEVICE = torch.device("cpu")."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import torch

CPU = torch.device("cpu")


def device_globals(module: ModuleType) -> tuple[str, ...]:
    """The names of those that name the CPU; a text is one where it is called a device."""
    return tuple(name for name, value in vars(module).items() if _names_the_cpu(name, value))


@contextmanager
def devices_replaced(module: ModuleType, device: str) -> Iterator[None]:
    """Inside the block they name another device."""
    before = {name: vars(module)[name] for name in device_globals(module)}
    try:
        for name, value in before.items():
            vars(module)[name] = type(value)(device)  # a text, or a torch.device
        yield
    finally:
        vars(module).update(before)


def _names_the_cpu(name: str, value: object) -> bool:
    if isinstance(value, str):
        return value == CPU.type and "dev" in name.lower()
    return isinstance(value, torch.device) and value == CPU
