"""The devices that this machine really has, and the one that it can simulate."""

import torch

SIMULATED = "simulated"  # cuda:0 as FakeTensorMode plays it, where there is no accelerator


def devices() -> tuple[str, ...]:
    """`cpu` and every accelerator that torch reports, as `cuda:0`."""
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None or not torch.accelerator.is_available():
        return ("cpu",)
    return ("cpu", *(f"{accelerator.type}:{index}" for index in range(torch.accelerator.device_count())))


def accepted(simulates: bool) -> tuple[str, ...]:
    """What a query may name; an experiment that `simulates` also takes the simulated GPU where there is no real one."""
    real = devices()
    return (*real, SIMULATED) if simulates and real == ("cpu",) else real
