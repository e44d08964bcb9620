"""The headline and the sentences of the training page."""

from math import nan
from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.training.experiment import TrainingQuery, TrainingReport
from rollcall.experiments.training.report import TensorTraining, TrainingSubject
from rollcall.web.view.sentence import read
from rollcall.web.view.training.headline import Headline, headline, task, verdict
from rollcall.web.view.training.narration import training_narration
from rollcall.web.view.training.tensor_table import tensor_table
from web.view.entries import card

RAISED = Raised(type="RuntimeError", message="no luck")
START, DONE = TrainingQuery(steps=2, at=0), TrainingQuery(steps=2)
SAME = "0.900\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}0.900"
NO_OPTIMIZER = Raised(type="TypeError", message="not callable", during="optimizer")
NO_FORWARD = Raised(type="RuntimeError", message="no luck", during="model(input)")
FALL = "0.900\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}0.100"


def tensor(
    *, changes: bool = True, gradient: float | None = 1.0, numel: int = 10
) -> TensorTraining:
    return TensorTraining(
        path="weight",
        numel=numel,
        status="registered",
        in_optimizer=changes,
        replaced_by_forward=None,
        gradients=(gradient, gradient),
        moved=(0.0, 0.5 if changes else 0.0),
    )


LEARNS, STUCK, DEAF = tensor(), tensor(changes=False), tensor(changes=False, gradient=None)

STALE = DEAF.model_copy(update={"path": "table", "status": "unregistered"})
FALLS_AND_STAYS = (0.9, *[0.5] * 6)
DIES = LEARNS.model_copy(update={"gradients": (1.0, *[0.0] * 5), "moved": (0.5,) * 6})
FLAT = DIES.model_copy(update={"gradients": (1.0,) * 6})
IDLE = STUCK.model_copy(update={"in_optimizer": True, "gradients": (1e-9, 2e-9)})


def subject(*tensors: TensorTraining, name: str = "Net", **given: Any) -> TrainingSubject:
    known: dict[str, Any] = {"losses": (0.9, 0.5, 0.1), "tensors": tensors}
    return TrainingSubject(card=card(name), **known | given)


def told(left: TrainingSubject, right: TrainingSubject | None = None, *, at: int = 2) -> str:
    query = DONE if at else START
    return read(training_narration(TrainingReport(query=query, left=left, right=right or left)))


