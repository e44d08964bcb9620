"""What an error answers as JSON."""

from pydantic import BaseModel, ConfigDict

from rollcall.lectures.contents import Problem


class Refusal(BaseModel):
    """One parameter that was not accepted."""

    model_config = ConfigDict(frozen=True)

    parameter: str
    value: str
    problem: str
    accepts: str
    choices: tuple[str, ...] = ()


class ErrorAnswer(BaseModel):
    """Any error of a `.json` address; what does not concern it is null."""

    status: int
    title: str
    detail: str
    parameters: tuple[Refusal, ...] | None = None
    problems: tuple[Problem, ...] | None = (
        None  # files that cannot be loaded and that this answer is missing
    )
    nearest: str | None = None  # address of the nearest valid experiment
    fewer_steps: str | None = None  # address of a shorter one, where the time limit was reached
