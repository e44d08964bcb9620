"""What a worker answered, as the server takes it."""

from pydantic import BaseModel

from rollcall.core.query import InvalidParameter
from rollcall.lab.channel import Kind
from rollcall.lab.worker_process import Answer


class Refusal(BaseModel):
    """An `InvalidParameter` on its way to the server."""

    parameter: str
    value: str
    accepts: tuple[str, ...]
    problem: str

    @classmethod
    def of(cls, error: InvalidParameter) -> "Refusal":
        """That of an exception."""
        return cls(
            parameter=error.parameter,
            value=error.value,
            accepts=error.accepts,
            problem=error.problem,
        )

    @property
    def error(self) -> InvalidParameter:
        """The exception itself."""
        return InvalidParameter(self.parameter, self.value, self.accepts, self.problem)


def content_of(answer: Answer) -> bytes:
    """What the work gave.

    Raises:
        InvalidParameter: as the work did.
        RuntimeError: the work raised anything else.
    """
    if answer.kind == Kind.ANSWER:
        return answer.content
    if answer.kind == Kind.REFUSED:
        raise Refusal.model_validate_json(answer.content).error
    raise RuntimeError(answer.content.decode(errors="replace"))