@pytest.mark.parametrize(
    ("trained", "text"),
    [
        (subject(raised=RAISED), "Net cannot be trained: RuntimeError."),
        (subject(), "Net has no trainable number, so backward has nowhere to go."),
        (
            subject(LEARNS, losses=(0.9, nan)),
            "Net’s loss is NaN after step 1: the learning rate is too large.",
        ),
        (subject(LEARNS, stopped=RAISED), "The training of Net was ended by RuntimeError."),
        (
            subject(LEARNS, no_loss="returned no tensor"),
            "The training of Net ended: its forward returned no tensor.",
        ),
        (
            subject(losses=(), no_loss="returned no tensor"),
            "Net cannot be trained: its forward returned no tensor.",
        ),
        (subject(LEARNS), f"Everything in Net learns: loss {FALL}."),
        (
            subject(LEARNS, losses=(0.9, 0.5, 0.9)),
            f"Everything in Net changes, and the loss does not fall: {SAME}.",
        ),
        (
            subject(losses=(), stopped=NO_OPTIMIZER, stopped_by="optimizer"),
            "No optimizer can be made from parameters() of Net: TypeError.",
        ),
        (
            subject(losses=(), stopped=NO_FORWARD, stopped_by="forward"),
            "The first model(input) of Net raises RuntimeError.",
        ),
        (
            subject(STUCK),
            "Net learns nothing: its one tensor gets a gradient and never changes.",
        ),
        (
            subject(STUCK, STUCK),
            "Net learns nothing: both tensors get gradients and never change.",
        ),
        (
            subject(STUCK, DEAF),
            "Net learns nothing: 1 of its 2 tensors gets a gradient and never changes.",
        ),
        (
            subject(STUCK, STUCK, DEAF),
            "Net learns nothing: 2 of its 3 tensors get gradients and never change.",
        ),
        (
            subject(STUCK.model_copy(update={"replaced_by_forward": 1}), DEAF),
            "Net learns nothing: forward puts a new tensor in the place of weight at each call.",
        ),
        (subject(DEAF), "Net learns nothing: no tensor gets a gradient."),
        (
            subject(STUCK.model_copy(update={"gradients": (0.0, 0.0)}), DEAF),
            "Net learns nothing: every gradient is exactly 0.",
        ),
        (
            subject(LEARNS, STUCK),
            f"1 of Net’s 2 tensors never changes, though it gets a gradient: loss {FALL}.",
        ),
        (
            subject(LEARNS, STUCK, STUCK),
            f"2 of Net’s 3 tensors never change, though each gets a gradient: loss {FALL}.",
        ),
        (subject(LEARNS, IDLE), f"10 of Net’s 20 numbers change: loss {FALL}."),
        (
            subject(LEARNS, frozen_elements=3),
            f"Everything in Net that is not frozen learns: loss {FALL}.",
        ),
        (
            subject(LEARNS, stale=(STALE,)),
            f"No step updates table, which forward of Net uses: it was computed once; loss {FALL}.",
        ),
        (
            subject(LEARNS, stale=(STALE.model_copy(update={"moved": (0.0, 0.1)}),)),
            f"Everything in Net learns: loss {FALL}.",
        ),
        (
            subject(DIES, losses=FALLS_AND_STAYS),
            "Everything in Net changes, but every gradient is exactly 0 from step 2 on: "
            "loss 0.900 → 0.500.",
        ),
        (
            subject(FLAT, losses=FALLS_AND_STAYS),
            "Everything in Net learns: loss 0.900 → 0.500; from step 1 on the loss stays there.",
        ),
        (
            subject(FLAT, losses=(0.9, *[0.001] * 6)),
            "Everything in Net learns: loss 0.900 → 0.00100.",
        ),
        (
            subject(LEARNS, STUCK, DEAF),
            f"2 of Net’s 3 tensors never change, though 1 of them gets a gradient: loss {FALL}.",
        ),
        (
            subject(LEARNS, STUCK, STUCK, DEAF),
            f"3 of Net’s 4 tensors never change, though 2 of them get a gradient: loss {FALL}.",
        ),
        (subject(LEARNS, DEAF), f"10 of Net’s 20 numbers change: loss {FALL}."),
        (subject(tensor(numel=1), DEAF), f"1 of Net’s 11 numbers changes: loss {FALL}."),
    ],
)
def test_sentence(trained: TrainingSubject, text: str) -> None:
    assert told(trained) == text


def test_before_the_first_step() -> None:
    assert told(subject(LEARNS, losses=(0.9,)), at=0) == "Net starts at a loss of 0.900."


def test_two_that_do_alike_share_a_sentence() -> None:
    other = subject(LEARNS, name="Other")
    assert (
        told(subject(LEARNS), other) == f"Net and Other learn alike, to the last bit: loss {FALL}."
    )
    start = "Net and Other start alike, at a loss of 0.900."
    assert told(subject(LEARNS), other, at=0) == start


@pytest.mark.parametrize(
    "other",
    [
        subject(LEARNS, name="Other", losses=(0.9, 0.5, 0.2)),
        subject(LEARNS, DEAF, name="Other"),
        subject(name="Other"),
    ],
)
def test_two_that_differ_have_a_sentence_each(other: TrainingSubject) -> None:
    assert told(subject(LEARNS), other).startswith(f"Everything in Net learns: loss {FALL}. ")


