"""A forward beside a training or a validation: it has a graph, and nothing is compiled for it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch


@contextmanager
def eagerly() -> Iterator[None]:
    """Inside the block what is compiled runs as it is written, and operations are recorded."""
    stance: Any = nullcontext()
    if "torch._dynamo" in sys.modules:  # else nothing is compiled, and to import it takes long
        stance = torch.compiler.set_stance("force_eager")
    with stance, torch.enable_grad():
        yield
