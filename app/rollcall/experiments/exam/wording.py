"""What is asked about a model that is broken in some way, and which answers are offered."""

import random
from dataclasses import dataclass

from rollcall.lectures.contents import Answer, Question
from rollcall.rewrite.breaks import BreakKind

MOST_ANSWERS = 4


@dataclass(frozen=True)
class Wording:
    """A question, before its answers are known."""

    text: str
    page: str  # the experiment on which it is measured and shown
    measure: str
    see: str
    values: tuple[tuple[str, str], ...] = ()  # answers that may be offered beside the right one


CALLS = (
    "optimizer.step(), .to(), state_dict() and eval()",
    "optimizer.step(), .to() and state_dict()",
    "backward() and optimizer.step()",
    ".to() and state_dict()",
    "eval()",
)
MISSED = Wording(
    "Which of PyTorch’s calls miss something of this model?",
    "registry",
    "missed_by",
    "the roll call",
    (*((text, text.replace(" and ", ", ")) for text in CALLS), ("none of them", "none")),
)
STEPPED = Wording(
    "One step of SGD(model.parameters(), lr=0.1): how many tensors change?",
    "registry",
    "stepped_tensors",
    "the column optimizer",
)
LISTED = Wording(
    "How many trainable numbers does model.parameters() list?",
    "registry",
    "listed_numbers",
    "the headlines",
)
SAVED = Wording("How many tensors are in state_dict()?", "registry", "saved_tensors", "state_dict")
IN_EVAL = Wording(
    "After model.eval(), two forwards on one input: do they agree?",
    "modes",
    "random_in_eval",
    "the two forwards in eval",
    (("yes", "no"), ("no, they differ", "yes")),
)

ASKED: dict[BreakKind, tuple[Wording, ...]] = {
    "list": (MISSED, MISSED, STEPPED, SAVED),
    "tensor": (MISSED, MISSED, LISTED, SAVED),
    "clone": (STEPPED, LISTED, SAVED),
    "attribute": (MISSED, SAVED),
    "training": (IN_EVAL,),
    "detach": (MISSED, STEPPED),
    "one layer": (LISTED, STEPPED),
}


def wordings(kind: BreakKind, dice: random.Random) -> list[Wording]:
    """What may be asked of one that is broken so, in the order in which it is tried."""
    chosen = list(ASKED[kind])
    dice.shuffle(chosen)
    return list(dict.fromkeys(chosen))


def worded(wording: Wording, right: str, healthy: str, dice: random.Random) -> Question:
    """The question with its answers in some order, the right one among them.

    Args:
        wording: what is asked.
        right: what was measured.
        healthy: the same of the model before it was broken.
        dice: for the order.
    """
    offered = dict(wording.values) or {text: text for text in _numbers(int(right), int(healthy))}
    by_value = {value: text for text, value in offered.items()}
    for value in (right, healthy):
        by_value.setdefault(value, " and ".join(value.rsplit(", ", 1)))
    others = [value for value in by_value if value not in (right, healthy)]
    dice.shuffle(others)
    values = list(dict.fromkeys([right, healthy, *others]))[:MOST_ANSWERS]
    dice.shuffle(values)
    if wording.values and len(by_value) == 2:  # yes and no
        values.sort(key=list(by_value).index)
    answers = tuple(Answer(text=by_value[value], value=value) for value in values)
    return Question(
        text=wording.text, answers=answers, measured=f"left.{wording.measure}", see=wording.see
    )


def _numbers(right: int, healthy: int) -> list[str]:
    """The right number, that of the healthy model, and two that somebody may come upon."""
    near = [right, healthy, 0, abs(healthy - right), healthy + right, healthy + 1]
    return [str(each) for each in dict.fromkeys(near)][:MOST_ANSWERS]
