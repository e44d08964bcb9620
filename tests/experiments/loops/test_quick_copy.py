"""Numbers that are copied as they lie in memory are those that PyTorch copies."""

import torch
from torch import Tensor, nn

from rollcall.experiments.loops.quick_copy import QuickCopy, flat, size_of, stacked


def both(copy: QuickCopy, tensors: list[Tensor], version: int) -> tuple[Tensor, Tensor]:
    """The latest numbers, and the same by PyTorch."""
    numbers, expected = copy.of(tensors, version), flat(tensors)
    assert numbers is not None
    assert expected is not None
    assert size_of(numbers) == expected.numel()
    return stacked([numbers])[0], expected


def test_a_copy_follows_whatever_happens_to_a_tensor() -> None:
    copy = QuickCopy()
    weight = nn.Parameter(torch.randn(3, 2))
    tensors = [weight, torch.randn(4)]
    assert torch.equal(*both(copy, tensors, 1))
    weight.data.mul_(2)  # which no version counter sees
    assert torch.equal(*both(copy, tensors, 1))
    weight.data = torch.randn(3, 2)  # the old memory is still there
    assert torch.equal(*both(copy, tensors, 1))
    weight.data = torch.randn(2, 3).t()  # in another order
    assert torch.equal(*both(copy, tensors, 1))
    tensors[1] = torch.zeros(5, dtype=torch.float32)
    assert torch.equal(*both(copy, tensors, 2))
    weight.data = torch.randn(3, 2, dtype=torch.float64)
    assert copy.of([weight], 3).dtype == torch.float64  # type: ignore[union-attr]  # no bytes


def test_copies_of_both_kinds_are_stacked() -> None:
    first, second = torch.randn(2), torch.randn(2)
    numbers = QuickCopy().of([first], 1)
    assert isinstance(numbers, bytes)
    assert torch.equal(stacked([numbers, second]), torch.stack([first, second]))
    assert QuickCopy().of([], 1) is None
    assert QuickCopy().of([first, torch.zeros(1, device="meta")], 1) is None
