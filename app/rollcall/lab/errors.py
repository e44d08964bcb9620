"""What can go wrong in the lab without being PyTorch's answer."""

from typing import TypeVar

from rollcall.core.no_answer import NoAnswer
from rollcall.core.wire import BadMessage, Wire

T = TypeVar("T")

FAILURE_KEPT = 5.0  # seconds for which what failed is not tried again


class LabError(Exception):
    """A call that brought no report. Its worker is replaced: the next call finds a fresh one."""

    def as_no_answer(self) -> NoAnswer:
        """The same as a part of a report, where one of two models is to blame."""
        return NoAnswer(type=type(self).__name__, message=str(self))


class TimeLimit(LabError):
    """The call took longer than `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the models did not answer within {seconds:g} seconds")
        self.seconds = seconds

    def as_no_answer(self) -> NoAnswer:
        return super().as_no_answer().model_copy(update={"seconds": self.seconds})


class WorkerDied(LabError):
    """The worker process ended in the middle of the call."""

    def __init__(self, exit_code: int | None) -> None:
        told = "the process that ran the models ended"
        if exit_code is not None:
            told += f" with exit code {exit_code}"
        super().__init__(told)
        self.exit_code = exit_code

    def as_no_answer(self) -> NoAnswer:
        return super().as_no_answer().model_copy(update={"exit_code": self.exit_code})


class Busy(Exception):
    """Too many calls wait; this one was not begun. It says nothing of the models."""

    def __init__(
        self, why: str = "more is asked for than the workers can answer at present"
    ) -> None:
        super().__init__(why)


class NoNode(Busy):
    """No node of the cluster can take it at present. Another try finds one that joined meanwhile.

    `tried` says what became of the last worker that was started, as a sentence.
    """

    def __init__(self, why: str, tried: str = "") -> None:
        super().__init__(why)
        self.tried = tried


class NotTaken(WorkerDied):
    """It had ended before it was asked: no model is to blame."""


class BadAnswer(LabError):
    """The process sent what no experiment answers: a lecture file has tampered with it."""

    def __init__(self) -> None:
        super().__init__("the process that ran the models sent what is no answer")


def understood(wire: Wire[T], answer: bytes) -> T:
    """What a worker sent.

    Raises:
        BadAnswer: it is nothing that travels on this wire.
    """
    try:
        return wire.read(answer)
    except BadMessage as error:
        raise BadAnswer from error
