"""A build whose constructor is given another device, and what is no Parameter there."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from torch import nn

from rollcall.core.devices import SIMULATED_NAME
from rollcall.core.findings.kinds import LostOnDevice
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.lost_parameters import lost_parameters
from rollcall.core.model_raised import ModelRaised
from rollcall.core.simulated_gpu import simulated_gpu_for_constructors


class DeviceRun:
    """A build on the simulated GPU, where the constructor or a global of the file takes a device.

    What the constructor raises there is not told: the simulation may be the reason.
    """

    def __init__(self, subject: ModelUnderTest) -> None:
        self._lost: tuple[str, ...] = ()
        self._global = subject.device_global
        if subject.build_on is not None:
            with suppress(ModelRaised):
                self._lost = _lost(subject.build(), subject.build_on)

    def findings(self) -> Iterator[LostOnDevice]:
        """One about all that was lost."""
        if self._lost:
            yield LostOnDevice(paths=self._lost, device=SIMULATED_NAME, device_global=self._global)


def _lost(model: nn.Module, build_on: Callable[[str], nn.Module]) -> tuple[str, ...]:
    return lost_parameters(model, lambda: build_on(SIMULATED_NAME), simulated_gpu_for_constructors)
