"""The choice of a move in the toolbar: a device, real or simulated, or a type."""

from collections.abc import Sequence
from dataclasses import replace

from rollcall.core.devices import SIMULATED
from rollcall.experiments.device.experiment import DeviceQuery
from rollcall.web.view.switch import Choice, device_choices, has_gpu

CASTS = (("float64", ".double()"), ("float16", ".half()"))


def move_switch(query: DeviceQuery, devices: Sequence[str]) -> list[Choice]:
    """One for each move; the GPU is simulated where there is none.

    Args:
        query: what is shown now.
        devices: of this machine.
    """
    if not has_gpu(devices):
        devices = (*devices, SIMULATED)
    # The cpu moves nothing: where a type was chosen, the move is that type's.
    casts = query.devices == ("cpu", "cpu") and query.target_dtype != "none"
    choices = []
    for choice in device_choices(query.replace(dtype="none"), devices):
        choices.append(replace(choice, current=choice.current and not casts))
    for dtype, call in CASTS:
        url = query.sent_to("cpu", "cpu").replace(dtype=dtype).url
        choices.append(Choice(f"dtype-{dtype}", call, url, query.target_dtype == dtype))
    return choices


def simulated_sides(query: DeviceQuery) -> str:
    """Which side is on a GPU that is simulated; "" where neither is."""
    left, right = (move.simulated for move in query.moves)
    if left and right:
        return "simulated"
    if left:
        return "left simulated"
    if right:
        return "right simulated"
    return ""
