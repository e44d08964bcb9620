"""Modules that nobody need register: they hold nothing, and no mode changes what they do."""

from torch import nn

from rollcall.core.module_facts import holds_tensors
from rollcall.core.scan import scan


def is_stateless(module: nn.Module) -> bool:
    """Whether it has no tensor, and neither it nor a module in it reads `self.training`."""
    return not any(entry.stateful for entry in scan(module).modules) and not holds_tensors(module)
