"""The table, the pictures and the player of the training page, before they are HTML."""

from math import nan
from typing import Any

import pytest

from rollcall.core.report import Raised
from rollcall.experiments.training.experiment import TrainingQuery, TrainingReport
from rollcall.experiments.training.report import TensorTraining, TrainingSubject
from rollcall.web.view.training.optimizer import (
    cut_short,
    ended_by,
    optimizer_class,
    uncleared,
)
from rollcall.web.view.training.pictures import answers_picture, loss_chart
from rollcall.web.view.training.player import player
from rollcall.web.view.training.tensor_table import (
    NEW,
    NO_GRADIENT,
    NO_STEP,
    STAYED,
    Row,
    tensor_table,
)
from web.view.entries import card

DONE = TrainingQuery(steps=2)


def tensor(path: str = "weight", **given: Any) -> TensorTraining:
    known: dict[str, Any] = {"numel": 10, "status": "registered", "in_optimizer": True}
    known |= {"replaced_by_forward": None, "gradients": (2.0, 1.0), "moved": (0.1, 0.5)}
    return TensorTraining(**known | {"path": path} | given)


def subject(*tensors: TensorTraining, name: str = "Net", **given: Any) -> TrainingSubject:
    known: dict[str, Any] = {"losses": (0.9, 0.5, 0.1), "tensors": tensors}
    return TrainingSubject(card=card(name), **known | given)


def row(**given: Any) -> Row:
    return tensor_table(subject(tensor(**given)), subject()).rows[0]


def test_rows_follow_the_opposite_side() -> None:
    lost = tensor("layers[0]", status="unregistered", in_optimizer=False)
    rows = tensor_table(
        subject(tensor("head"), lost), subject(tensor("layers.0"), tensor("head"))
    ).rows
    assert [row.tensor.path for row in rows] == ["layers[0]", "head"]
    assert [row.lost for row in rows] == [True, False]


def test_norms_of_a_gradient() -> None:
    norms = row().norms
    assert norms
    assert (norms.first, norms.last, norms.grows) == ("2.00", "1.00", False)
    assert norms.points
    one = row(gradients=(None, 2.0)).norms
    assert one
    assert (one.first, one.last) == ("2.00", "")
    growing = row(gradients=(1.0, 2.0), in_optimizer=False).norms
    assert growing
    assert growing.grows
    none = row(gradients=(None, None))
    assert (none.norms, none.no_norms) == (None, NO_GRADIENT)
    assert row(gradients=(), moved=()).no_norms == NO_STEP


def test_how_far_a_tensor_moved() -> None:
    assert row(gradients=(), moved=()).moved == NO_STEP
    assert row(replaced_by_forward=1).moved == NEW
    assert row(moved=(0.0,)).moved == STAYED
    changed, lost = row().moved, row(moved=(nan,)).moved
    assert (changed.kind, changed.text) == ("yes", "0.500")
    assert (lost.kind, lost.mark, lost.text) == ("no", "✕", "NaN")


def test_gradients_that_nobody_clears() -> None:
    growing = tensor(gradients=(1.0, 2.0), in_optimizer=False)
    assert uncleared(subject(tensor())) == ""
    assert uncleared(subject(tensor(), growing)) == "1 gradient grows"
    assert uncleared(subject(growing, growing)) == "2 gradients grow"


@pytest.mark.parametrize(
    ("doing", "call"),
    [
        ("forward", "model(input)"),
        ("backward", "loss.backward()"),
        ("step", "optimizer.step()"),
        ("optimizer", "AdamW(…)"),
    ],
)
def test_the_call_that_ended_a_training(doing: Any, call: str) -> None:
    stopped = Raised(type="RuntimeError", message="no luck")
    query = TrainingQuery(optimizer="adamw")
    assert ended_by(subject(stopped=stopped, stopped_by=doing), query) == call
    of_the_loss = stopped.model_copy(update={"during": "loss"})
    assert ended_by(subject(stopped=of_the_loss, stopped_by=doing), query) == "loss(output, target)"


def test_momentum_is_a_setting_of_sgd() -> None:
    assert optimizer_class(TrainingQuery(optimizer="momentum")) == "SGD"


@pytest.mark.parametrize(
    ("answered", "told", "numberless"),
    [
        ((1.0, 2.5), "2 numbers of the answer, on average 0.250 off.", ""),
        ((nan, 2.0), "2 numbers of the answer, on average 0.00 off; 1 NaN or infinite.", "1 "),
        ((nan, nan), "2 numbers of the answer; 2 NaN or infinite.", "all "),
    ],
)
def test_answers(answered: tuple[float, ...], told: str, numberless: str) -> None:
    picture = answers_picture(subject(wanted=(1.0, 2.0), answered=answered), DONE)
    assert picture
    assert picture.description == f"{told} All would stand on the diagonal if they were right."
    assert picture.numberless == (numberless and f"{numberless}NaN or inf")


def test_no_answer_no_picture() -> None:
    assert answers_picture(subject(), DONE) is None


def test_losses() -> None:
    left = subject(tensor(), name="ANameThatIsTooLong")
    chart = loss_chart(TrainingReport(query=DONE, left=left, right=subject(losses=())))
    assert (chart.title, chart.axis) == ("Mean squared error, linear axis", "loss")
    assert [line.name for line in chart.lines] == ["ANameThatIsToo…", "Net"]
    assert [line.value for line in chart.lines] == ["0.100", "no loss"]
    assert [line.verdict for line in chart.lines] == ["good", "none"]
    first, second = chart.description.split(". ")
    assert first.endswith("0.900 before the first step, 0.100 after step 2")
    assert second == "Net: no loss."


def test_losses_that_explode_are_shown_by_their_size() -> None:
    exploded = subject(losses=(1.0, 1e9))
    chart = loss_chart(TrainingReport(query=DONE, left=exploded, right=exploded))
    assert (chart.title, chart.axis) == ("Mean squared error, logarithmic axis", "loss, log axis")


def test_what_is_ahead() -> None:
    middle = player(TrainingQuery(steps=5, at=1))
    assert middle.next
    assert "at=2" in middle.next
    assert (middle.shown, middle.steps) == (1, 5)
    assert player(DONE).next is None
    assert [player(TrainingQuery(steps=steps)).length for steps in (0, 2)] == [1, 2]


def test_a_training_that_is_cut_short_says_why() -> None:
    query = TrainingQuery(steps=50)
    said = "10 of 50 steps are made: a model of 2,000 modules gets no more."
    assert cut_short(subject(too_large=2000, steps=10), query) == said
    assert cut_short(subject(steps=50), query) == ""
    stopped = Raised(type="RuntimeError", message="no luck")
    assert cut_short(subject(too_large=2000, steps=10, stopped=stopped), query) == ""
