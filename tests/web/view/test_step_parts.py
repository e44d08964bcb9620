"""What the step page says of moments that no run of the course comes to."""

import pytest

from rollcall.experiments.step.local_tensors import Local
from rollcall.experiments.step.moment import CameBack, Moment, TensorAfter
from rollcall.experiments.step.report import StepSubject
from rollcall.experiments.step.thing import Thing
from rollcall.web.view.sentence import read
from rollcall.web.view.step.headline import step_headline
from rollcall.web.view.step.learning_words import after_backward, after_step
from rollcall.web.view.step.line_words import after_line
from rollcall.web.view.step.narration import step_narration
from rollcall.web.view.step.thing_words import in_words, with_article
from web.view.step_moments import (
    LAYER,
    LIST,
    NUMBER,
    PLAIN_LIST,
    RAISED,
    TENSOR,
    assigned,
    at,
    books,
    entry,
    report,
    subject,
    tensor,
)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (at(), "line 7 changes nothing that is shown"),
        (at(raised=RAISED), "line 7 raises ValueError"),
        (at(added=60, gained=("a",)), "line 7 registers 60 tensors"),
        (at(gained=("a", "b"), assigned=(assigned(None),)), "line 7 registers a and b"),
        (
            at(gained=("a",), came_back=(CameBack(function="append", value=LIST),)),
            "line 7 registers a: ModuleList.append does it",
        ),
        (
            at(gained=("fc.w",), assigned=(assigned("_modules"), assigned("attribute"))),
            "line 7 registers fc.w: fc goes into _modules",
        ),
        (at(dropped=("a",)), "line 7 takes a out again"),
        (at(assigned=(assigned(None),)), "Module.__setattr__ refuses fc"),
        (
            at(assigned=(assigned("_buffers", TENSOR, "register_buffer"),)),
            "Module.__setattr__ puts fc into _buffers by register_buffer",
        ),
        (
            at(assigned=(assigned("attribute", PLAIN_LIST),)),
            "Module.__setattr__ leaves fc a plain attribute: a list of 1 is no Parameter, no "
            "Module and no buffer",
        ),
        (
            at(books=(books(entry("n", NUMBER)),), changed=("n",)),
            "n is now 3",
        ),
        (
            at(books=(books(entry("fc", LAYER)),), changed=("fc",)),
            "fc is a Linear(4, 2), and no registry has it",
        ),
        (
            at(books=(books(entry("l", PLAIN_LIST)),), changed=("l",)),
            "l is a plain list: it takes what it is given and tells PyTorch nothing, so no "
            "registry gains anything",
        ),
        (
            at(statement="super().__init__()", total=1),
            "the registries are there, and 1 tensor is registered",
        ),
        (at(event="end", total=2), "all is built, and 2 tensors are registered"),
        (at(event="end"), "all is built, and no tensor is registered"),
        (at(event="end", ran=None, total=1), "all is built, and 1 tensor is registered"),
        (at(event="return"), "line 7 changes nothing that is shown"),
        (
            at(event="return", function="Net.forward", returned=TENSOR),
            "Net.forward returns a 4×2 tensor",
        ),
        (
            at(event="return", function="f.<locals>.<genexpr>", returned=NUMBER, statement="yield"),
            "a generator yields 3",
        ),
        (at(ran=None, function="Net.forward"), "forward begins"),
        (at(ran=None, function="f.<locals>.<lambda>", callers=(3, 9)), "line 9 calls a lambda"),
        (at(printed="x"), "line 7 prints something"),
        (at(changed_variables=("_hidden",)), "line 7 changes nothing that is shown"),
        (
            at(changed_variables=("n", "_"), variables=(Local(name="n", value=NUMBER),)),
            "n is now 3",
        ),
    ],
)
def test_what_a_line_did(after: StepSubject, said: str) -> None:
    assert after.moment
    assert read(after_line(after, after.moment)) == said


