"""Tensors, with values, gradients and flags: noted before a forward, and put back after it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, UntypedStorage
from torch.autograd.grad_mode import _unsafe_preserve_version_counter


@contextmanager
def kept_tensors(tensors: Iterable[Tensor]) -> Iterator[None]:
    """Whatever happens to these tensors inside the block, they are afterwards as before."""
    with torch._C.DisableTorchFunctionSubclass():  # a subclass may answer for itself
        before = [_KeptTensor.of(tensor) for tensor in tensors]
        grads = [kept.grad for kept in before if kept.grad is not None]
        memories = _memories([*(kept.tensor for kept in before), *grads])
        counted = [kept.tensor for kept in before if not kept.tensor.is_inference()]
        versions = _unsafe_preserve_version_counter(tuple(counted))
    try:
        yield
    finally:
        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad(), versions:
            for memory in memories:
                memory.put_back()
            for kept in before:
                kept.put_back()


@dataclass(frozen=True, slots=True)
class _KeptTensor:
    """Everything of a tensor but its values."""

    tensor: Tensor
    kind: type
    alias: Tensor  # the same memory, shape and strides
    grad: Tensor | None
    requires_grad: bool
    is_leaf: bool

    @classmethod
    def of(cls, tensor: Tensor) -> "_KeptTensor":
        leaf = tensor.is_leaf
        grad = tensor.grad if leaf else None  # of another one, PyTorch warns
        return cls(tensor, type(tensor), tensor.detach(), grad, tensor.requires_grad, leaf)

    def put_back(self) -> None:
        tensor = self.tensor
        if type(tensor) is not self.kind:  # a lazy one that was made real
            tensor.__class__ = self.kind
        if not _lies_in(tensor.detach(), self.alias):  # a lazy one refuses to tell its shape
            tensor.data = self.alias
        if not self.is_leaf:
            return
        if not tensor.is_leaf:
            tensor.detach_()
        if tensor.requires_grad != self.requires_grad:
            tensor.requires_grad_(self.requires_grad)
        if tensor.grad is not self.grad:
            tensor.grad = self.grad


def _lies_in(tensor: Tensor, alias: Tensor) -> bool:
    """Whether both are the same view of the same memory."""
    if tensor.layout != torch.strided or tensor.is_nested:
        return True
    return (
        tensor.shape == alias.shape
        and tensor.stride() == alias.stride()
        and tensor.storage_offset() == alias.storage_offset()
        and tensor.untyped_storage().data_ptr() == alias.untyped_storage().data_ptr()
    )


@dataclass(frozen=True, slots=True)
class _Memory:
    """The bytes of one storage."""

    storage: UntypedStorage
    words: Tensor  # the storage itself
    before: Tensor

    def put_back(self) -> None:
        if self.storage.nbytes() != self.before.nbytes:
            self.storage.resize_(self.before.nbytes)
        if not torch.equal(self.words, self.before):
            self.words.copy_(self.before)


def _memories(tensors: Iterable[Tensor]) -> list[_Memory]:
    """What lies behind the tensors, each storage once."""
    storages: dict[tuple[torch.device, int], UntypedStorage] = {}
    for tensor in tensors:
        storage = _storage(tensor)
        if storage is not None and storage.nbytes():
            storages[tensor.device, storage.data_ptr()] = storage
    memories = []
    for (device, _), storage in storages.items():
        whole = torch.empty(0, dtype=_word(storage), device=device).set_(storage)
        memories.append(_Memory(storage, whole, whole.clone()))
    return memories


def _word(storage: UntypedStorage) -> torch.dtype:
    """The largest integers that it can be read as: bytes are compared a fifth as fast."""
    for dtype in (torch.int64, torch.int32):
        if storage.nbytes() % dtype.itemsize == storage.data_ptr() % dtype.itemsize == 0:
            return dtype
    return torch.uint8


def _storage(tensor: Tensor) -> UntypedStorage | None:
    """None where a tensor has no values, or holds them in other tensors, as a sparse one does."""
    if tensor.is_meta or tensor.layout != torch.strided:
        return None
    try:
        return tensor.untyped_storage()
    except (NotImplementedError, RuntimeError):
        return None
