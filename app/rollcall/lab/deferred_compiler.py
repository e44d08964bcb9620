"""PyTorch's compiler, imported only by a model that compiles something.

Every optimizer of PyTorch's imports it at its first step, to tell it that the step is not to be
compiled. That takes as long as to import PyTorch itself. Where nothing is compiled there is nobody
to be told. A server imports it before anybody waits; a command that runs once has no such time.
"""

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
import torch.compiler

COMPILER = "torch._dynamo"


def defer_compiler() -> None:
    """From now on it is imported when more is asked of it than not to compile."""
    if COMPILER not in sys.modules:
        _put(_Deferred(COMPILER))


class _Deferred(ModuleType):
    """Stands in its place. All but two of its names import it."""

    def graph_break(self, *args: Any, **options: Any) -> None:
        """Nothing is traced that could be broken."""

    def disable(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Nothing is compiled, so the function is as it is to be."""
        return function

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # Python asks, and goes without
            raise AttributeError(name)
        return getattr(_load(), name)


def _load() -> ModuleType:
    """Import the compiler, and let it run eagerly whatever it is given."""
    if isinstance(sys.modules.get(COMPILER), _Deferred):
        del sys.modules[COMPILER]
        _put(importlib.import_module(COMPILER))
        torch.compiler.set_stance("force_eager")
    return sys.modules[COMPILER]


def _put(module: ModuleType) -> None:
    sys.modules[COMPILER] = module
    torch._dynamo = module
