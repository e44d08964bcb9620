"""What else a loop did, in a sentence each: states and files, learning rates, what it returned."""

from typing import Any

import pytest

from rollcall.experiments.loops.recorded import StateMove
from rollcall.experiments.loops.report import LoopSubject
from rollcall.lectures.contents import ModelCard
from rollcall.web.view.loops.asides import MOST_STATES, OWN_LOSS, asides
from rollcall.web.view.sentence import read

CARD = ModelCard(name="own.train", class_name="train", needs=(), is_loop=True)


def move(kind: Any, **told: Any) -> StateMove:
    return StateMove(**{"kind": kind, "step": 3, "line": 12, "name": "model", "tensors": 4, **told})


def said(**told: Any) -> list[str]:
    return [read(each) for each in asides(LoopSubject(card=CARD, **told))]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (move("taken"), "state_dict() at batch 3, line 12: model, 4 tensors."),
        (move("taken", line=None, name=""), "state_dict() at batch 3: 4 tensors."),
        (move("saved", name="best.pt"), "torch.save() at batch 3, line 12: best.pt, 4 tensors."),
        (move("read", tensors=1), "torch.load() at batch 3, line 12: model, 1 tensor."),
        (
            move("loaded", equal=True, of_step=2),
            "load_state_dict() at batch 3, line 12: model, 4 tensors, equal to those of batch 2.",
        ),
        (
            move("loaded", equal=False, of_step=2),
            "load_state_dict() at batch 3, line 12: model, 4 tensors, "
            "not equal to those of batch 2.",
        ),
        (
            move("loaded", tensors=0, missing=4, equal=True, of_step=2),
            "load_state_dict() at batch 3, line 12: model, 0 loaded, 4 missing, 0 unexpected.",
        ),
        (
            move("loaded", unexpected=1),
            "load_state_dict() at batch 3, line 12: model, 4 loaded, 0 missing, 1 unexpected.",
        ),
        (move("taken", missing=4), "state_dict() at batch 3, line 12: model, 4 tensors."),
    ],
)
def test_what_became_of_a_state(state: StateMove, sentence: str) -> None:
    assert said(states=(state,)) == [sentence]


def test_of_many_states_the_last_ones_are_told() -> None:
    states = tuple(move("taken", step=step) for step in range(MOST_STATES + 2))
    told = said(states=states)
    assert told[0] == "2 earlier states …"
    assert [each.split(",")[0].split()[-1] for each in told[1:]] == list("234567")
    assert said(states=states[1:])[0] == "1 earlier state …"
    assert len(said(states=states[2:])) == MOST_STATES


@pytest.mark.parametrize(
    ("told", "sentences"),
    [
        ({}, []),
        ({"own_loss": True, "losses": (0.5, None)}, [OWN_LOSS]),
        ({"own_loss": True}, []),  # there is no curve of which it could be said
        ({"losses": (0.5,)}, []),
        (
            {"rates": ((0.1,), (), (0.1, 0.5), (0.01,))},
            ["The learning rate goes 0.1\xa0→\xa00.01."],
        ),
        ({"rates": ((0.1,), (0.1,))}, []),
        ({"returned": "float"}, ["It returned float, which nobody takes."]),
        ({"returned": "generator"}, ["It returned a generator, and nothing of it was run."]),
        ({"returned": "coroutine"}, ["It returned a coroutine, and nothing of it was run."]),
    ],
)
def test_what_else_it_did(told: dict[str, Any], sentences: list[str]) -> None:
    assert said(**told) == sentences
