"""What a plain Python object holds, read without a call of its own code."""

import sys
from collections import UserDict, UserList
from collections.abc import Iterator
from types import GetSetDescriptorType, MemberDescriptorType, ModuleType, SimpleNamespace
from typing import Any

from torch import Tensor
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

PLAIN_TYPES = (str, int, float, bool, bytes, type(None))
_OPAQUE = (Optimizer, LRScheduler, ModuleType, type)  # they hold what belongs to others
_WALKED_STDLIB = (SimpleNamespace, UserDict, UserList)


def has_state(kind: type) -> bool:
    """Whether the attributes of an object of this class may be state of a model."""
    if issubclass(kind, _OPAQUE):
        return False
    if issubclass(kind, _WALKED_STDLIB):
        return True
    return kind.__module__.partition(".")[0] not in sys.stdlib_module_names


def instance_attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """The pairs in the `__dict__` and the `__slots__` of an object.

    They are read past any property, `__getattr__` or proxy.
    """
    for klass in type(value).__mro__:
        for name, descriptor in vars(klass).items():
            if name == "__dict__" and type(descriptor) is GetSetDescriptorType:
                yield from descriptor.__get__(value).items()
            elif type(descriptor) is MemberDescriptorType:
                try:
                    yield name, descriptor.__get__(value)
                except AttributeError:  # a slot that was never set
                    continue


def outline(value: Any) -> str:
    """What an object looks like in every process, without its address or its hash."""
    kind = type(value)
    if kind in PLAIN_TYPES:
        return ""
    if issubclass(kind, Tensor):
        shape = None
        if not is_lazy(value):
            shape = tuple(value.shape)
        return f"{kind.__name__} {shape} {value.dtype} {value.requires_grad}"
    plain = [(name, item) for name, item in instance_attributes(value) if type(item) in PLAIN_TYPES]
    return f"{kind.__qualname__} {plain}"
