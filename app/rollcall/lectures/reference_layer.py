"""The layer of PyTorch's that a layer written by hand is checked against."""

from torch import nn

PREFIX = "nn."
BY_HAND = ("My", "Your")  # how a lecture and its exercises call what they write themselves


def torch_layer(reference: str) -> type[nn.Module] | None:
    """The class that `nn.Linear` names; None where torch.nn has no such layer, or one that only holds others."""
    kind = (
        getattr(nn, reference.removeprefix(PREFIX), None) if reference.startswith(PREFIX) else None
    )
    if not isinstance(kind, type) or not issubclass(kind, nn.Module) or kind is nn.Module:
        return None
    return kind if kind.__module__ != nn.Sequential.__module__ else None


def guess_reference(class_name: str) -> str | None:
    """What a class's name says that it imitates: `MyGELU` is checked against `nn.GELU`."""
    names = (
        PREFIX + class_name.removeprefix(prefix)
        for prefix in BY_HAND
        if class_name.startswith(prefix)
    )
    return next((name for name in names if torch_layer(name)), None)
