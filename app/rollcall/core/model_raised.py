"""What tells an exception of a model's from one of our own."""


class ModelRaised(Exception):
    """`cause` was raised by a model's code, or by PyTorch at work on the model."""

    def __init__(self, call: str, cause: Exception) -> None:
        super().__init__(call, cause)
        self.call = call  # as a script writes it: model.eval()
        self.cause = cause


class OwnFault(Exception):
    """Our own code raised in the midst of a model's, such as in a hook. It is never the model's."""
