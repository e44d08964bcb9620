"""The layer of PyTorch's that a layer written by hand is checked against."""

from torch import nn

PREFIX = "nn."
BY_HAND = ("My", "Your")  # how a lecture and its exercises call what they write themselves


def torch_layer(reference: str) -> type[nn.Module] | None:
    """The class that `nn.Linear` names.

    None where torch.nn has no such layer, and for a container, which only holds others.
    """
    if not reference.startswith(PREFIX):
        return None
    kind = getattr(nn, reference.removeprefix(PREFIX), None)
    if not isinstance(kind, type) or not issubclass(kind, nn.Module) or kind is nn.Module:
        return None
    if kind.__module__ == nn.Sequential.__module__:
        return None
    return kind


def guess_reference(class_name: str) -> str | None:
    """What a class's name says that it imitates: `MyGELU` is checked against `nn.GELU`."""
    for prefix in BY_HAND:
        name = PREFIX + class_name.removeprefix(prefix)
        if class_name.startswith(prefix) and torch_layer(name):
            return name
    return None