@pytest.mark.parametrize(
    ("tensors", "backward", "step"),
    [
        ((tensor(),), "no tensor gets a gradient", "the step moves 0 of 1 tensors"),
        ((tensor(1.0, 0.5),), "its one tensor gets a gradient", "the step moves its one tensor"),
        (
            (tensor(1.0, 0.5), tensor()),
            "1 of 2 tensors gets a gradient",
            "the step moves 1 of 2 tensors",
        ),
        (
            (tensor(0.0, 0.0, status="unregistered"),),
            "its one tensor gets a gradient, though no registry knows it",
            "the step moves 0 of 1 tensors",
        ),
    ],
)
def test_who_learns(tensors: tuple[TensorAfter, ...], backward: str, step: str) -> None:
    moment = Moment(phase="step", tensors=tensors)
    assert (read(after_backward(moment)), read(after_step(moment))) == (backward, step)
    refused = moment.model_copy(update={"refused": RAISED})
    said = "SGD(model.parameters()) raises ValueError: nothing moves"
    assert read(after_step(refused)) == said


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        (at(), at(ran=9), "In Net line 7 changes nothing that is shown."),  # one model
        (subject(raised=RAISED), subject(raised=RAISED), "Net cannot be built"),
        (
            at(cut_short="time"),
            subject("own.Other", moment=Moment(phase="init", line=3), waits=True),
            "In Net the line that runs does not end. In Other line 3 waits.",
        ),
        (
            at(stopped=RAISED),
            subject("own.Other", moment=Moment(phase="init"), waits=True),
            "In Net ValueError ends the run. In Other nothing goes on meanwhile.",
        ),
        (
            at(),
            subject("own.Other", moment=Moment(phase="init", ran=9)),
            "On both sides the line changes nothing that is shown.",
        ),
    ],
)
def test_the_sentence_above_both_columns(left: StepSubject, right: StepSubject, said: str) -> None:
    assert read(step_narration(report(left, right))).startswith(said)


@pytest.mark.parametrize(
    ("of", "count", "first", "second"),
    [
        (at(total=1, gained=("a",)), "1", "registered tensor", "line 7 added 1"),
        (at(total=0, dropped=("a", "b")), "0", "registered tensors", "line 7 took away 2"),
        (at(waits=True), "0", "registered tensors", "waits for the other side"),
        (at(ran=None), "0", "registered tensors", "nothing ran yet"),
        (at(ran=None, number=3), "0", "registered tensors", ""),
        (at(phase="forward"), "–", "no tensor here", ""),
        (
            at(phase="forward", waits=True, cut_short="time"),
            "–",
            "no tensor here",
            "the run ends here",
        ),
        (
            at(
                phase="forward",
                event="end",
                variables=(Local(name="y", value=TENSOR, dtype="float32"),),
            ),
            "4×2",
            "was returned",
            "not in the graph",
        ),
        (
            at(
                phase="forward",
                variables=(
                    Local(name="x", value=TENSOR, dtype="float32", in_graph=True),
                    Local(name="y", value=TENSOR, dtype="float32", made_by="AddBackward0"),
                ),
                changed_variables=("x",),
            ),
            "4×2",
            "is x",
            "asks for a gradient",
        ),
        (at(phase="backward"), "0", "of 0 tensors", "got a gradient"),
        (at(phase="step", tensors=(tensor(1.0, 0.5),)), "1", "of 1 tensor", "moved"),
    ],
)
def test_the_number_over_a_column(of: StepSubject, count: str, first: str, second: str) -> None:
    told = step_headline(of)
    assert (told.count, told.first, told.second) == (count, first, second)


def test_the_number_is_good_or_bad() -> None:
    lost = at(total=1, books=(books(entry("fc", LAYER)),))
    verdicts = [step_headline(each).verdict for each in (at(), at(total=1), lost)]
    assert verdicts == ["none", "good", "bad"]
    of_tensors = [(), (tensor(1.0),), (tensor(1.0), tensor())]
    moments = [at(phase="backward", tensors=tensors) for tensors in of_tensors]
    assert [step_headline(each).verdict for each in moments] == ["none", "good", "bad"]


@pytest.mark.parametrize(
    ("value", "said", "in_a_sentence"),
    [
        (LAYER, "Linear(4, 2)", "a Linear(4, 2)"),
        (LIST, "ModuleList of 1", "a ModuleList of 1"),
        (Thing(kind="module", name="Own"), "Own", "an Own"),
        (PLAIN_LIST, "list of 1: Linear", "a list of 1"),
        (Thing(kind="container", name="set", length=0), "empty set", "an empty set"),
        (
            Thing(kind="container", name="dict", length=4, items=("A", "B", "C")),
            "dict of 4: A, B, C, …",
            "a dict of 4",
        ),
        (
            Thing(kind="parameter", name="Parameter", shape=()),
            "Parameter scalar",
            "a Parameter scalar",
        ),
        (TENSOR, "Tensor 4×2", "a 4×2 tensor"),
        (NUMBER, "3", "3"),
        (Thing(kind="plain", name="str", detail="x" * 41), "x" * 40 + "…", "x" * 40 + "…"),
        (Thing(kind="other", name="function", detail="f"), "function f", "a function f"),
        (Thing(kind="other", name="object"), "object", "an object"),
    ],
)
def test_a_value_in_a_few_words(value: Thing, said: str, in_a_sentence: str) -> None:
    assert (in_words(value), with_article(value)) == (said, in_a_sentence)
