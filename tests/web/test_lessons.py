"""What the sentence of a lesson claims stands on the page on which the lesson opens."""

import re

import pytest
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.dropout.experiment import DropoutReport
from rollcall.experiments.opening import opening
from rollcall.lab.choices import Choices
from rollcall.lectures.contents import Lesson
from web.page import Page

OUTPUT = ("forward", "modes", "dropout", "saving", "layers", "training", "exercise")


def lessons(client: TestClient) -> dict[str, Lesson]:
    choices = Choices.model_validate_json(client.get("/catalog.json").content)
    assert choices.contents.problems == ()
    return {
        lesson.title: lesson for chapter in choices.contents.chapters for lesson in chapter.lessons
    }


def text_of(client: TestClient, lesson: Lesson) -> str:
    return Page.of(client.get(opening(lesson, EXPERIMENTS).url)).text


def test_whoever_promises_outputs_opens_where_there_are_some(app_client: TestClient) -> None:
    for lesson in lessons(app_client).values():
        if (
            re.search(r"\b(output|answers|forwards|mean)\b", lesson.text)
            and "head answers" not in lesson.text
        ):
            assert lesson.page in OUTPUT, lesson.title


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Layers in a plain list", ["ValueError: optimizer got an empty parameter list"]),
        (
            "Sequential and ModuleList",
            ["Same input, same output, to the last bit.", "layers.2", "layers.1"],
        ),
        ("By hand and by PyTorch", ["Same input, same output", "layers.0", "layers.2"]),
        ("Sigmoid and tanh", ["The outputs differ", "histogram"]),
        ("A sigmoid that overflows", ["f′(−89) is NaN", "value", "derivative", "−100"]),
        ("A tanh that overflows", ["f(89) is NaN", "small values", "−100"]),
        (
            "A weight stored as (in, out)",
            ["(10, 5) instead of (5, 10)", "size mismatch for weight"],
        ),
        (
            "A layer made in forward",
            ["ValueError: optimizer got an empty parameter list", "anew in every forward"],
        ),
        ("self.layer made in forward", ["state_dict() has them only after the first call"]),
        ("A function in a Sequential", ["TypeError: torch._VariableFunctionsClass.relu is not a"]),
        ("A way around", ["add line", "4×10, 4×10 → 4×10"]),
        ("Two inputs", ["takes 2 positional arguments but 3 were given", "torch.cat"]),
        ("One body, two heads", ["[0] 4×5", "[1] 4×1"]),
        ("A look inside", ["layers.hidden", "layers.1 Peek", "to the last bit"]),
        ("A graph that is cut", ["105 of DetachedNet’s 325 numbers change", "body.weight ○ none"]),
        ("A Parameter that was moved", ['Built with device="cuda:0", gate is no Parameter']),
        ("A layer that is only copied", ["1,820 of TemplateEncoder’s 2,730 numbers change"]),
        ("Hidden by its class", ["the attribute gives None", "Forward never calls skip"]),
        ("One layer three times", ["are one Linear: 110 numbers, under 3 names", "330"]),
        ("A tie of the memory alone", ["two Parameters over one memory; after double()"]),
        (
            "Attention that goes on dropping",
            ["still draws random numbers after eval(): a function has no flag"],
        ),
        ("Frozen, and it moves", ["body.1 updates its statistics", "running_mean", "changed"]),
        ("A method called train", ["dropout still drops after eval()", "still train"]),
        (
            "A row and its neighbours",
            ["still normalizes by the batch: the answer for a row depends on the other rows"],
        ),
        (
            "A dropout that never drops",
            ["Two forwards of OneLayerLSTM are equal", "UserWarning: dropout option"],
        ),
        ("Rows instead of pictures", ["channels", "UserWarning: dropout2d"]),
        ("Keys of a compiled net", ["body._orig_mod.weight", "missing", "unexpected"]),
        ("Two tensors for one weight", ["body.parametrizations.weight.original0", "missing"]),
        ("A buffer that overflows", ["1 became inf", "total"]),
        ("Frozen, until it is thawed", ["115 of 115 trainable numbers changed", "table"]),
    ],
)
def test_the_page_shows_what_the_sentence_says(
    app_client: TestClient, title: str, shown: list[str]
) -> None:
    text = text_of(app_client, lessons(app_client)[title])
    for part in shown:
        assert part in text


def test_alpha_dropout_is_shown_on_an_input_whose_mean_and_deviation_it_keeps(
    app_client: TestClient,
) -> None:
    lesson = lessons(app_client)["Dropped, but not to zero"]
    assert "keeps mean 0 and standard deviation 1" in lesson.text
    query = opening(lesson, EXPERIMENTS)
    report = DropoutReport.model_validate_json(app_client.get(query.json_url).content)
    alpha = report.right
    assert alpha.inputs[-1] == pytest.approx(0, abs=0.03)
    assert alpha.outputs[-1] == pytest.approx(0, abs=0.03)
    assert alpha.std == pytest.approx((1, 1), abs=0.03)
    assert alpha.dropped_to < 0
    assert report.left.std[1] == pytest.approx(
        2**0.5, abs=0.05
    )  # what the other dropout does not keep
