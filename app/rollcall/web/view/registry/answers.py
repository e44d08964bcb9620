"""The cells of a roll call: what one caller reached, and what it reached of many."""

from typing import Literal, NamedTuple

from rollcall.core.roll_call import ModuleAnswers, TensorAnswers
from rollcall.web.view.words import number

NO_GRADIENT = "it does not require a gradient"
NO_MOVE = "a move to a float type leaves integers alone"
NO_TENSOR = "it holds no tensor"
NOT_BUILT = "a freshly built model does not have it"
NOBODY = "none of them was asked"


class Answer(NamedTuple):
    """One cell."""

    kind: Literal["yes", "no", "held", "na", "some"]
    why: str = ""  # the question was not asked
    of_many: str = ""  # where the line stands for many: how many of them


def tensor_answers(given: TensorAnswers | None) -> tuple[Answer, ...]:
    """Of autograd, optimizer, .to() and state_dict."""
    if given is None:
        return (Answer("na", NOT_BUILT),) * 4
    optimizer = _answer(given.optimizer, NO_GRADIENT)
    if given.optimizer and not given.stepped:
        optimizer = Answer("held")
    return (
        _answer(given.autograd, NO_GRADIENT),
        optimizer,
        _answer(given.to, NO_MOVE),
        _answer(given.state_dict, ""),
    )


def heard(given: ModuleAnswers | None) -> Answer:
    """Of eval()."""
    if given is None:
        return Answer("na", NOT_BUILT)
    return _answer(given.eval, "")


def of_many(answering: int, asked: int) -> Answer:
    """How many of those that were asked answer."""
    if not asked:
        return Answer("na", NOBODY)
    count = f"{number(answering)} of {number(asked)}"
    if answering == asked:
        return Answer("yes", of_many=count)
    if answering:
        return Answer("some", of_many=count)
    return Answer("no", of_many=count)


def _answer(value: bool | None, why: str) -> Answer:
    if value is None:
        return Answer("na", why)
    if value:
        return Answer("yes")
    return Answer("no")
