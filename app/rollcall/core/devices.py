"""The devices that this machine really has, and the one that it can simulate."""

import torch

SIMULATED = "simulated"  # cuda:0 as FakeTensorMode plays it; offered where there is no accelerator
SIMULATED_NAME = "cuda:0"  # its name in Python


def python_name(device: str) -> str:
    """The device as Python names it."""
    if device == SIMULATED:
        return SIMULATED_NAME
    return device


def devices() -> tuple[str, ...]:
    """`cpu` and every accelerator that torch reports, as `cuda:0`."""
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None or not torch.accelerator.is_available():
        return ("cpu",)
    indices = range(torch.accelerator.device_count())
    return ("cpu", *(f"{accelerator.type}:{index}" for index in indices))


def accepted(simulates: bool) -> tuple[str, ...]:
    """The devices that a query may name.

    A machine that has a GPU accepts the simulated one, too, so that a link to it keeps its meaning.
    """
    if simulates:
        return (*devices(), SIMULATED)
    return devices()
