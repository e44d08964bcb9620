"""The cells of a roll call: what one caller reached, and what it reached of many."""

from typing import Literal, NamedTuple

from rollcall.core.roll_call import ModuleAnswers, RollCall, TensorAnswers
from rollcall.core.scan import TensorEntry
from rollcall.web.view.words import number

NO_GRADIENT = "it does not require a gradient"
COMPUTED = "it is computed from other tensors, and no optimizer takes such a one"
NO_MOVE = "a move to a float type leaves integers alone"
NOT_BUILT = "a freshly built model does not have it"
NOBODY = "none of them was asked"


class Answer(NamedTuple):
    """One cell."""

    kind: Literal["yes", "no", "held", "na", "some"]
    why: str = ""  # the question was not asked
    of_many: str = ""  # where the line stands for many: how many of them


def tensor_answers(
    tensor: TensorEntry, given: TensorAnswers | None, roll: RollCall
) -> tuple[Answer, ...]:
    """Of autograd, optimizer, .to() and state_dict."""
    if given is None:
        return (Answer("na", NOT_BUILT),) * 4
    optimizer = _answer(given.optimizer, _no_training(tensor, given, "the optimizer raised"))
    if given.optimizer and given.stepped is False:
        optimizer = Answer("held")
    no_move = NO_MOVE
    if roll.to_raised:
        no_move = "the move raised"
    return (
        _answer(given.autograd, _no_training(tensor, given, "forward or backward raised")),
        optimizer,
        _answer(given.to, no_move),
        _answer(given.state_dict, "state_dict() raised"),
    )


def _no_training(tensor: TensorEntry, given: TensorAnswers, raised: str) -> str:
    """Why a question about gradients has no answer."""
    if given.trainable:
        return raised
    if tensor.requires_grad:
        return COMPUTED
    return NO_GRADIENT


def heard(given: ModuleAnswers | None) -> Answer:
    """Of eval()."""
    if given is None:
        return Answer("na", NOT_BUILT)
    return _answer(given.eval, "eval() raised")


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