@pytest.mark.parametrize(
    ("trained", "query", "shown", "how"),
    [
        (subject(), DONE, ("0", "numbers to train", ""), "none"),
        (subject(LEARNS), START, ("10", "numbers to train,", "no step made yet"), "none"),
        (subject(LEARNS), DONE, ("10", "of 10 trainable", "numbers changed"), "good"),
        (subject(tensor(numel=1)), DONE, ("1", "of 1 trainable", "number changed"), "good"),
        (subject(LEARNS, DEAF), DONE, ("10", "of 20 trainable", "numbers changed"), "bad"),
        (
            subject(LEARNS, losses=(0.9, nan)),
            DONE,
            ("NaN", "is the loss", "after 1 step"),
            "bad",
        ),
    ],
)
def test_headline(
    trained: TrainingSubject, query: TrainingQuery, shown: tuple[str, str, str], how: str
) -> None:
    found = headline(trained, query)
    assert (found.count, found.first, found.second) == shown
    assert verdict(trained, query) == how


def test_where_nothing_was_trained_nothing_is_counted() -> None:
    stopped = subject(losses=(), stopped=NO_OPTIMIZER, stopped_by="optimizer")
    shown = headline(stopped, DONE)
    assert (shown.count, shown.first) == ("0", "steps were made:")
    assert shown.second == "TypeError was raised"
    assert verdict(stopped, DONE) == "bad"
    without_loss = subject(losses=(), no_loss="returned no tensor")
    shown = headline(without_loss, DONE)
    assert (shown.count, shown.second) == ("0", "there is no loss")
    assert verdict(without_loss, DONE) == "bad"


def test_what_ends_the_training_is_not_good() -> None:
    assert verdict(subject(LEARNS, stopped=RAISED), DONE) == "bad"


def test_what_dies_is_not_good() -> None:
    assert verdict(subject(DIES, losses=FALLS_AND_STAYS), DONE) == "bad"
    assert verdict(subject(FLAT, losses=FALLS_AND_STAYS), DONE) == "good"


def test_what_is_stale_has_a_row() -> None:
    trained = subject(LEARNS, stale=(STALE,))
    rows = {row.tensor.path: row for row in tensor_table(trained, trained).rows}
    assert list(rows) == ["weight", "table"]
    assert (rows["table"].lost, rows["table"].norms) == (True, None)
    assert (rows["table"].no_norms.text, rows["table"].moved.text) == ("none", "0")


def test_what_changes_and_does_not_fall_is_not_good() -> None:
    assert verdict(subject(LEARNS), DONE) == "good"
    assert verdict(subject(LEARNS, losses=(0.9, 0.9, 0.9)), DONE) == "bad"


def test_what_it_learnt_for_inputs_that_it_never_saw() -> None:
    fell, rose = (0.8, 0.4), (0.8, 1.2)
    learns = subject(LEARNS, unseen=fell)
    by_heart = subject(LEARNS, unseen=rose)
    worse = "0.800\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}1.20"
    assert told(by_heart) == (
        f"Net learns by heart: loss {FALL} on what it sees, {worse} on what it never saw."
    )
    assert told(learns).startswith("Net learns what holds for others, too: loss")
    assert (verdict(learns, DONE), verdict(by_heart, DONE)) == ("good", "bad")
    shown = headline(by_heart, DONE)
    assert shown == Headline("1.20", "on unseen inputs,", "0.100 on seen")
    batch = headline(subject(LEARNS, unseen=rose, batch=(64, 10)), DONE)
    assert batch.first == "on 64 unseen,"


def test_what_both_are_trained_for() -> None:
    assert task(DONE) == "Both imitate one random network."
    assert "never trained on" in task(DONE.replace(noise=1.0))


@pytest.mark.parametrize(
    ("count", "length"), [("385", ""), ("1,820", "long"), ("12,345", "longer")]
)
def test_a_long_number_is_written_smaller(count: str, length: str) -> None:
    assert Headline(count, "of all", "").length == length
