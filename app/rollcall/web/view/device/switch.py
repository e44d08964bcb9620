"""The choice of a move in the toolbar: a device, real or simulated, or a type."""

from collections.abc import Sequence

from rollcall.core.devices import SIMULATED
from rollcall.experiments.device.experiment import DeviceQuery
from rollcall.web.view.switch import Choice, has_gpu

CASTS = (("float64", ".double()"), ("float16", ".half()"))


def move_switch(query: DeviceQuery, devices: Sequence[str]) -> list[Choice]:
    """One for each move; the GPU is simulated where there is none.

    Args:
        query: what is shown now.
        devices: of this machine.
    """
    choices = []
    for device in devices:
        # The cpu moves nothing: where a type was chosen, the move is that type's.
        chosen = query.device == device and (device != "cpu" or query.target_dtype == "none")
        url = query.replace(device=device, dtype="none").url
        choices.append(Choice(f"device-{device}", device, url, chosen))
    if not has_gpu(devices):
        url = query.replace(device=SIMULATED, dtype="none").url
        choices.append(Choice("device-simulated", "cuda:0 (simulated)", url, query.simulated))
    for dtype, call in CASTS:
        url = query.replace(device="cpu", dtype=dtype).url
        choices.append(Choice(f"dtype-{dtype}", call, url, query.target_dtype == dtype))
    return choices
