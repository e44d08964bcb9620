"""What is warned of, as classes that import nothing: a filter may name them before torch is."""


class UnregisteredWarning(UserWarning):
    """A model uses state that no registry of PyTorch's lists."""


class UnregisteredError(RuntimeError):
    """The same, where `rollcall.warn(error=True)` asked for an exception."""
