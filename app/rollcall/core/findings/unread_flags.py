"""Attributes that were to freeze a part of a model, and that PyTorch never reads."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from torch import nn

from rollcall.core.findings.kinds import UnreadFlag
from rollcall.core.walk.object_walk import Found, Walk
from rollcall.core.walk.raw_read import module_dict

FLAG = "requires_grad"
ALIKE = 0.85  # of a misspelt name


def unread_flags(walked: Walk) -> Iterator[UnreadFlag]:
    """`layer.requires_grad = False` sets an attribute of the module, and freezes nothing.

    So does a misspelt one of a Parameter. Where the Parameters are as it says, it is a note of the
    author's own.
    """
    for module in walked.modules:
        value = module_dict(module.value).get(FLAG)
        if type(value) is bool:
            other = [p for p in _parameters(module.value) if p.requires_grad is not value]
            if other:
                numel = sum(parameter.numel() for parameter in other)
                yield UnreadFlag(path=module.path, name=FLAG, value=value, others=(), numel=numel)
    yield from _misspelt(walked.tensors)


def _misspelt(tensors: list[Found]) -> Iterator[UnreadFlag]:
    told: dict[tuple[str, bool], list[Found]] = {}
    for found in tensors:
        if found.kind != "parameter":
            continue
        for name, value in getattr(found.value, "__dict__", {}).items():
            alike = SequenceMatcher(None, name, FLAG).ratio() >= ALIKE
            if alike and type(value) is bool and found.value.requires_grad is not value:
                told.setdefault((name, value), []).append(found)
    for (name, value), founds in told.items():
        yield UnreadFlag(
            path=founds[0].path,
            name=name,
            value=value,
            others=tuple(found.path for found in founds[1:]),
            numel=sum(found.value.numel() for found in founds),
        )


def _parameters(module: nn.Module) -> Iterator[nn.Parameter]:
    """As the registries have them, whatever the module overrides."""
    for each in nn.Module.modules(module):
        for parameter in (vars(each).get("_parameters") or {}).values():
            if isinstance(parameter, nn.Parameter) and not nn.parameter.is_lazy(parameter):
                yield parameter
