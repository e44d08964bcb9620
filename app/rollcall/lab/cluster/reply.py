"""What a worker of a cluster sends back: bytes, and nothing that has to be trusted."""

from enum import IntEnum

from rollcall.lab.channel import Kind
from rollcall.lab.errors import BadAnswer, TimeLimit, WorkerDied
from rollcall.lab.worker_process import Answer


class NoAnswerKind(IntEnum):
    """Why there is none. Other kinds are those of the channel."""

    OVER = 100  # the time limit
    DIED = 101  # with the exit code, where that is known


def reply_of(kind: Kind, content: bytes) -> bytes:
    """An answer, or a part of one."""
    return bytes([kind]) + content


def reply_without(error: TimeLimit | WorkerDied) -> bytes:
    """Why there is none."""
    if isinstance(error, TimeLimit):
        return bytes([NoAnswerKind.OVER])
    code = ""
    if error.exit_code is not None:
        code = str(error.exit_code)
    return bytes([NoAnswerKind.DIED]) + code.encode()


def answer_of(reply: object, seconds: float) -> Answer:
    """The answer again.

    Raises:
        TimeLimit, WorkerDied: there is none.
        BadAnswer: it is no reply.
    """
    if not isinstance(reply, bytes) or not reply:
        raise BadAnswer
    kind, content = reply[0], reply[1:]
    if kind == NoAnswerKind.OVER:
        raise TimeLimit(seconds)
    try:
        if kind == NoAnswerKind.DIED:
            raise WorkerDied(int(content) if content else None)
        return Answer(Kind(kind), content)
    except ValueError as error:
        raise BadAnswer from error
