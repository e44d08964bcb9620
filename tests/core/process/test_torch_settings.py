"""Each value of a setting of PyTorch is read as what it is, and put back as that."""

from collections.abc import Callable, Iterator

import pytest
import torch

from rollcall.core.process.torch_settings import torch_settings

SETTINGS = {setting.name: setting for setting in torch_settings()}


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    yield
    torch.set_deterministic_debug_mode(0)
    torch.autograd.set_detect_anomaly(False, True)


def deterministic(mode: int) -> Callable[[], None]:
    return lambda: torch.set_deterministic_debug_mode(mode)


def anomaly(enabled: bool, check_nan: bool) -> Callable[[], object]:
    return lambda: torch.autograd.set_detect_anomaly(enabled, check_nan)


@pytest.mark.parametrize(
    ("name", "changed", "read"),
    [
        ("deterministic algorithms", deterministic(0), "off"),
        ("deterministic algorithms", deterministic(1), "on, with warnings only"),
        ("deterministic algorithms", deterministic(2), "on"),
        ("anomaly mode", anomaly(False, True), "off"),
        ("anomaly mode", anomaly(True, True), "on"),
        ("anomaly mode", anomaly(True, False), "on, without a look for NaN"),
    ],
)
@pytest.mark.parametrize("other", [0, 1, 2])
def test_a_value_is_put_back_over_any_other(
    name: str, changed: Callable[[], object], read: object, other: int
) -> None:
    setting = SETTINGS[name]
    changed()
    value = setting.read()
    assert value == read
    torch.set_deterministic_debug_mode(other)
    torch.autograd.set_detect_anomaly(other > 0, other > 1)
    setting.write(value)
    assert setting.read() == read


def test_every_global_hook_of_pytorch_is_a_setting() -> None:
    def hook(*given: object) -> None: ...

    before = {name: setting.read() for name, setting in SETTINGS.items()}
    handle = torch.nn.modules.module.register_module_forward_hook(hook)
    changed = [name for name, setting in SETTINGS.items() if setting.read() != before[name]]
    handle.remove()
    assert changed == ["the global forward hooks"]
