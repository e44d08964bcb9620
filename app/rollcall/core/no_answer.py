"""A column without an answer, though PyTorch raised nothing."""

from rollcall.core.report import Raised


class NoAnswer(Raised):
    """The model was stopped at a time limit, or ended the process that ran it."""

    seconds: float | None = None  # the limit that it reached
    exit_code: int | None = None  # of its process


# What stands in a column that is not run, until it is known why.
LEFT_OUT = NoAnswer(type="LeftOut", message="was not run")
