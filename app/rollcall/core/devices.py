"""The devices that this machine really has."""

import torch


def devices() -> tuple[str, ...]:
    """`cpu` and every accelerator that torch reports, as `cuda:0`."""
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None or not torch.accelerator.is_available():
        return ("cpu",)
    return ("cpu", *(f"{accelerator.type}:{index}" for index in range(torch.accelerator.device_count())))
