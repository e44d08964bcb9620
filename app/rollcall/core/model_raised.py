"""What tells an exception of a model's from one of our own."""

import signal


class ModelRaised(Exception):
    """`cause` was raised by a model's code, or by PyTorch at work on the model."""

    def __init__(self, call: str, cause: BaseException) -> None:
        super().__init__(call, cause)
        self.call = call  # as a script writes it: model.eval()
        self.cause = cause


class OwnFault(Exception):
    """Our own code raised in the midst of a model's, such as in a hook. It is never the model's."""


def is_of_code(error: BaseException) -> bool:
    """Whether it is told as raised by the code that was run, and does not end this process.

    What no `except Exception` catches ends a script, and Ctrl+C is such a one. A worker takes no
    Ctrl+C: there, all of them are the code's.
    """
    if isinstance(error, Exception):
        return True
    if isinstance(error, GeneratorExit):  # a block that is left half-way
        return False
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def is_of_file(error: BaseException) -> bool:
    """The same for a file of the user's while it is run: sys.exit() ends only that."""
    return isinstance(error, SystemExit) or is_of_code(error)
