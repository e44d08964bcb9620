"""The devices of a machine, also of one that this machine is not."""

import pytest
import torch

from rollcall.core.devices import SIMULATED, accepted, devices


@pytest.mark.parametrize(
    ("kind", "available", "count", "expected"),
    [
        (None, False, 0, ("cpu",)),
        ("cuda", False, 1, ("cpu",)),  # built for it, and no driver
        ("cuda", True, 0, ("cpu",)),
        ("mps", True, 1, ("cpu", "mps:0")),
        ("cuda", True, 3, ("cpu", "cuda:0", "cuda:1", "cuda:2")),
    ],
)
def test_what_torch_reports_is_named(
    monkeypatch: pytest.MonkeyPatch,
    kind: str | None,
    available: bool,
    count: int,
    expected: tuple[str, ...],
) -> None:
    found = torch.device(kind) if kind else None
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: found)
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: available)
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: count)
    assert devices() == expected
    assert accepted(simulates=False) == expected
    assert accepted(simulates=True) == (*expected, SIMULATED)
