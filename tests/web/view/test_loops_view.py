"""What the page of two loops says, without HTML."""

from functools import cache

import pytest

from lectures.course import COURSE
from rollcall.experiments.loops.experiment import LoopsQuery, LoopsReport, loops
from rollcall.web.view.loops.facts_table import facts_table
from rollcall.web.view.loops.headline import headline, verdict
from rollcall.web.view.loops.loop_source import loop_source
from rollcall.web.view.loops.narration import loops_narration
from rollcall.web.view.loops.pictures import loop_chart, loop_player
from rollcall.web.view.numerals import significant
from rollcall.web.view.sentence import read

PAIRS = {card.name: card.twin for card in COURSE.contents.loops.values() if card.twin}


@cache
def pair(name: str, at: int = 200) -> LoopsReport:
    return loops(LoopsQuery(left=name, right=str(PAIRS[name]), at=at), COURSE)


GUILTY = {
    "loop_optimizers.optimizer_first": "optimizer = SGD(model.parameters(), lr=0.1)",
    "loop_optimizers.criterion_left_out": "optimizer = SGD(model.parameters(), lr=0.1)",
    "loop_optimizers.frozen_with_zeros": "optimizer.step()",
    "loop_optimizers.thawed_outside": "optimizer = SGD(model.head.parameters(), lr=0.1)",
    "loop_optimizers.decays_all": "optimizer = SGD(model.parameters(), lr=0.1, weight_decay=0.1)",
    "loop_steps.never_cleared": "loss.backward()",
    "loop_steps.sums_four": "loss.backward()",
    "loop_steps.keeps_graphs": "total += loss",
    "loop_steps.scheduler_first": "scheduler.step()",
    "loop_steps.forward_alone": "loss = F.mse_loss(model.forward(x), y)",
    "loop_modes.validates_in_train": "F.mse_loss(model(x), y)",
    "loop_modes.stays_in_eval": "model.eval()",
    "loop_modes.one_mode_put_back": "model.train(was)",
    "loop_files.best_follows": "best = model.state_dict()",
    "loop_files.loads_nothing": "model.load_state_dict(state, strict=False)",
    "loop_files.averages_parameters": "",  # it lacks lines
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_line_that_did_it_is_marked_and_what_mends_it_beside_it(name: str) -> None:
    report = pair(name)
    left, right = loop_source(report.left, report.right), loop_source(report.right, report.left)
    guilty = [each for lines in left.functions for each in lines if each.kind]
    mended = [each for lines in right.functions for each in lines if each.kind]
    assert [each.line.text.strip() for each in guilty] == list(filter(None, [GUILTY[name]]))
    assert {each.kind for each in guilty} <= {"guilty"}
    assert {each.kind for each in mended} <= {"mended"}
    assert mended or name == "loop_modes.stays_in_eval"
    assert (verdict(report.left), verdict(report.right)) == ("bad", "good")


def test_where_no_line_did_it_alone_the_note_says_that_the_loops_differ_there() -> None:
    report = pair("loop_steps.keeps_graphs")
    notes = [
        (each.line.text.strip(), each.note)
        for lines in loop_source(report.left, report.right).functions
        for each in lines
        if each.note
    ]
    assert notes == [("total += loss", "here the loops differ: 40 graphs stay alive")]


def test_the_first_sentence_is_read_off_the_report() -> None:
    report = pair("loop_optimizers.optimizer_first")
    assert read(loops_narration(report)).startswith(
        "optimizer_first: 4 of 6 tensors are in the optimizer: head.weight and head.bias get a "
        "gradient and never move. head_first: nothing to find, held-out loss "
    )
    shown = headline(report.left)
    assert (shown.count, shown.first, shown.second) == (
        *("4 of 6", "tensors are in the optimizer;", "head.weight never moved"),
    )


def test_before_the_first_batch_nothing_is_judged() -> None:
    report = pair("loop_steps.never_cleared", at=0)
    assert read(loops_narration(report)) == (
        "Both loops get the same SteppedNet and the same batches; its held-out loss is 0.830."
    )
    assert verdict(report.left) == verdict(report.right) == "none"
    assert headline(report.left).second == "no batch taken yet"
    assert not any(
        each.kind for lines in loop_source(report.left, report.right).functions for each in lines
    )


def test_the_table_says_what_is_not_cleared_and_what_held_out_batches_moved() -> None:
    report = pair("loop_steps.never_cleared")
    rows = facts_table(report.left, report.right).rows
    assert all(row.lost for row in rows)
    assert [row.cells[1].below for row in rows] == [("39× uncleared",)] * 4
    assert [row.room for row in rows] == [0] * 4
    assert [row.room for row in facts_table(report.right, report.left).rows] == [1] * 4
    report = pair("loop_modes.validates_in_train")
    table = facts_table(report.left, report.right).rows
    mean = next(row for row in table if row.path == "body.1.running_mean")
    assert mean.cells[2].below == ("5× held out",)
    assert mean.cells[3].text == "train / train"
    averages = pair("loop_files.averages_parameters")
    averaged = facts_table(averages.right, averages.left).rows
    assert not any(cell.kind == "no" for row in averaged for cell in row.cells)
    clean = facts_table(report.right, report.left).rows
    assert not any(row.lost for row in clean)


def test_the_curves_end_with_the_losses_and_the_player_with_the_last_batch() -> None:
    report = pair("loop_steps.never_cleared", at=39)
    drawn = loop_chart(report)
    assert [line.name for line in drawn.lines] == ["never_cleared", "cleared"]
    assert len(report.left.held_out) == 40
    ahead = loop_player(report, report.query)
    assert (ahead.shown, ahead.steps, ahead.length) == (39, None, 50)  # nobody knows yet
    assert ahead.next is not None
    assert ahead.next.endswith("at=40")
    ended = loop_player(pair("loop_steps.never_cleared"), LoopsQuery())
    assert (ended.shown, ended.steps, ended.length, ended.next) == (40, 40, 40, None)
    ticks = loop_chart(pair("loop_steps.never_cleared", at=10)).drawn.x_ticks
    assert ticks[-1].text == "20"


def test_a_loop_with_a_loss_of_its_own_shows_that() -> None:
    report = pair("loop_optimizers.criterion_left_out")
    assert (report.left.own_loss, report.right.own_loss) == (False, True)
    shown = loop_chart(report)
    assert shown.title.endswith("thin: the loss that each loop minimizes")
    thin = [loss for loss in report.right.losses if loss is not None]
    assert min(thin) < 0  # as its scale shrinks
    assert "its own loss 1.03" in read(loops_narration(report))
    held_out = (None,) * len(report.right.held_out)
    alone = report.right.model_copy(update={"held_out": held_out})
    shown = loop_chart(report.model_copy(update={"left": alone, "right": alone}))
    assert shown.title == "The loss that each loop minimizes, on each batch"
    assert [line.value for line in shown.lines] == [significant(thin[-1])] * 2
