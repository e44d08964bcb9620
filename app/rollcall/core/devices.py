"""The devices that this machine really has, and the one that it can simulate."""

import torch

SIMULATED = "simulated"  # cuda:0 as FakeTensorMode plays it; offered where there is no accelerator


def devices() -> tuple[str, ...]:
    """`cpu` and every accelerator that torch reports, as `cuda:0`."""
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None or not torch.accelerator.is_available():
        return ("cpu",)
    return (
        "cpu",
        *(f"{accelerator.type}:{index}" for index in range(torch.accelerator.device_count())),
    )


def accepted(simulates: bool) -> tuple[str, ...]:
    """What a query may name. A link to the simulated GPU keeps its meaning on a machine that has a real one."""
    return (*devices(), SIMULATED) if simulates else devices()
